"""What a head reaches, as a value: made by `core.evaluation.scores`, kept in bundles as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np


@dataclass(frozen=True)
class ClassScore:
    """What a head reaches on one class; figures in [0, 1], 0 where there is nothing to divide by."""

    name: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class Report:
    """What one head reaches on one part's rows.

    Attributes
    ----------
    modality, head, part : str
        What was judged, on which rows.
    n : int
        Rows judged.
    classes : tuple[str, ...]
        The classes the head knows, in the order of its probabilities.
    accuracy, macro_f1, weighted_f1, micro_f1, top3_accuracy : float
        In [0, 1]. `macro_f1` is the mean over the classes that are true or predicted somewhere.
    log_loss : float
        Mean negative natural logarithm of the true class's probability, 0 or more.
    per_class : tuple[ClassScore, ...]
        A score a class, in the order of `classes`.
    confusion : np.ndarray
        int64, shape (k, k): rows are true classes, columns predicted ones.
    """

    modality: str
    head: str
    part: str
    n: int
    classes: tuple[str, ...]
    accuracy: float
    macro_f1: float
    weighted_f1: float
    micro_f1: float
    top3_accuracy: float
    log_loss: float
    per_class: tuple[ClassScore, ...]
    confusion: np.ndarray

    def to_dict(self) -> dict[str, Any]:
        """Return plain lists, strings and numbers, ready for JSON."""
        plain = asdict(self)
        plain["classes"] = list(self.classes)
        plain["per_class"] = list(plain["per_class"])
        plain["confusion"] = self.confusion.tolist()
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Report:
        """Make a report again from what `to_dict` gave; unknown entries are ignored."""
        values = {field.name: plain[field.name] for field in fields(cls)}
        values["classes"] = tuple(plain["classes"])
        values["per_class"] = tuple(ClassScore(**score) for score in plain["per_class"])
        k = len(values["classes"])
        values["confusion"] = np.asarray(plain["confusion"], dtype=np.int64).reshape(k, k)
        return cls(**values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Report) and self.to_dict() == other.to_dict()

    __hash__ = None
