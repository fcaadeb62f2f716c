"""Shared by the scripts that train heads on several splits of a catalogue: encode once, train and judge.

What a build does besides, such as maps, findings and promises, is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from core.building.encoding import encode_catalogue
from core.building.head_store import temporary_store
from core.building.judging import Judged, judge_heads
from core.building.options import BuildOptions
from core.building.preparation import training_data
from core.building.training import train_heads
from core.building.training_data import TrainingData
from core.catalogue.reading import Catalogue
from core.common.categories import positions_of
from core.common.progress import bar
from core.features.encoders.encoder import Encoder
from core.features.encoders.registry import load_encoder
from core.heads.key import HeadKey


@dataclass(frozen=True)
class Answers:
    """What a head answers on test products, a row each.

    Attributes
    ----------
    true, predicted
        int64 (n,): categories as numbers.
    groups
        int64 (n,): equal products share a number, also over several splits.
    """

    true: np.ndarray
    predicted: np.ndarray
    groups: np.ndarray

    @property
    def accuracy(self) -> float:
        """Share of right answers."""
        return float((self.true == self.predicted).mean())

    @property
    def dense_groups(self) -> np.ndarray:
        """The groups numbered from 0 without gaps."""
        return np.unique(self.groups, return_inverse=True)[1]


@dataclass(frozen=True)
class JudgedSplit:
    """One split: its products, and the heads that were trained and judged on it, as in a build."""

    seed: int
    data: TrainingData
    judged: Judged

    def answers(self, key: HeadKey) -> Answers:
        """Return a head's answers to the test products."""
        rows = self.data.split.test
        table = self.judged.predictions[key.modality]
        names = table.loc[table["head"] == key.head, "predicted"]
        predicted = names.map(positions_of(self.data.classes)).to_numpy(dtype=np.int64)
        return Answers(self.data.labels[rows], predicted, self.data.groups[rows])

    def chosen(self, modality: str) -> Answers:
        """Return the answers of the head that validation products chose."""
        return self.answers(self.judged.chosen[modality].key)


def joined(parts: list[Answers]) -> Answers:
    """Put the answers of several splits one after the other."""
    true, predicted, groups = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("true", "predicted", "groups")
    )
    return Answers(true, predicted, groups)


def load_encoders(text: str, image: str, image_weights: Path | None = None) -> dict[str, Encoder]:
    """Load the encoders of both inputs."""
    return {"text": load_encoder(text), "image": load_encoder(image, image_weights)}


def judged_splits(
    catalogue: Catalogue, encoders: Mapping[str, Encoder], options: BuildOptions, splits: int
) -> Iterator[JudgedSplit]:
    """Train and judge the heads of `options` on one split after the other, with seeds from 0."""
    progress = bar()
    catalogue, features = encode_catalogue(catalogue, encoders, options.cache, progress)
    for seed in range(splits):
        _, data = training_data(catalogue, encoders, features, replace(options, seed=seed), progress)
        with temporary_store() as store:
            yield JudgedSplit(
                seed, data, judge_heads(data, train_heads(data, options.heads, store, progress))
            )
