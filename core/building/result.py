"""What a build gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from core.building.finetuning.checkpoints import Course
from core.building.judging import Judged
from core.building.training_data import TrainingData
from core.bundle.model_card import ModelCard, better_single
from core.bundle.reader import Bundle
from core.bundle.split_inflation import SplitInflation
from core.common.categories import positions_of
from core.common.modality import MODALITY_NAMES
from core.evaluation.fusion_gain import FusionGain, fusion_gain
from core.heads.key import HeadKey


@dataclass(frozen=True, eq=False)
class BuildResult:
    """A bundle that was just built, and what is worth telling about it.

    Attributes
    ----------
    bundle
        As it stands in its folder.
    models
        What each head reaches on test products, and what it costs.
    gain
        What the chosen fused head adds to the better single modality; None without a fused one.
    issues
        Kind of fault (`core.faults.fault_table.KINDS`) -> how many products probably have it, the most common
        kind first.
    courses
        Modality whose encoder was fine-tuned -> how that went.
    taken_up
        Steps that the same build had finished before it was ended, and that were not done again.
    """

    bundle: Bundle
    models: tuple[ModelCard, ...]
    gain: FusionGain | None
    issues: Mapping[str, int]
    courses: Mapping[str, Course] = field(default_factory=dict)
    taken_up: tuple[str, ...] = ()

    @property
    def split_inflation(self) -> SplitInflation | None:
        """What a random split would have promised."""
        return self.bundle.split_inflation


def gain_of(data: TrainingData, judged: Judged) -> FusionGain | None:
    """Return what the chosen fused head adds to the better single modality; None without a fused one."""
    best = {model.modality: model.key for model in judged.models if model.chosen}
    if "fused" not in best:
        return None
    single = better_single(judged.models)
    return fusion_gain(
        data.labels[data.split.test],
        predicted(data, judged, best[single]),
        predicted(data, judged, best["fused"]),
        data.classes,
        names=(MODALITY_NAMES["fused"], f"{MODALITY_NAMES[single]} alone"),
        groups=data.groups[data.split.test],
    )


def predicted(data: TrainingData, judged: Judged, key: HeadKey) -> np.ndarray:
    """Return a head's answers on the test products, int64 positions in the classes."""
    table = judged.predictions[key.modality]
    categories = table.loc[table["head"] == key.head, "predicted"]
    return categories.map(positions_of(data.classes)).to_numpy(dtype=np.int64)
