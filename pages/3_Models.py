"""All models of a bundle side by side, any of them in detail, and any two of them compared."""

import numpy as np
import streamlit as st

from core import (
    comparison,
    confusion,
    figures,
    loaders,
    model_figures,
    model_views,
    overview,
    trust_figures,
    ui,
    words,
)
from core.bundle import Bundle
from core.confusion_figures import confusion_matrix
from core.evaluate import Report, reliability
from core.model_views import FUSION_GROUPS, GROUPS, Key
from core.trust.conformal import set_scores
from core.trust.coverage import accept, coverage_curve
from core.trust.gain import FusionGain
from core.view import View

MANY = 30
VIEWS = {"one": "One model in detail", "pair": "Two models side by side", "gain": "What both inputs add"}
ORDERS = {"alphabet": "A to Z", "together": "Mixed up side by side"}
SCORE, COUNT = st.column_config.NumberColumn(format="%.3f"), st.column_config.NumberColumn(format="localized")


def show(bundle: Bundle, view: View) -> None:
    """Draw the page."""
    if not bundle.models:
        ui.empty("No models in this bundle", "Build it again with heads to compare.", "leaderboard")
        return
    _all_models(bundle)
    st.space("small")
    views = {"one": _one, "pair": _pair} | ({"gain": _gain} if "fused" in bundle.best else {})
    closer = ui.choose("Look closer", list(views), VIEWS, f"models-{'-'.join(views)}", url="look")
    ui.section(VIEWS[closer], f"Input: {words.MODALITIES[view.modality]}." if closer == "one" else "")
    views[closer](bundle, view)


# All models


def _all_models(bundle: Bundle) -> None:
    ui.section(
        "All models",
        "★ marks the model that the validation rows chose for each input. A click on a heading sorts.",
    )
    table = model_views.models_table(bundle)
    number = st.column_config.NumberColumn
    columns = dict.fromkeys(model_views.SCORES, SCORE) | {
        "": st.column_config.TextColumn(width=36, pinned=True),
        "95 % interval": st.column_config.TextColumn(help="Where the accuracy lies, chance allowed for"),
        "Rows": COUNT,
        "Calibration error": number(
            help="How far confidence is from the share that is right, on average", format="%.3f"
        ),
        "Training": number(format="%.1f s"),
        "Per product": number(help="One product alone, its encoding left out", format="%.2f ms"),
        "Memory": number(help="Rise at the peak of training", format="%.0f MB"),
        "Size": number(format="%.2f MB"),
    }
    st.dataframe(table, hide_index=True, height="content", column_config=columns)
    figure = figures.compare(*model_views.accuracies(bundle), unit="accuracy")
    rows, note = bundle.models[0].report.n, "Each dot is one model of the table."
    note = words.facts(bundle, rows, "test part", bundle.modalities[-1], note=note)
    ui.exhibit(figure, f"{bundle.name}-models", "Accuracy by model", note, table=table)
    gain = loaders.fusion_gain(bundle)
    if gain is not None:
        st.info(gain.words, icon=":material/merge:")


# One model


def _one(bundle: Bundle, view: View) -> None:
    modality = view.modality
    heads = sorted(bundle.heads(modality), key=lambda head: head != bundle.best[modality])
    names = {head: words.head_word(head) for head in heads}
    names[heads[0]] += " ★"
    head = ui.choose(
        "Model",
        heads,
        names,
        f"models-{bundle.name}-{modality}-head",
        url="model",
    )
    report = bundle.report(modality, head)
    ui.metrics(model_views.headline(report))
    if view.categories:
        found = loaders.answers(bundle, modality, head)
        st.info(
            model_views.chosen_words(found, _asked_for(bundle, view, found), len(view.categories)),
            icon=":material/filter_alt:",
        )
    parts = {
        "Confusion matrix": _confusion,
        "By category": _by_category,
        "Most frequent mistakes": _mistakes,
        "How sure": _trust,
    }
    tabs = st.tabs(list(parts), on_change="rerun", key="models-part")
    for tab, draw in zip(tabs, parts.values(), strict=True):
        if tab.open:  # the others cost nothing until somebody looks at them
            with tab:
                draw(bundle, view, report, f"{bundle.name}-{modality}-{head}")


def _asked_for(bundle: Bundle, view: View, found: comparison.Answers) -> np.ndarray:
    """Return which answers are on products of the chosen categories: bool (n,)."""
    return view.of_categories(np.asarray(bundle.classes, dtype=object)[found.true])


def _facts(bundle: Bundle, report: Report, note: str = "", rows: int | None = None) -> str:
    return words.facts(
        bundle, report.n if rows is None else rows, "test part", report.modality, report.head, note
    )


def _confusion(bundle: Bundle, view: View, report: Report, key: str) -> None:
    found = loaders.answers(bundle, report.modality, report.head)
    levels = confusion.level_groupings(bundle.table, bundle.labels, bundle.classes)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        level = "classes"
        if levels:
            named = {name: f"{len(g.names)} groups ({name.replace('_', ' ')})" for name, g in levels.items()}
            named = {level: f"{len(bundle.classes)} categories"} | named
            level = ui.choose("Rows and columns", list(named), named, f"{bundle.name}-confusion-level")
        grouping = levels.get(level) or confusion.each_alone(bundle.classes)
        matrix = confusion.count_cells(found.true, found.predicted, grouping)
        asked = view.of_categories(np.asarray(bundle.classes, dtype=object))
        chosen = np.unique(grouping.of_class[asked]) if view.categories else ()
        extents = confusion.extents(matrix, MANY, chosen)
        named = {code: name for code, (name, _) in extents.items()}
        extent = next(iter(extents))
        if len(extents) > 1:
            extent = ui.choose("Shown", list(extents), named, f"confusion-{level}-{'-'.join(extents)}")
        order = ui.choose("Order", list(ORDERS), ORDERS, "confusion-order")
        shares = st.toggle("Shares of each row", value=True, key="confusion-shares", persist_state="session")
        diagonal = not st.toggle("Mistakes only", key="confusion-mistakes", persist_state="session")
    above = st.container()  # the matrix, which outlines the cell chosen under it
    cells = [c for c in confusion.filled_cells(matrix) if not view.categories or c.true in chosen]
    if not cells:
        st.caption("No test product is of these categories.")
        return
    cell = st.selectbox(
        "Click a cell, or choose one here, to see its products",
        cells,
        format_func=lambda cell: confusion.cell_word(cell, grouping.names, matrix),
        key=f"{key}-{level}-cell",
        help="The most frequent mistakes come first.",
    )
    shown = confusion.ordered(matrix, grouping.names, extents[extent][1], together=order == "together")
    figure = confusion_matrix(matrix, grouping.names, shown, shares=shares, diagonal=diagonal, picked=cell)

    def pick() -> None:
        picked = confusion.picked_cell(st.session_state[f"{key}-confusion"])
        if picked in cells:
            st.session_state[f"{key}-{level}-cell"] = picked

    with above:
        note = "Blue: right. Orange: mistakes; the row is the true category, the column what the model said."
        if len(shown) < len(matrix):
            note += f" {len(shown)} of {len(matrix)} shown."
        ui.exhibit(
            figure,
            f"{key}-confusion",
            "Confusion matrix",
            _facts(bundle, report, note),
            table=confusion.matrix_table(matrix, grouping.names),
            on_select=pick,
            selection_mode="points",
        )
    places = confusion.cell_places(found.true, found.predicted, grouping, cell)
    ui.listing(
        bundle,
        model_views.answer_listing(bundle, found, places),
        f"{key}-{level}-{cell.true}-{cell.predicted}",
    )


def _by_category(bundle: Bundle, view: View, report: Report, key: str) -> None:
    table = model_views.class_table(report)
    table = table[view.of_categories(table["Category"].to_numpy(dtype=object))]
    many = len(table) > MANY and not st.toggle(f"Show all {len(table)} categories", key="classes-all")
    note = "The weakest categories first." + (f" {MANY} of {len(table)}." if many else "")
    figure = model_figures.class_scores(table.head(MANY) if many else table)
    alt = "Precision, recall and F1 by category"
    ui.exhibit(figure, f"{key}-classes", alt, _facts(bundle, report, note), table=table)
    columns = dict.fromkeys(model_figures.SCORES, SCORE) | {"Test products": COUNT}
    with st.expander("The same as a table"):
        st.dataframe(table, hide_index=True, column_config=columns)


def _mistakes(bundle: Bundle, view: View, report: Report, key: str) -> None:
    pairs = overview.mixups(report)
    pairs = pairs[view.of_categories(pairs["true"].to_numpy(dtype=object))]
    if pairs.empty:
        of_these = " of these categories" if view.categories else ""
        st.success(f"No mistakes on the test products{of_these}.", icon=":material/check_circle:")
        return
    named = {"true": "Is", "predicted": "Taken for", "products": "Products"}
    share = ui.percent_column("Share of the category")
    st.dataframe(pairs, hide_index=True, column_config=named | {"percent": share})
    st.caption(_facts(bundle, report))
    ui.download_table(pairs, f"{key}-mistakes")


def _trust(bundle: Bundle, view: View, report: Report, key: str) -> None:
    found = loaders.answers(bundle, report.modality, report.head)
    found = found.take(_asked_for(bundle, view, found))
    if not len(found.rows):
        st.caption("No test product is of these categories.")
        return
    left, right = ui.halves()
    with left:
        st.markdown("**Does confidence mean what it says?**")
        sure = reliability(found.true, found.proba)
        note = "Bars on the dotted line: it does. Calibration error "
        note = _facts(bundle, report, f"{note}{sure.expected_calibration_error:.3f}.", len(found.rows))
        figure = trust_figures.reliability_diagram(sure)
        ui.exhibit(figure, f"{key}-reliability", "Confidence against share right", note)
    with right:
        st.markdown("**How much can go without a person?**")
        used = bundle.review_thresholds[report.modality]
        start = round(100 * min(used, 1), 1)
        percent = st.slider(
            "Accept an answer from this confidence on",
            *(0.0, 100.0, start, 0.1),
            format="%.1f %%",
            key=f"{key}-threshold",
            help=f"To begin with the threshold in use, {used:.1%}, which the validation rows chose.",
            persist_state="session",
        )
        threshold = used if percent == start else percent / 100
        note = _facts(bundle, report, accept(found.true, found.proba, threshold).words, len(found.rows))
        figure = trust_figures.coverage_diagram(coverage_curve(found.true, found.proba), threshold)
        ui.exhibit(figure, f"{key}-coverage", "Share right against share accepted", note)
    if report.head != bundle.best[report.modality]:
        st.caption("Thresholds and sets of categories in use are those of the model with the ★.")
        return
    own = accept(found.true, found.proba, bundle.class_thresholds(report.modality))
    st.caption(f"In use: a threshold for each predicted category. {own.words}")
    _sets(bundle, report, found, key)


def _sets(bundle: Bundle, report: Report, found: comparison.Answers, key: str) -> None:
    rule = bundle.conformal(report.modality)
    if rule is None:
        return
    sets = rule.sets(found.proba)
    scores = set_scores(found.true, sets)
    st.markdown(
        "**Which categories may it be?** A set in place of one answer, larger where the model is unsure."
    )
    ui.metrics(model_views.set_headline(scores, rule.coverage))
    note = _facts(bundle, report, model_views.set_words(scores, rule.coverage), len(found.rows))
    if scores.single == 1:
        st.caption(note)
    else:
        figure = model_figures.set_sizes(sets.sum(axis=1))
        ui.exhibit(figure, f"{key}-sets", "Sizes of the sets of categories", note)


# Two models


def _pair(bundle: Bundle, view: View) -> None:
    keys = model_views.model_keys(bundle)
    pair = []
    with st.grid(2, min_column_width=260):
        for letter, start in zip("AB", model_views.first_pair(bundle), strict=True):
            pair.append(
                st.selectbox(
                    letter,
                    keys,
                    index=keys.index(start),
                    format_func=lambda key: model_views.model_word(bundle, key),
                    key=f"pair-{bundle.name}-{letter}",
                    persist_state="session",
                )
            )
    _contrast(bundle, view, loaders.difference(bundle, *pair), pair[0], pair[1], GROUPS, "pair")


def _gain(bundle: Bundle, view: View) -> None:
    single = comparison.better_single(bundle)
    both, alone = (("fused", bundle.best["fused"]), (single, bundle.best[single]))
    st.caption(
        f"A: {model_views.model_word(bundle, both)}. B: {model_views.model_word(bundle, alone)}, "
        "the better one alone by its validation rows."
    )
    _contrast(bundle, view, loaders.fusion_gain(bundle), both, alone, FUSION_GROUPS, "gain")


def _contrast(
    bundle: Bundle, view: View, gain: FusionGain, first: Key, second: Key, groups: dict[str, str], kind: str
) -> None:
    one, other = (loaders.answers(bundle, *key) for key in (first, second))
    key = f"{bundle.name}-{kind}-{'-'.join((*first, *second))}"
    ui.metrics(model_views.difference_headline(bundle, gain, first, second))
    st.info(gain.overall.words, icon=":material/balance:")
    table = model_views.gain_table(gain.per_class)
    table = table[view.of_categories(table["Category"].to_numpy(dtype=object))]
    differing = model_views.differing(table)
    note = words.facts(bundle, gain.overall.n, "test part")
    note = f"{note} · A: {model_views.rests_on(bundle, first)} · B: {model_views.rests_on(bundle, second)}"
    if len(differing):
        whole = len(differing) <= MANY or st.toggle(f"Show all {len(differing)}", key=f"{kind}-all")
        shown = differing if whole else model_views.differing(table, MANY)
        note += f"  \n{model_views.DIFFERENCE_NOTE} {len(shown)} of {len(table)} categories."
        figure = model_figures.class_differences(shown)
        ui.exhibit(figure, key, "Difference by category", note, table=table)
    st.markdown("**Products behind the difference**")
    asked = np.flatnonzero(_asked_for(bundle, view, one))
    places = {
        group: found[np.isin(found, asked)] for group, found in model_views.disagreements(one, other).items()
    }
    named = {group: f"{word} ({len(places[group]):,})" for group, word in groups.items()}
    group = ui.choose("Products", list(groups), named, f"{key}-group")
    ui.listing(bundle, model_views.pair_listing(bundle, one, other, places[group]), f"{key}-{group}")


ui.page(
    "Models",
    "Which model puts products into the right category how often, and which categories it mixes up.",
    show,
    filtered_by=("modality", "categories"),
)
