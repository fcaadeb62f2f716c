"""All models of a bundle side by side, and any of them in detail."""

import numpy as np
import pandas as pd
import streamlit as st

from core import figures, overview, trust_figures, ui, words
from core.bundle import Bundle
from core.evaluate import Report, reliability
from core.trust.coverage import accept, coverage_curve

MANY = 30


def show(bundle: Bundle) -> None:
    """Draw the page."""
    if not bundle.models:
        ui.empty("No models in this bundle", "Build it again with heads to compare.", "leaderboard")
        return
    _comparison(bundle)
    ui.section("One model in detail")
    with st.container(horizontal=True, gap="medium"):
        modality = ui.choose("Input", bundle.modalities, words.MODALITIES, f"models-{bundle.name}-modality")
        heads = sorted(bundle.heads(modality), key=lambda head: head != bundle.best[modality])
        names = {head: words.head_word(head) for head in heads} | {
            bundle.best[modality]: f"{words.head_word(heads[0])} ★"
        }
        head = ui.choose("Model", heads, names, f"models-{bundle.name}-{modality}-head")
    report = bundle.report(modality, head)
    ui.metrics(
        {
            "Accuracy": f"{report.accuracy:.1%}",
            "Macro F1": f"{report.macro_f1:.3f}",
            "Right among first three": f"{report.top3_accuracy:.1%}",
            "Mistakes": f"{report.n - int(np.trace(report.confusion)):,} of {report.n:,}",
        }
    )
    matrix, classes, mistakes, trust = st.tabs(
        ["Confusion matrix", "By category", "Most frequent mistakes", "How sure"]
    )
    with matrix:
        _confusion(bundle, report)
    with classes:
        _by_category(bundle, report)
    with mistakes:
        _mistakes(bundle, report)
    with trust:
        _trust(bundle, report)


def _comparison(bundle: Bundle) -> None:
    ui.section(
        "All models",
        "★ marks the model that the validation rows chose for each input. A click on a heading sorts.",
    )
    st.dataframe(
        pd.DataFrame(
            {
                "": "★" if model.chosen else "",
                "Input": words.MODALITIES[model.modality],
                "Model": words.head_word(model.head),
                "Accuracy": model.report.accuracy,
                "95 % interval": words.interval(model.intervals.get("accuracy")),
                "Macro F1": model.report.macro_f1,
                "Weighted F1": model.report.weighted_f1,
                "Micro F1": model.report.micro_f1,
                "Micro F1, train": model.train_accuracy,
                "Micro F1, validation": model.validation_accuracy,
                "First three": model.report.top3_accuracy,
                "Log loss": model.report.log_loss,
                "Rows": model.report.n,
                "Calibration error": model.calibration_error,
                "Training": model.train_seconds,
                "Per product": model.ms_per_product,
                "Memory": model.peak_mb,
                "Size": model.size_bytes / 1e6,
            }
            for model in bundle.models
        ),
        hide_index=True,
        height="content",
        column_config={
            "": st.column_config.TextColumn(width=36, pinned=True),
            **{
                name: st.column_config.NumberColumn(format="%.3f")
                for name in (
                    *("Accuracy", "Macro F1", "Weighted F1", "Micro F1", "Micro F1, train"),
                    *("Micro F1, validation", "First three", "Log loss", "Calibration error"),
                )
            },
            "Rows": st.column_config.NumberColumn(format="localized"),
            "95 % interval": st.column_config.TextColumn(help="Where the accuracy lies, chance allowed for"),
            "Calibration error": st.column_config.NumberColumn(
                help="How far confidence is from the share that is right, on average", format="%.3f"
            ),
            "Training": st.column_config.NumberColumn(format="%.1f s"),
            "Per product": st.column_config.NumberColumn(
                help="One product alone, its encoding left out", format="%.2f ms"
            ),
            "Memory": st.column_config.NumberColumn(help="Rise at the peak of training", format="%.0f MB"),
            "Size": st.column_config.NumberColumn(format="%.2f MB"),
        },
    )
    heads = list(dict.fromkeys(model.head for model in bundle.models))
    series = {
        words.MODALITIES[m]: [bundle.report(m, h).accuracy if h in bundle.heads(m) else None for h in heads]
        for m in bundle.modalities
    }
    ui.plot(
        figures.compare([words.head_word(h) for h in heads], series, unit="accuracy"),
        "compare",
        "Accuracy by model",
    )
    ui.caption(
        bundle,
        bundle.models[0].report.n,
        "test part",
        bundle.modalities[-1],
        note="Each dot is one model of the table.",
    )
    _gain(bundle)


def _trust(bundle: Bundle, report: Report) -> None:
    found = ui.answers(bundle, report.modality, report.head)
    sure = reliability(found.true, found.proba)
    threshold = bundle.review_thresholds[report.modality]
    left, right = ui.halves()
    with left:
        ui.plot(trust_figures.reliability_diagram(sure), "reliability", "Confidence against share right")
        ui.caption(
            bundle,
            report.n,
            "test part",
            report.modality,
            report.head,
            note=f"Bars on the dotted line: confidence means what it says. Calibration error "
            f"{sure.expected_calibration_error:.3f}.",
        )
    with right:
        figure = trust_figures.coverage_diagram(coverage_curve(found.true, found.proba), threshold)
        ui.plot(figure, "coverage", "Share right against share accepted")
        accepted = accept(found.true, found.proba, bundle.class_thresholds(report.modality))
        ui.caption(bundle, report.n, "test part", report.modality, report.head, note=accepted.words)


def _gain(bundle: Bundle) -> None:
    gain = ui.fusion_gain(bundle)
    if gain is not None:
        st.info(gain.words, icon=":material/merge:")


def _confusion(bundle: Bundle, report: Report) -> None:
    names, keep = report.classes, None
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        shares = st.toggle(
            "Show shares of each row", value=True, key="confusion-shares", persist_state="session"
        )
        if len(names) > MANY and not st.toggle(f"Show all {len(names)} categories", key="confusion-all"):
            keep = overview.most_confused(report, MANY)
    figure = figures.confusion(report.confusion, names, shares=shares, keep=keep)
    ui.plot(figure, "confusion", "Confusion matrix")
    note = "Blue: right. Orange: mistakes; the row is the true category, the column what the model said."
    if keep is not None:
        note += f" The {len(keep)} of {len(names)} categories with the most mistakes."
    ui.caption(bundle, report.n, "test part", report.modality, report.head, note=note)


def _by_category(bundle: Bundle, report: Report) -> None:
    scores = sorted(report.per_class, key=lambda score: score.f1)[:MANY]
    figure = figures.bars([s.name for s in scores], [s.f1 for s in scores], unit="F1", number=".2f")
    ui.plot(figure, "per-class", "F1 by category")
    note = "The weakest categories first." + (
        f" {MANY} of {len(report.per_class)}." if len(report.per_class) > MANY else ""
    )
    ui.caption(bundle, report.n, "test part", report.modality, report.head, note=note)
    numbers = {word: st.column_config.NumberColumn(format="%.3f") for word in ("Precision", "Recall", "F1")}
    st.dataframe(
        pd.DataFrame(
            {
                "Category": s.name,
                "Precision": s.precision,
                "Recall": s.recall,
                "F1": s.f1,
                "Test products": s.support,
            }
            for s in report.per_class
        ),
        hide_index=True,
        column_config=numbers,
    )


def _mistakes(bundle: Bundle, report: Report) -> None:
    pairs = overview.mixups(report)
    if pairs.empty:
        st.success("No mistakes on the test part.", icon=":material/check_circle:")
        return
    st.dataframe(
        pairs,
        hide_index=True,
        column_config={
            "true": "Is",
            "predicted": "Taken for",
            "products": "Products",
            "percent": ui.percent_column("Share of the category"),
        },
    )
    ui.caption(bundle, report.n, "test part", report.modality, report.head)


ui.page(
    "Models",
    "Which model puts products into the right category how often, and which categories it mixes up.",
    show,
)
