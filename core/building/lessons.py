"""What heads are trained on and judged by, for one catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.evaluation.splits import Split
from core.features.vectors import Features
from core.heads.inputs import Inputs

ENOUGH = 200
"""With fewer training rows to weigh heads on, only a frugal head may, helped by the validation rows."""


@dataclass(frozen=True)
class Lessons:
    """All that heads are trained on and judged by.

    Attributes
    ----------
    inputs
        The catalogue's products.
    labels
        int64 (n,): each product's category as a position in `classes`.
    classes, skus
        Names of the categories; ids of the products.
    split
        Which rows teach, choose and judge.
    groups
        int64 (n,): rows of one product share a number.
    learned
        bool (n,): rows whose picture the image encoder itself was trained on.
    name_vectors
        Modality -> the categories' names in its space (see `core.heads.zero_shot`), where there are any.
    copies
        Features of changed copies of the training rows' pictures, each aligned with the catalogue.
    seed
        Of all draws.
    """

    inputs: Inputs
    labels: np.ndarray
    classes: Sequence[str]
    skus: np.ndarray
    split: Split
    groups: np.ndarray
    learned: np.ndarray
    name_vectors: Mapping[str, np.ndarray] = field(default_factory=dict)
    copies: tuple[Features, ...] = ()
    seed: int = 0

    @property
    def prior(self) -> np.ndarray:
        """Class shares of the training rows, float32 (classes,)."""
        counts = np.bincount(self.labels[self.split.train], minlength=len(self.classes))
        return (counts / counts.sum()).astype(np.float32)

    def weighing(self, modality: str) -> np.ndarray:
        """Return the training rows on which heads for `modality` are weighed against each other.

        Pictures that the encoder itself was trained on do not count, for their vectors promise more than new
        ones hold.
        """
        train = self.split.train
        return train if modality == "text" else train[~self.learned[train]]

    def taught(self, rows: np.ndarray, modality: str) -> tuple[Inputs, np.ndarray]:
        """Return the products `rows` and their labels; with a picture, the changed copies of it as well."""
        inputs, labels = self.inputs.take(rows), self.labels[rows]
        if modality == "text" or not self.copies:
            return inputs, labels
        parts, every = [inputs], [labels]
        for copy in self.copies:
            kept = rows[copy.present[rows]]
            image = {"image": Features(copy.vectors[kept], copy.present[kept])}
            parts.append(Inputs(dict(self.inputs.take(kept).features) | image, self.inputs.texts[kept]))
            every.append(self.labels[kept])
        return Inputs.joined(parts), np.concatenate(every)
