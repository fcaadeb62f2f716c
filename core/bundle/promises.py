"""What a bundle promises of its answers: which need review, and which categories are plausible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.bundle.json_fields import Fields
from core.evaluation.acceptance import AcceptanceRule
from core.evaluation.conformal import ConformalRule


@dataclass(frozen=True)
class OtherHead:
    """Who answers texts in languages that the catalogue does not have, but its text encoder covers.

    Attributes
    ----------
    head
        Its name; it reads nothing but vectors.
    rule
        The rule for its answers, from texts in the catalogue's own languages: there are no others to test on.
    """

    head: str
    rule: AcceptanceRule


@dataclass(frozen=True)
class AcceptanceRules:
    """Which answers need no review.

    Attributes
    ----------
    wanted_precision
        The share of right answers wanted among them, 0 to 1.
    guard
        The share of right answers that all guards together may send to review, 0 to 1.
    rules
        What is given (text, image, fused for both) -> the rule for the model that answers it.
    others
        text, fused -> who answers texts in further languages; none where nobody can.
    """

    wanted_precision: float
    guard: float
    rules: Mapping[str, AcceptanceRule]
    others: Mapping[str, OtherHead] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers and lists, ready for JSON."""
        return {
            "wanted_precision": self.wanted_precision,
            "guard": self.guard,
            "rules": {given: rule.to_dict() for given, rule in self.rules.items()},
            "others": {
                given: {"head": other.head, "rule": other.rule.to_dict()}
                for given, other in self.others.items()
            },
        }

    @classmethod
    def read(cls, fields: Fields, modalities: tuple[str, ...], n_classes: int) -> AcceptanceRules:
        """Return what :meth:`to_dict` gave; BundleError where it is something else."""
        rules = fields.one("rules")

        def other(others: Fields, given: str) -> OtherHead:
            one = others.one(given)
            return OtherHead(one.name("head"), _acceptance(one.one("rule"), n_classes))

        return cls(
            fields.share("wanted_precision"),
            fields.share("guard"),
            {given: _acceptance(rules.one(given), n_classes) for given in modalities},
            # Bundles from before encoders of several languages lack them.
            fields.named("others", other, set(modalities) - {"image"}) if fields.has("others") else {},
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


def _acceptance(fields: Fields, n_classes: int) -> AcceptanceRule:
    return AcceptanceRule(
        fields.numbers("thresholds", n_classes),
        tuple(int(count) for count in fields.numbers("own", n_classes)),
        fields.number("overall"),
        fields.number("strangest"),
        fields.number("most_disagreement"),
        fields.share("price"),
    )
