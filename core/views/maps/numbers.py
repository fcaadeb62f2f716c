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

NUMBERS = {
    TRUST: Number(
        "Trustworthiness",
        f"Trustworthiness of a product: 1 if its ten nearest on the map, among up to {SAMPLE:,} products, are "
        "also its nearest by features, lower the farther down they rank; that of the map is the mean.",
    ),
}
"""Number -> what it is."""

Numbers = Mapping[str, Callable[[], np.ndarray]]
"""One of `NUMBERS` -> returns it for each product of the catalogue, float (n,); NaN where there is none."""


def stored_numbers(bundle: Bundle, projection: Projection) -> Numbers:
    """Return the numbers that go with a map of a bundle."""
    return {TRUST: partial(bundle.trust, projection.modality, projection.method, projection.dims)}


def own_numbers(own: OwnMap, n: int) -> Numbers:
    """Return the numbers that go with a recomputed map, of a catalogue of n products."""
    return {TRUST: partial(own.among, own.quality.trust, n)}


def number_columns(numbers: Numbers, of_map: str = "") -> dict[str, np.ndarray]:
    """Return numbers as columns of a table, float (n,) of two decimals; names end with `of_map` if given."""
    end = f", {of_map}" if of_map else ""
    return {f"{NUMBERS[one].name}{end}": read().astype(np.float64).round(2) for one, read in numbers.items()}
