"""From products to probabilities: the one path that building, evaluating and serving share.

A head is run only on products that have its modality: for fused, both text and image. Fused, a product with
only one of them is answered by the head chosen for what it has. Whatever no head answers gets the class
shares of the training products.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from core.evaluation.calibrators import Calibrator
from core.features.parts import PartsProjection
from core.heads.inputs import Inputs
from core.heads.key import HeadKey


class Scorer(Protocol):
    """A head that can be run: `core.heads.served.OnnxHead`."""

    @property
    def members(self) -> tuple[HeadKey, ...]:
        """The heads whose probabilities it combines, and which its inputs carry."""
        ...

    @property
    def projections(self) -> Mapping[str, PartsProjection]:
        """text, image -> how the parts that it reads are reduced; empty where it reads none."""
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
        Every head.
    prior
        float32 (classes,): class shares of the training products.
    best
        Modality -> the head chosen for it.
    calibrators
        Head -> its calibrator; the probabilities of a head without one stay as they are.
    """

    heads: Mapping[HeadKey, Scorer]
    prior: np.ndarray
    best: Mapping[str, str]
    calibrators: Mapping[HeadKey, Calibrator] = field(default_factory=dict)

    def score(self, key: HeadKey, inputs: Inputs) -> np.ndarray:
        """Return the calibrated probabilities of n products, float32 (n, classes), rows summing to 1."""
        return self.on(inputs).calibrated(key)

    def on(self, inputs: Inputs, raw: Mapping[HeadKey, np.ndarray] | None = None) -> Scores:
        """Score the same products with several heads, each of which runs once.

        Parameters
        ----------
        inputs
            n products.
        raw
            Probabilities that are known: head -> what `Scores.raw` would return.
        """
        return Scores(self, inputs, dict(raw or {}))

    def shares(self, n: int) -> np.ndarray:
        """Return the class shares of the training products in n rows, float32 (n, classes)."""
        return np.tile(self.prior, (n, 1)).astype(np.float32)


@dataclass(frozen=True)
class Scores:
    """Probabilities of some products; a head that several others combine runs once.

    Attributes
    ----------
    scorers
        The heads.
    inputs
        The n products.
    """

    scorers: Scorers
    inputs: Inputs
    _raw: dict[HeadKey, np.ndarray]

    def calibrated(self, key: HeadKey) -> np.ndarray:
        """Return a head's calibrated probabilities of all n products, float32 (n, classes).

        Fused, products with only text or only image are answered by the heads chosen for these. Whatever no
        head answers has the class shares.
        """
        proba = self.scorers.shares(len(self.inputs))
        if key not in self.scorers.heads:
            return proba
        rows = self.inputs.present(key.modality)
        self._fill(proba, key, rows)
        if key.modality == "fused":
            for modality in self.inputs.features:
                single = HeadKey(modality, self.scorers.best.get(modality, ""))
                if single in self.scorers.heads:
                    self._fill(proba, single, self.inputs.present(modality) & ~rows)
        return proba

    def raw(self, key: HeadKey) -> np.ndarray:
        """Return a head's own probabilities, float32 (n, classes); class shares where it does not answer."""
        if key not in self._raw:
            self._raw[key] = self._predicted(key)
        return self._raw[key]

    def _predicted(self, key: HeadKey) -> np.ndarray:
        proba = self.scorers.shares(len(self.inputs))
        rows = self.inputs.present(key.modality)
        if rows.any():
            head = self.scorers.heads[key]
            inputs = self.inputs.with_members({member: self.raw(member) for member in head.members})
            proba[rows] = head.predict_proba(inputs if rows.all() else inputs.take(rows))
        return proba

    def _fill(self, proba: np.ndarray, key: HeadKey, rows: np.ndarray) -> None:
        """Put one head's calibrated probabilities into the `rows` (bool) of `proba`."""
        if rows.any():
            raw = self.raw(key)[rows]
            calibrator = self.scorers.calibrators.get(key)
            proba[rows] = raw if calibrator is None else calibrator.apply(raw)
