"""Numbers of each product that a map can be coloured by, and that its tables list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from core.bundle.projection import Projection
from core.bundle.reader import Bundle
from core.projections.trust import SAMPLE
from core.views.maps.recompute import OwnMap


@dataclass(frozen=True)
class Number:
    """A number of each product: its name, and how to read it."""

    name: str
    note: str


TRUST = "trust"
STRANGENESS = "strangeness"

NUMBERS = {
    TRUST: Number(
        "Trustworthiness",
        f"Trustworthiness of a product: 1 if its ten nearest on the map, among up to {SAMPLE:,} products, "
        "are also its nearest by features, lower the farther down they rank; that of the map is the mean.",
    ),
    STRANGENESS: Number(
        "Strangeness",
        "Strangeness of a product: near 1 if it is as unlike the others as products of a category that the "
        "catalogue lacks; judged by models that had not seen it.",
    ),
}
"""Number -> what it is."""

Numbers = Mapping[str, Callable[[], np.ndarray]]
"""One of `NUMBERS` -> returns it for each product of the catalogue, float (n,); NaN where there is none."""


def stored_numbers(bundle: Bundle, projection: Projection) -> Numbers:
    """Return the numbers that go with a map of a bundle."""
    return {
        TRUST: partial(bundle.trust, projection.modality, projection.method, projection.dims),
        STRANGENESS: partial(_strangeness, bundle, projection.modality),
    }


def own_numbers(bundle: Bundle, own: OwnMap) -> Numbers:
    """Return the numbers that go with a recomputed map."""
    return {
        TRUST: partial(own.among, own.quality.trust, len(bundle.table)),
        STRANGENESS: partial(_strangeness, bundle, own.request.modality),
    }


def _strangeness(bundle: Bundle, modality: str) -> np.ndarray:
    return bundle.guards.strangeness[modality]


def number_columns(numbers: Numbers, of_map: str = "") -> dict[str, np.ndarray]:
    """Return numbers as columns of a table, float (n,) of two decimals; names end with `of_map` if given."""
    end = f", {of_map}" if of_map else ""
    return {f"{NUMBERS[one].name}{end}": read().astype(np.float64).round(2) for one, read in numbers.items()}
