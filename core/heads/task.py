"""What a head is fitted on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from core.common.errors import CatalogueError
from core.common.progress import Progress, silent
from core.features.parts import PartsProjection
from core.heads.inputs import Inputs
from core.heads.key import HeadKey

Settings = Mapping[str, float | int | str]
"""Hyperparameters that were chosen on validation products, and facts about the fit: name -> value."""


@dataclass(frozen=True)
class TrainingTask:
    """Training and validation products of one modality, and how to fit a head on them.

    Attributes
    ----------
    modality : str
        text, image or fused. Every product has it, or what the head accepts in its place.
    train, validation : Inputs
        n and m products; m may be 0.
    y, y_val : np.ndarray
        int, shapes (n,) and (m,): positions in `classes`.
    classes : Sequence[int]
        The k classes, as positions among the catalogue's categories, ascending.
    name_vectors : np.ndarray or None
        float32 (k, dim): the category names in the space of the modality's vectors (see
        `core.heads.zero_shot.name_vectors`); None where no encoder can put them there.
    projections : Mapping of str to PartsProjection
        text, image -> how their parts were reduced; empty where the products have no parts.
    members : tuple of HeadKey
        For heads that combine others: the members. The products then carry their probabilities, which for
        training products are out of fold.
    settings : Settings
        Hyperparameters chosen before, used where there are no validation products to choose on.
    seed : int
        Fixes all random draws.
    progress : Progress
        Called with the epochs of neural heads.
    """

    modality: str
    train: Inputs
    y: np.ndarray
    validation: Inputs
    y_val: np.ndarray
    classes: Sequence[int]
    name_vectors: np.ndarray | None = None
    projections: Mapping[str, PartsProjection] = field(default_factory=dict)
    members: tuple[HeadKey, ...] = ()
    settings: Settings = field(default_factory=dict)
    seed: int = 0
    progress: Progress = silent

    def __post_init__(self) -> None:
        rows, labels = (len(self.train), len(self.validation)), (len(self.y), len(self.y_val))
        if rows != labels:
            raise ValueError(
                f"expected a label for each of {rows[0]} training and {rows[1]} validation products, "
                f"got {labels[0]} and {labels[1]}"
            )

    @property
    def n_classes(self) -> int:
        """How many classes there are."""
        return len(self.classes)

    @cached_property
    def X(self) -> np.ndarray:
        """Vectors of the training products, float32 (n, d)."""
        return np.ascontiguousarray(self.train.vectors(self.modality), dtype=np.float32)

    @cached_property
    def X_val(self) -> np.ndarray:
        """Vectors of the validation products, float32 (m, d)."""
        return np.ascontiguousarray(self.validation.vectors(self.modality), dtype=np.float32)

    def of_trained_classes(self) -> TrainingTask:
        """Leave out the classes without training products, and the validation products that are of them.

        Raises
        ------
        CatalogueError
            If the training products have fewer than two classes.
        """
        present = np.unique(self.y)
        if len(present) < 2:
            raise CatalogueError(
                f"a head needs training products of two categories or more, got {len(present)}"
            )
        kept = np.isin(self.y_val, present)
        return replace(
            self,
            y=np.searchsorted(present, self.y),
            validation=self.validation.take(kept),
            y_val=np.searchsorted(present, self.y_val[kept]),
            classes=tuple(self.classes[position] for position in present.tolist()),
            name_vectors=None if self.name_vectors is None else self.name_vectors[present],
        )
