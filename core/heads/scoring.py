"""From products to probabilities: the one path that building, evaluating and serving share.

A head sees only products that have its modality; a product that lacks it gets the training rows' class
shares, which is all that is known of it. In the fused column a product with only a text, or only a picture,
is answered by the fused head itself where that can read such products, else by the head chosen for what it
has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from core.evaluation.calibrators import Calibrator
from core.heads.inputs import Inputs
from core.heads.key import HeadKey


class Scorer(Protocol):
    """Anything that turns products into probabilities."""

    @property
    def partial(self) -> bool:
        """Whether it answers products with only a text or only an image as fused ones, too."""
        ...

    @property
    def members(self) -> tuple[HeadKey, ...]:
        """The heads whose answers it weighs, which the products then carry."""
        ...

    def predict_proba(self, inputs: Inputs) -> np.ndarray:
        """Return float32 (n, classes), rows summing to 1, of n products that have what it reads."""
        ...


@dataclass(frozen=True)
class Scorers:
    """The heads of one bundle.

    Attributes
    ----------
    heads
        (modality, head) -> head.
    prior
        float32 (classes,): class shares of the training rows.
    best
        Modality -> the head chosen for it.
    calibrators
        (modality, head) -> what makes its probabilities true; heads without one are taken at their word.
    """

    heads: Mapping[HeadKey, Scorer]
    prior: np.ndarray
    best: Mapping[str, str]
    calibrators: Mapping[HeadKey, Calibrator] = field(default_factory=dict)

    def score(
        self, modality: str, head: str, inputs: Inputs, known: dict[HeadKey, np.ndarray] | None = None
    ) -> np.ndarray:
        """Calibrated probabilities of every category for every product.

        Parameters
        ----------
        modality
            text, image or fused.
        head
            Name of a head trained on that modality.
        inputs
            n products.
        known
            What heads have said of these very products before calibration; asked and filled.

        Returns
        -------
        ndarray
            float32 (n, classes), rows summing to 1.
        """
        known = {} if known is None else known
        proba = np.tile(self.prior, (len(inputs), 1)).astype(np.float32)
        if HeadKey(modality, head) not in self.heads:
            return proba
        rows = self.answered(modality, head, inputs)
        self._fill(proba, HeadKey(modality, head), inputs, rows, known)
        if modality == "fused":
            for single in inputs.features:
                rest = inputs.present(single) & ~rows
                if HeadKey(single, self.best.get(single, "")) in self.heads:
                    self._fill(proba, HeadKey(single, self.best[single]), inputs, rest, known)
        return proba

    def raw(self, key: HeadKey, inputs: Inputs, known: dict[HeadKey, np.ndarray]) -> np.ndarray:
        """Probabilities as the head gives them, float32 (n, classes); the class shares where it has none."""
        if key not in known:
            proba = np.tile(self.prior, (len(inputs), 1)).astype(np.float32)
            rows = self.answered(*key, inputs)
            if rows.any():
                head = self.heads[key]
                told = inputs.having({member: self.raw(member, inputs, known) for member in head.members})
                proba[rows] = head.predict_proba(told if rows.all() else told.take(rows))
            known[key] = proba
        return known[key]

    def answered(self, modality: str, head: str, inputs: Inputs) -> np.ndarray:
        """Which products the head can read, bool (n,)."""
        if modality == "fused" and self.heads[HeadKey(modality, head)].partial:
            return inputs.present("text") | inputs.present("image")
        return inputs.present(modality)

    def _fill(
        self,
        proba: np.ndarray,
        key: HeadKey,
        inputs: Inputs,
        rows: np.ndarray,
        known: dict[HeadKey, np.ndarray],
    ) -> None:
        """Put one head's calibrated probabilities into `rows` (bool) of `proba`."""
        if rows.any():
            said = self.raw(key, inputs, known)[rows]
            proba[rows] = self.calibrators[key].apply(said) if key in self.calibrators else said
