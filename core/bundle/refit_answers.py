"""What a refit is compared with: the answers that the same heads gave before the corrections."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.bundle.json_fields import Fields
from core.common.errors import BundleError


@dataclass(frozen=True, eq=False)
class Refit:
    """What heads trained on one set of categories answer on the test products.

    Attributes
    ----------
    labels
        int64 (n,): what they were trained on.
    chosen
        Modality -> the head that did best on validation products.
    predicted
        Modality -> that head's answers, int64 (test products,).
    seconds
        How long it took.
    """

    labels: np.ndarray
    chosen: Mapping[str, str]
    predicted: Mapping[str, np.ndarray]
    seconds: float

    def write(self, file: Path) -> None:
        """Write what :meth:`read` returns, as JSON."""
        kept = {
            "labels": self.labels.tolist(),
            "chosen": dict(self.chosen),
            "predicted": {modality: each.tolist() for modality, each in self.predicted.items()},
            "seconds": self.seconds,
        }
        file.write_text(json.dumps(kept), encoding="utf-8")

    @classmethod
    def read(cls, fields: Fields, *, rows: int, tested: int, classes: int, among: Sequence[str]) -> Refit:
        """Return what :meth:`write` wrote for a bundle of this size.

        Parameters
        ----------
        fields
            The file's content.
        rows, tested, classes
            How many products, test products and categories the bundle has.
        among
            Its modalities, each of which has answers.

        Raises
        ------
        BundleError
            It is something else, or of another size.
        """
        chosen = fields.named("chosen", lambda heads, modality: heads.name(modality), among)
        predicted = fields.named(
            "predicted", lambda each, modality: _categories(each, modality, tested, classes), among
        )
        if set(chosen) != set(among) or set(predicted) != set(among):
            raise BundleError(f"expected answers by {', '.join(among)}, got {', '.join(predicted) or 'none'}")
        return cls(_categories(fields, "labels", rows, classes), chosen, predicted, fields.number("seconds"))


def _categories(fields: Fields, name: str, count: int, classes: int) -> np.ndarray:
    numbers = np.array(fields.numbers(name, count))
    if not (np.isin(numbers, np.arange(classes))).all():
        raise BundleError(f"{name}: expected positions from 0 to {classes - 1}")
    return numbers.astype(np.int64)
