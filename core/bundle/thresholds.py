"""What a bundle promises of its answers: which need review, and which categories are plausible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.bundle.json_fields import Fields
from core.evaluation.conformal import ConformalRule


@dataclass(frozen=True)
class ReviewThresholds:
    """The confidence an answer must reach to need no review.

    Attributes
    ----------
    precision
        The share of right answers wanted above the thresholds, 0 to 1.
    overall
        Modality -> one threshold for all categories.
    by_class
        Modality -> a threshold for each predicted category, in the order of the classes. Above 1: answers of
        this category always need review.
    """

    precision: float
    overall: Mapping[str, float]
    by_class: Mapping[str, tuple[float, ...]]

    def of(self, modality: str) -> np.ndarray:
        """Return the thresholds of a modality's answers, float64 (classes,)."""
        return np.asarray(self.by_class[modality], dtype=np.float64)

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers and lists, ready for JSON."""
        return {
            "precision": self.precision,
            "thresholds": dict(self.overall),
            "by_class": {modality: list(each) for modality, each in self.by_class.items()},
        }

    @classmethod
    def read(cls, fields: Fields, modalities: tuple[str, ...], n_classes: int) -> ReviewThresholds:
        """Return what :meth:`to_dict` gave; BundleError where it is something else."""
        overall, by_class = fields.one("thresholds"), fields.one("by_class")
        return cls(
            fields.share("precision"),
            {modality: overall.number(modality) for modality in modalities},
            {modality: by_class.numbers(modality, n_classes) for modality in modalities},
        )


@dataclass(frozen=True)
class ConformalRules:
    """Which categories are plausible for a product.

    Attributes
    ----------
    coverage
        How often the plausible categories should hold the right one, 0 to 1.
    rules
        Modality -> the rule for its answers.
    """

    coverage: float
    rules: Mapping[str, ConformalRule]

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers and lists, ready for JSON."""
        rules = {modality: rule.to_dict() for modality, rule in self.rules.items()}
        return {"coverage": self.coverage, "rules": rules}

    @classmethod
    def read(cls, fields: Fields, modalities: tuple[str, ...]) -> ConformalRules:
        """Return what :meth:`to_dict` gave; BundleError where it is something else."""
        rules = fields.one("rules")
        return cls(
            fields.share("coverage"),
            {modality: rules.converted(modality, ConformalRule.from_dict) for modality in modalities},
        )
