"""Two models of a bundle on its test products: what tells them apart, and what fusion adds."""

from __future__ import annotations

import numpy as np

from core.bundle.model_card import better_single
from core.bundle.reader import Bundle
from core.evaluation.fusion_gain import FusionGain, fusion_gain
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


def _name(key: HeadKey) -> str:
    return f"{head_name(key.head)} ({MODALITY_NAMES[key.modality]})"


def _gain(bundle: Bundle, better: Answers, single: Answers, names: tuple[str, str]) -> FusionGain:
    return fusion_gain(
        better.true,
        single.predicted,
        better.predicted,
        bundle.classes,
        names=names,
        groups=np.unique(bundle.groups[better.rows], return_inverse=True)[1],
    )
