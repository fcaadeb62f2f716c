"""What the page of models lists: all models, the products of a cell, and where two models disagree.

Pure functions on a bundle and on what its heads say of the test rows; no figure and no widget is made here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.bundle.reader import Bundle
from core.evaluation.conformal import SetScores
from core.evaluation.fusion_gain import ClassGain, FusionGain
from core.evaluation.report import Report
from core.heads.key import HeadKey
from core.views.cards import Card
from core.views.models.comparison import Answers
from core.views.words import MODALITIES, READS, encoder_word, head_word, interval, product_word

if TYPE_CHECKING:
    import pandas as pd

    from core.views.selection import View

ONLY_FIRST, ONLY_SECOND, BOTH_DIFFERENTLY, BOTH_ALIKE = "first", "second", "differently", "alike"
GROUPS = {
    ONLY_FIRST: "Only A right",
    ONLY_SECOND: "Only B right",
    BOTH_DIFFERENTLY: "Both wrong, differently",
    BOTH_ALIKE: "Both wrong, alike",
}
FUSION_GROUPS = {ONLY_FIRST: "Rescued", ONLY_SECOND: "Spoiled"}
SCORES = (
    *("Accuracy", "Macro F1", "Weighted F1", "Micro F1", "Micro F1, train"),
    *("Micro F1, validation", "First three", "Log loss"),
)
"""The columns of :func:`models_table` that are plain numbers."""

DIFFERENCE_NOTE = (
    "How much more often A is right, with 95 % intervals. Coloured where the difference is hardly "
    "chance, all categories counted (Holm). Categories on which both are right on the same products are left "
    "out."
)


@dataclass(frozen=True, eq=False)
class Listing:
    """Some products and what models say of them.

    Attributes
    ----------
    rows
        Their rows in the catalogue.
    notes
        A line for each.
    table
        The same as columns, for a table or a file; no names where the bundle keeps none.
    """

    rows: tuple[int, ...]
    notes: tuple[str, ...]
    table: pd.DataFrame

    def __len__(self) -> int:
        return len(self.rows)

    def cards(self, bundle: Bundle, start: int, stop: int) -> list[Card]:
        """Return the products from `start` up to `stop` with their pictures."""
        products = bundle.table.iloc[list(self.rows[start:stop])]
        return [
            Card(bundle.thumbnail(product["sku"]), product_word(product), note)
            for (_, product), note in zip(products.iterrows(), self.notes[start:stop], strict=True)
        ]


def model_word(bundle: Bundle, key: HeadKey) -> str:
    """Return what a person calls one of all models, the chosen one of its input with a star."""
    star = " ★" if bundle.best[key[0]] == key[1] else ""
    return f"{MODALITIES[key[0]]} · {head_word(key[1])}{star}"


def rests_on(bundle: Bundle, key: HeadKey) -> str:
    """Return a model's name and what it reads, for the caption of a figure."""
    modality, head = key
    reads = READS.get(head) or f"{encoder_word(bundle, modality)} features"
    return f"{head_word(head)} ({MODALITIES[modality]}, {reads})"


def model_keys(bundle: Bundle) -> list[HeadKey]:
    """List all models, the chosen one of each input first."""
    cards = sorted(bundle.models, key=lambda card: (bundle.modalities.index(card.modality), not card.chosen))
    return [(card.modality, card.head) for card in cards]


def first_pair(bundle: Bundle) -> tuple[HeadKey, HeadKey]:
    """Return the two models to compare to begin with: text against picture, else the first two there are."""
    if "text" in bundle.best and "image" in bundle.best:
        return ("text", bundle.best["text"]), ("image", bundle.best["image"])
    keys = model_keys(bundle)
    return keys[0], keys[min(1, len(keys) - 1)]


def models_table(bundle: Bundle) -> pd.DataFrame:
    """Lay out all models, a row each; a figure that an older bundle lacks is empty."""
    import pandas as pd

    return pd.DataFrame(
        {
            "": "★" if model.chosen else "",
            "Input": MODALITIES[model.modality],
            "Model": head_word(model.head),
            "Accuracy": model.report.accuracy,
            "95 % interval": interval(model.intervals.get("accuracy")),
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
    )


def accuracies(bundle: Bundle) -> tuple[list[str], dict[str, list[float | None]]]:
    """Return the heads' names, and for each input every head's accuracy, None where it has no such head."""
    known = {(model.modality, model.head): model.report.accuracy for model in bundle.models}
    heads = list(dict.fromkeys(model.head for model in bundle.models))
    series = {MODALITIES[m]: [known.get((m, head)) for head in heads] for m in bundle.modalities}
    return [head_word(head) for head in heads], series


def headline(report: Report) -> dict[str, str]:
    """Return the figures that stand above a model's details."""
    return {
        "Accuracy": f"{report.accuracy:.1%}",
        "Macro F1": f"{report.macro_f1:.3f}",
        "Right among first three": f"{report.top3_accuracy:.1%}",
        "Mistakes": f"{report.n - int(np.trace(report.confusion)):,} of {report.n:,}",
    }


def asked_for(bundle: Bundle, view: View, found: Answers) -> np.ndarray:
    """Return which answers are on products of the view's categories: bool (n,)."""
    return view.of_categories(np.asarray(bundle.classes, dtype=object)[found.true])


def chosen_words(found: Answers, mask: np.ndarray, chosen: int) -> str:
    """Say how a model does on the answers in `mask`, bool (n,): those on some `chosen` categories."""
    what = "the chosen category" if chosen == 1 else f"the {chosen} chosen categories"
    n = int(mask.sum())
    if not n:
        return f"No test product is of {what}."
    right = int((found.true == found.predicted)[mask].sum())
    return f"Of {n:,} test products of {what} it puts {right:,} right ({right / n:.1%})."


def difference_headline(bundle: Bundle, gain: FusionGain, first: HeadKey, second: HeadKey) -> dict[str, str]:
    """Return the figures that stand above two models, A and B."""
    found = gain.overall.difference
    return {
        "Accuracy of A": f"{bundle.report(*first).accuracy:.1%}",
        "Accuracy of B": f"{bundle.report(*second).accuracy:.1%}",
        "A less B": f"{100 * found.value:+.1f} points",
        f"{found.level:.0%} interval": f"{100 * found.low:+.1f} to {100 * found.high:+.1f}",
    }


def set_headline(scores: SetScores, wanted: float) -> dict[str, str]:
    """Return the figures that stand above sets of categories."""
    return {
        "Sets that hold the right one": f"{scores.coverage.value:.1%}",
        "Wanted": f"{wanted:.0%}",
        "Categories in a set": f"{scores.mean_size:.2f}",
        "Sets of one": f"{scores.single:.1%}",
    }


def class_table(report: Report) -> pd.DataFrame:
    """Lay out precision, recall, F1 and support of each category, the lowest F1 first."""
    import pandas as pd

    scores = sorted(report.per_class, key=lambda score: (score.f1, score.recall, score.name))
    return pd.DataFrame(
        {
            "Category": [score.name for score in scores],
            "Precision": [score.precision for score in scores],
            "Recall": [score.recall for score in scores],
            "F1": [score.f1 for score in scores],
            "Test products": [score.support for score in scores],
        }
    )


def gain_table(gains: Sequence[ClassGain]) -> pd.DataFrame:
    """Lay out how two models differ on each category, in points of accuracy, the largest gain first."""
    import pandas as pd

    judged = [gain for gain in gains if gain.comparison is not None]
    judged.sort(key=lambda gain: -gain.comparison.difference.value)
    return pd.DataFrame(
        {
            "Category": [gain.name for gain in judged],
            "Difference": [100 * gain.comparison.difference.value for gain in judged],
            "Low": [100 * gain.comparison.difference.low for gain in judged],
            "High": [100 * gain.comparison.difference.high for gain in judged],
            "Only A right": [gain.comparison.only_first for gain in judged],
            "Only B right": [gain.comparison.only_second for gain in judged],
            "p, Holm-adjusted": [gain.comparison.adjusted_p_value for gain in judged],
            "Hardly chance": [not gain.comparison.may_be_chance for gain in judged],
            "Test products": [gain.rows for gain in judged],
        }
    )


def differing(table: pd.DataFrame, k: int | None = None) -> pd.DataFrame:
    """Return the rows of a :func:`gain_table` on which two models differ, the `k` largest if `k` is given."""
    found = table[(table["Only A right"] + table["Only B right"]) > 0]
    if k is None or len(found) <= k:
        return found
    return found.loc[found["Difference"].abs().nlargest(k).index.sort_values()]


def disagreements(first: Answers, second: Answers) -> dict[str, np.ndarray]:
    """Sort the test products that at least one of two models gets wrong.

    Returns
    -------
    dict
        int64 places among the answers: `ONLY_FIRST` right, `ONLY_SECOND` right, both wrong with different
        answers (`BOTH_DIFFERENTLY`) or with the same one (`BOTH_ALIKE`).
    """
    if not np.array_equal(first.rows, second.rows):
        raise ValueError("expected the answers of both models in the same order of products")
    one, other = first.predicted == first.true, second.predicted == second.true
    alike = first.predicted == second.predicted
    masks = {
        ONLY_FIRST: one & ~other,
        ONLY_SECOND: other & ~one,
        BOTH_DIFFERENTLY: ~one & ~other & ~alike,
        BOTH_ALIKE: ~one & alike,
    }
    return {name: np.flatnonzero(mask) for name, mask in masks.items()}


def set_words(scores: SetScores, wanted: float) -> str:
    """Say how often sets of categories hold the right one, and how large they are."""
    of = scores.coverage
    verdict = "as promised" if wanted <= of.high else "less often than promised"
    return (
        f"The set holds the right category of {of.value:.1%} of the products ({of.level:.0%} interval: "
        f"{of.low:.1%} to {of.high:.1%}), {verdict}: {wanted:.0%} were wanted. It names "
        f"{scores.mean_size:.2f} categories on average, one alone for {scores.single:.0%} of the products."
    )


def answer_listing(bundle: Bundle, found: Answers, places: np.ndarray) -> Listing:
    """List products with one model's answer, the surest first."""
    sure = _confidence(found, places)
    order = np.argsort(-sure, kind="stable")
    places, sure = places[order], sure[order]
    names = np.asarray(bundle.classes, dtype=object)
    true, said = names[found.true[places]], names[found.predicted[places]]
    one_cell = len(np.unique(np.stack([found.true[places], found.predicted[places]]), axis=1).T) < 2
    notes = [
        f"{share:.0%} sure" if one_cell else f"Is {category}\n{share:.0%} {answer}"
        for category, answer, share in zip(true, said, sure, strict=True)
    ]
    columns = {"Category": true, "Predicted": said, "Confidence": sure.round(5)}
    return _listing(bundle, found.rows[places], notes, columns)


def pair_listing(bundle: Bundle, first: Answers, second: Answers, places: np.ndarray) -> Listing:
    """List products with the answers of two models, the surest mistakes first."""
    one, other = _confidence(first, places), _confidence(second, places)
    wrong = [found.predicted[places] != found.true[places] for found in (first, second)]
    order = np.argsort(-np.maximum(one * wrong[0], other * wrong[1]), kind="stable")
    places, one, other = places[order], one[order], other[order]
    names = np.asarray(bundle.classes, dtype=object)
    true, said, told = (names[which[places]] for which in (first.true, first.predicted, second.predicted))
    columns = {
        "Category": true,
        "A says": said,
        "Confidence of A": one.round(5),
        "B says": told,
        "Confidence of B": other.round(5),
    }
    notes = [_pair_note(*both) for both in zip(true, said, told, strict=True)]
    return _listing(bundle, first.rows[places], notes, columns)


def _pair_note(true: str, said: str, told: str) -> str:
    if said == told:
        return f"Is {true}\nA and B: {said}"
    lines = [f"{model}: {answer}" for model, answer in (("A", said), ("B", told)) if answer != true]
    return "\n".join([f"Is {true}", *lines])


def _confidence(found: Answers, places: np.ndarray) -> np.ndarray:
    return found.proba[places, found.predicted[places]]


def _listing(
    bundle: Bundle, rows: np.ndarray, notes: Sequence[str], columns: dict[str, np.ndarray]
) -> Listing:
    import pandas as pd

    products = bundle.table.iloc[rows]
    known = {"Id": products["sku"].to_numpy(dtype=object)}
    if not bundle.private:
        known["Name"] = products["name"].to_numpy(dtype=object)
    return Listing(tuple(int(row) for row in rows), tuple(notes), pd.DataFrame(known | columns))
