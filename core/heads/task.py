"""What a head is fitted on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from core.common.errors import CatalogueError
from core.common.progress import Progress, silent
from core.features.parts import PartsProjection
from core.heads.inputs import Inputs
from core.heads.key import HeadKey
from core.heads.setting import Value
from core.heads.taken_vectors import TakenVectors

Settings = Mapping[str, Value]
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
    wanted : Settings
        Hyperparameters that the user chose (`core.heads.settings`): nothing else chooses these.
    balanced : bool
        Whether each class counts the same in training, however few products it has.
    seed : int
        Fixes all random draws.
    word_vectors : Path or None
        GloVe's text file; None looks in the usual places.
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
    wanted: Settings = field(default_factory=dict)
    balanced: bool = False
    seed: int = 0
    word_vectors: Path | None = None
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

    @property
    def rows(self) -> TakenVectors:
        """The same as `X`, for those that read some rows at a time: nothing is copied as a whole."""
        return TakenVectors(self.train, self.modality)

    @cached_property
    def X_val(self) -> np.ndarray:
        """Vectors of the validation products, float32 (m, d)."""
        return np.ascontiguousarray(self.validation.vectors(self.modality), dtype=np.float32)

    @cached_property
    def weights(self) -> np.ndarray | None:
        """float64 (n,): how much each training product counts; None where all count the same."""
        return self._weights_of(self.y) if self.balanced else None

    @cached_property
    def weights_val(self) -> np.ndarray | None:
        """The same of the validation products, float64 (m,), by the classes of the training products."""
        return self._weights_of(self.y_val) if self.balanced else None

    def loss(self, proba: np.ndarray) -> float:
        """Return the mean log loss of probabilities of the validation products, (m, k), by their weights."""
        of_true = proba[np.arange(len(self.y_val)), self.y_val]
        return float(np.average(-np.log(np.maximum(of_true, 1e-9)), weights=self.weights_val))

    def _weights_of(self, y: np.ndarray) -> np.ndarray:
        """Return scikit-learn's balanced weights: n / (classes * products of the class)."""
        counts = np.bincount(self.y, minlength=self.n_classes)
        weights = len(self.y) / (np.count_nonzero(counts) * np.maximum(counts, 1))
        return np.asarray(weights[y])

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
