"""Two models of a bundle on its test products: what tells them apart, and what fusion adds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.bundle.model_card import better_single
from core.bundle.reader import Bundle
from core.evaluation.fusion_gain import FusionGain, fusion_gain
from core.evaluation.paired import Comparison, adjusted, compare
from core.heads.key import HeadKey
from core.views.display_names import MODALITY_NAMES, head_name
from core.views.models.answers import Answers, answers


def gain_of(bundle: Bundle) -> FusionGain | None:
    """Return what the chosen fused head adds to the better single modality; None without a fused one."""
    if "fused" not in bundle.best:
        return None
    single = better_single(bundle.models)
    fused, alone = answers(bundle, "fused"), answers(bundle, single)
    return _gain(bundle, fused, alone, (MODALITY_NAMES["fused"], f"{MODALITY_NAMES[single]} alone"))


def difference(bundle: Bundle, first: HeadKey, second: HeadKey) -> FusionGain:
    """Return the difference between two models, overall and category by category."""
    return _gain(bundle, answers(bundle, *first), answers(bundle, *second), (_name(first), _name(second)))


def against_others(bundle: Bundle, keys: Sequence[HeadKey]) -> list[Comparison]:
    """Return the first of some models compared with each other one, adjusted for their number (Holm)."""
    first = answers(bundle, *keys[0])
    return adjusted(
        [
            compare(
                first.true,
                first.predicted,
                answers(bundle, *other).predicted,
                names=(_name(keys[0]), _name(other)),
                groups=_groups(bundle, first),
            )
            for other in keys[1:]
        ]
    )


def _name(key: HeadKey) -> str:
    return f"{head_name(key.head)} ({MODALITY_NAMES[key.modality]})"


def _gain(bundle: Bundle, better: Answers, single: Answers, names: tuple[str, str]) -> FusionGain:
    return fusion_gain(
        better.true,
        single.predicted,
        better.predicted,
        bundle.classes,
        names=names,
        groups=_groups(bundle, better),
    )


def _groups(bundle: Bundle, answered: Answers) -> np.ndarray:
    """Return int64 (n,): rows of one product share a number, 0, 1 ..."""
    return np.unique(bundle.groups[answered.rows], return_inverse=True)[1]
