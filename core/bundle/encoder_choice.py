"""Why a bundle has the encoders it has, where they were chosen for its catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from core.bundle.json_fields import Fields
from core.common.errors import BundleError
from core.features.encoders.cost import EncoderCost


@dataclass(frozen=True)
class JudgedEncoder:
    """An encoder, or several side by side, that a catalogue could have had.

    Attributes
    ----------
    name
        As ``--text`` and ``--image`` take it: ``minilm+use`` for a pair.
    loss, standard_error
        Mean out-of-fold log loss of a logistic regression on its vectors, and how far chance moves it.
    products
        How many were judged; no test product was.
    cost
        In a process of its own, which loads its libraries, too.
    chosen
        Whether it was taken.
    """

    name: str
    loss: float
    standard_error: float
    products: int
    cost: EncoderCost
    chosen: bool


EncoderChoice = Mapping[str, tuple[JudgedEncoder, ...]]
"""text, image -> its candidates, one of them chosen; what the user named was not chosen."""


def choice_to_dict(choice: EncoderChoice) -> dict[str, list[dict[str, Any]]]:
    """Return plain values, ready for JSON."""
    return {modality: [asdict(one) for one in judged] for modality, judged in choice.items()}


def read_choice(fields: Fields) -> dict[str, tuple[JudgedEncoder, ...]]:
    """Return what :func:`choice_to_dict` gave; BundleError where it is something else."""
    return fields.named("encoder_choice", _judged, ("text", "image"))


def read_cost(fields: Fields) -> EncoderCost:
    """Return a cost; BundleError where it is something else."""
    cold, warm = fields.number("cold"), fields.number("warm")
    if min(cold, warm) < 0:
        raise BundleError(f"cost of an encoder: expected seconds of 0 or more, got {cold:g} and {warm:g}")
    return EncoderCost(cold, warm)


def _judged(choice: Fields, modality: str) -> tuple[JudgedEncoder, ...]:
    judged = tuple(_one(each) for each in choice.many(modality))
    if sum(one.chosen for one in judged) != 1:
        raise BundleError(f"encoder_choice.{modality}: expected one chosen encoder among {len(judged)}")
    return judged


def _one(fields: Fields) -> JudgedEncoder:
    return JudgedEncoder(
        name=fields.slashed("name"),
        loss=fields.number("loss"),
        standard_error=fields.number("standard_error"),
        products=fields.whole("products", least=1),
        cost=read_cost(fields.one("cost")),
        chosen=fields.flag("chosen"),
    )
