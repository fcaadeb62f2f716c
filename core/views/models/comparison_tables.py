"""The differences between two models, A and B, as headline numbers and tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.bundle.reader import Bundle
from core.evaluation.fusion_gain import ClassGain, FusionGain
from core.heads.key import HeadKey
from core.views.formatting import percent, points_interval

if TYPE_CHECKING:
    import pandas as pd

DIFFERENCE_NOTE = (
    "Accuracy of A minus accuracy of B, with 95% intervals. Coloured where the difference is statistically "
    "clear over all categories (Holm). Categories without any difference are left out."
)


def difference_headline(bundle: Bundle, gain: FusionGain, first: HeadKey, second: HeadKey) -> dict[str, str]:
    """Return the headline numbers of the comparison of two models, A and B."""
    overall = gain.overall.difference
    return {
        "Accuracy of A": percent(bundle.report(*first).accuracy),
        "Accuracy of B": percent(bundle.report(*second).accuracy),
        "Difference": f"{100 * overall.value:+.1f} points",
        f"{percent(overall.level, 0)} interval": points_interval(overall.low, overall.high),
    }


def gain_table(gains: Sequence[ClassGain]) -> pd.DataFrame:
    """Return how two models differ in each category, in points of accuracy, the largest gain first."""
    import pandas as pd

    compared = [(gain, gain.comparison) for gain in gains if gain.comparison is not None]
    compared.sort(key=lambda pair: -pair[1].difference.value)
    return pd.DataFrame(
        {
            "Category": [gain.name for gain, _ in compared],
            "Difference": [100 * one.difference.value for _, one in compared],
            "Low": [100 * one.difference.low for _, one in compared],
            "High": [100 * one.difference.high for _, one in compared],
            "Only A right": [one.only_first for _, one in compared],
            "Only B right": [one.only_second for _, one in compared],
            "p, Holm-adjusted": [one.adjusted_p_value for _, one in compared],
            "Statistically clear": [not one.could_be_chance for _, one in compared],
            "Test products": [gain.rows for gain, _ in compared],
        }
    )


def differing(table: pd.DataFrame, k: int | None = None) -> pd.DataFrame:
    """Return the rows of a :func:`gain_table` where two models differ, the `k` largest if `k` is given."""
    different = table[(table["Only A right"] + table["Only B right"]) > 0]
    if k is None or len(different) <= k:
        return different
    return different.loc[different["Difference"].abs().nlargest(k).index.sort_values()]
