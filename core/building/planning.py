"""Which heads are trained, in which order, and which of them again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.building.training_data import TrainingData
from core.heads.key import HeadKey
from core.heads.planning import heads_for, members_for
from core.heads.registry import HEADS


@dataclass(frozen=True)
class TrainingPlan:
    """What to train.

    Attributes
    ----------
    heads
        All heads, in the order of training: those that combine others come last.
    members
        Each head that combines others -> its members.
    refits
        Quick heads, which are trained once more on training and validation products together.
    """

    heads: tuple[HeadKey, ...]
    members: Mapping[HeadKey, tuple[HeadKey, ...]]
    refits: tuple[HeadKey, ...]

    @property
    def folded(self) -> frozenset[HeadKey]:
        """The heads that some other head combines: they are trained in folds as well."""
        return frozenset(member for members in self.members.values() for member in members)

    @property
    def steps(self) -> int:
        """How many trainings there are; one in folds counts once."""
        return len(self.heads) + len(self.folded) + len(self.refits)


def plan_training(data: TrainingData, names: Sequence[str]) -> TrainingPlan:
    """Plan the training of the heads `names` on every modality of the catalogue."""
    keys = [
        HeadKey(modality, name)
        for modality in data.inputs.modalities
        for name in heads_for(modality, names, data.name_vectors, parts=bool(data.projections))
        if not HEADS[name].needs_many_rows or data.can_combine(modality)
    ]
    keys.sort(key=lambda key: HEADS[key.head].combines)
    return TrainingPlan(
        heads=tuple(keys),
        members={key: members_for(key.modality, names) for key in keys if HEADS[key.head].combines},
        refits=tuple(key for key in keys if HEADS[key.head].quick),
    )
