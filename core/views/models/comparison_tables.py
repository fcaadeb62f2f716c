"""The differences between two models as headline numbers and tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.bundle.reader import Bundle
from core.evaluation.fusion_gain import ClassGain, FusionGain
from core.heads.key import HeadKey

if TYPE_CHECKING:
    import pandas as pd


DIFFERENCE_NOTE = (
    "How much more often A is right, with 95 % intervals. Coloured where the difference is hardly "
    "chance, all categories counted (Holm). Categories on which both are right on the same products are left "
    "out."
)


def difference_headline(bundle: Bundle, gain: FusionGain, first: HeadKey, second: HeadKey) -> dict[str, str]:
    """Return the figures that stand above two models, A and B."""
    found = gain.overall.difference
    return {
        "Accuracy of A": f"{bundle.report(*first).accuracy:.1%}",
        "Accuracy of B": f"{bundle.report(*second).accuracy:.1%}",
        "A less B": f"{100 * found.value:+.1f} points",
        f"{found.level:.0%} interval": f"{100 * found.low:+.1f} to {100 * found.high:+.1f}",
    }


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
            "Hardly chance": [not gain.comparison.could_be_chance for gain in judged],
            "Test products": [gain.rows for gain in judged],
        }
    )


def differing(table: pd.DataFrame, k: int | None = None) -> pd.DataFrame:
    """Return the rows of a :func:`gain_table` on which two models differ, the `k` largest if `k` is given."""
    found = table[(table["Only A right"] + table["Only B right"]) > 0]
    if k is None or len(found) <= k:
        return found
    return found.loc[found["Difference"].abs().nlargest(k).index.sort_values()]
