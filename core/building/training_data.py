"""What the heads of one catalogue are trained on and judged by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from core.common.modality import sides_of
from core.evaluation.splits import Split
from core.features.parts import PartsProjection
from core.features.vectors import Features
from core.heads.inputs import Inputs
from core.heads.key import HeadKey
from core.heads.registry import HEADS
from core.heads.settings import Wanted

MIN_COMBINING_ROWS = 200


@dataclass(frozen=True)
class TrainingData:
    """Products, their categories and their split.

    Attributes
    ----------
    inputs
        The catalogue's n products.
    labels
        int64 (n,): each product's category as a position in `classes`.
    classes, skus
        Names of the categories; ids of the products.
    split
        The training, validation and test products.
    groups
        int64 (n,): equal products share a number.
    learned
        bool (n,): products whose image the image encoder itself was trained on.
    name_vectors
        Modality -> the categories' names in its space (see `core.heads.zero_shot`), where there are any.
    projections
        text, image -> how their parts are reduced, where a head reads them.
    copies
        Features of altered copies of the training products' images, each aligned with the catalogue.
    wanted
        Head -> the settings that the user chose of it.
    balanced
        Whether each category counts the same in training.
    compress
        Whether heads are to compute in 8 bits where that loses nothing.
    names
        Text features of the products' names alone, for those that have a description, too: heads that read
        vectors learn from both. None to learn from whole texts only.
    languages
        Those that the text encoder covers (ISO 639).
    seed
        Of everything random.
    word_vectors
        GloVe's text file, for heads that read words; None looks in the usual places.
    frozen
        The same products by the encoders as they were before they were trained on the training products;
        None where none was.
    folds
        The training products in parts, each by encoders that were trained without it; empty where training
        products are judged by the frozen encoders.
    min_combining_rows
        With fewer training products to combine heads on, only a head that needs few may do so, and it uses
        the validation products as well.
    """

    inputs: Inputs
    labels: np.ndarray
    classes: Sequence[str]
    skus: np.ndarray
    split: Split
    groups: np.ndarray
    learned: np.ndarray
    name_vectors: Mapping[str, np.ndarray] = field(default_factory=dict)
    projections: Mapping[str, PartsProjection] = field(default_factory=dict)
    copies: tuple[Features, ...] = ()
    wanted: Wanted = field(default_factory=dict)
    balanced: bool = False
    compress: bool = False
    names: Features | None = None
    languages: frozenset[str] = frozenset()
    seed: int = 0
    word_vectors: Path | None = None
    frozen: TrainingData | None = None
    folds: tuple[Fold, ...] = ()
    min_combining_rows: int = MIN_COMBINING_ROWS

    @property
    def unseen(self) -> TrainingData:
        """The products by encoders that no category was shown to.

        What judges training products reads these, or `folds`. An encoder that was trained on a product says
        of it what its category is, right or wrong.
        """
        return self.frozen or self

    @property
    def tuned(self) -> frozenset[str]:
        """Those of text and image whose encoder was trained on the training products."""
        before = self.unseen.inputs.features
        return frozenset(m for m, each in self.inputs.features.items() if each is not before[m])

    def folds_for(self, modality: str) -> tuple[Fold, ...]:
        """Return the folds where an encoder of a modality (text, image, fused) was trained, else none."""
        return () if self.tuned.isdisjoint(sides_of(modality)) else self.folds

    @property
    def prior(self) -> np.ndarray:
        """float32 (classes,): share of each category among the training products."""
        counts = np.bincount(self.labels[self.split.train], minlength=len(self.classes))
        prior: np.ndarray = (counts / counts.sum()).astype(np.float32)
        return prior

    def combining_rows(self, modality: str) -> np.ndarray:
        """Return the training products on which a head learns to combine others for `modality`.

        Images that the encoder itself was trained on do not count: their vectors promise more than those of
        new images can keep.
        """
        train = self.split.train
        return train if modality == "text" else train[~self.learned[train]]

    def can_combine(self, modality: str) -> bool:
        """Whether there are enough products to combine heads for `modality` without validation products."""
        return len(self.combining_rows(modality)) >= self.min_combining_rows

    @property
    def reads_several_languages(self) -> bool:
        """Whether texts in languages that the catalogue does not have can be read, too."""
        return len(self.languages) > 1

    def with_copies(self, rows: np.ndarray, key: HeadKey) -> tuple[Inputs, np.ndarray]:
        """Return the products `rows` and their labels as a head learns from them.

        Where images count, altered copies of them are added; where it reads nothing but vectors and texts
        count, the products as if their names were all of their texts.
        """
        copies = [("image", copy) for copy in self.copies if key.modality != "text"]
        if self.names is not None and key.modality != "image" and HEADS[key.head].only_vectors:
            copies.append(("text", self.names))
        all_inputs, all_labels = [self.inputs.take(rows)], [self.labels[rows]]
        for side, copy in copies:
            kept = rows[copy.present[rows]]
            changed = {side: copy.take(kept)}
            all_inputs.append(
                Inputs(dict(self.inputs.take(kept).features) | changed, self.inputs.texts[kept])
            )
            all_labels.append(self.labels[kept])
        if not copies:
            return all_inputs[0], all_labels[0]
        return Inputs.joined(all_inputs), np.concatenate(all_labels)


@dataclass(frozen=True, eq=False)
class Fold:
    """A part of the training products, and encoders that were trained without it.

    Attributes
    ----------
    rows
        int64: the training products that these encoders have not seen.
    data
        All products by these encoders.
    """

    rows: np.ndarray
    data: TrainingData
