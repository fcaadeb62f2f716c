"""The scores of a head: computed by `core.evaluation.scores`, stored in bundles as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np


@dataclass(frozen=True)
class ClassScore:
    """The scores of one class.

    Attributes
    ----------
    name : str
        The class.
    precision, recall, f1 : float or None
        In [0, 1]; None where the class has no products. The precision of a class that has products but is
        never predicted is 0.
    support : int
        Products of the class.
    """

    name: str
    precision: float | None = None
    recall: float | None = None
    f1: float | None = None
    support: int = 0


@dataclass(frozen=True, eq=False)
class Report:
    """The scores of one head on the products of one split.

    Attributes
    ----------
    modality, head, split : str
        The head, and the split: train, validation, test or unseen.
    n : int
        How many products.
    classes : tuple[str, ...]
        The class names, in the order of the head's probabilities.
    accuracy, macro_f1, weighted_f1, micro_f1, top3_accuracy : float
        In [0, 1]. `macro_f1` is the mean over the classes that have products.
    log_loss : float
        Mean negative natural logarithm of the true class's probability, 0 or more.
    per_class : tuple[ClassScore, ...]
        One per class, in the order of `classes`.
    confusion : np.ndarray
        int64, shape (k, k): rows are true classes, columns predicted ones.
    """

    modality: str
    head: str
    split: str
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
        """Return the report that `to_dict` was called on; unknown entries are ignored."""
        values = {field.name: plain[field.name] for field in fields(cls)}
        values["classes"] = tuple(plain["classes"])
        values["per_class"] = tuple(ClassScore(**score) for score in plain["per_class"])
        k = len(values["classes"])
        values["confusion"] = np.asarray(plain["confusion"], dtype=np.int64).reshape(k, k)
        return cls(**values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Report) and self.to_dict() == other.to_dict()
