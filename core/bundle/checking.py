"""Everything a bundle holds, checked: for bundles that come from somebody else.

Nothing is checked here in a way of its own: each part is opened as the app opens it, and what that refuses is
a fault. So a bundle without faults opens everywhere, and every fault found here is refused everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np

from core.bundle.layout import RESULTS
from core.bundle.model_card import ModelCard
from core.bundle.reader import Bundle
from core.bundle.source import source_of
from core.common.errors import BundleError, CoreError
from core.common.modality import sides_of

_ROWS = 4096
"""Vectors looked at together."""
_LENGTH = 0.02
"""How far the length of a vector may be from 1."""


def faults_of(path: Path | str) -> list[str]:
    """Return what is wrong with the bundle in a folder, a line each; nothing where it is sound."""
    try:
        bundle = Bundle.open(path)
    except BundleError as error:
        return [_line(error)]
    faults = []
    for part in _parts(bundle):
        try:
            part()
        except CoreError as error:
            faults.append(_line(error))
    return list(dict.fromkeys(faults))


def _parts(bundle: Bundle) -> Iterator[Callable[[], object]]:
    """Yield what opens each part of a bundle."""
    for name in bundle.manifest.files:
        yield partial(bundle.file, name)
    yield lambda: bundle.table
    yield lambda: bundle.faults
    yield lambda: bundle.marking_words("")
    yield lambda: bundle.out_of_fold
    yield lambda: [bundle.held_out(given) for given in bundle.modalities]
    yield lambda: [bundle.held_out_further(given) for given in bundle.modalities]
    yield lambda: bundle.texts
    yield lambda: bundle.before_refit
    yield lambda: source_of(bundle)
    yield lambda: bundle.strangeness
    yield lambda: _pictures(bundle)
    for modality in bundle.modalities:
        if RESULTS[modality] in bundle.manifest.files:
            yield partial(_predictions, bundle, modality)
    for side in sides_of("fused"):
        if side in bundle.modalities and bundle.has_features(side):
            yield partial(_vectors, bundle, side, bundle.features)
            if bundle.encoders[side].fine_tuned is not None:
                yield partial(_vectors, bundle, side, bundle.frozen_features)
    for each in bundle.projections:
        yield partial(bundle.coordinates, each.modality, each.method, each.dims)
        yield partial(bundle.trust, each.modality, each.method, each.dims)
    yield lambda: bundle.models
    for model in _models(bundle):
        yield partial(bundle.head, model.key)
    for side, record in bundle.encoders.items():
        if record.members:
            yield partial(bundle.scaling, side)
        for encoder in record.parts:
            if encoder.file in bundle.manifest.files:
                yield partial(bundle.one_encoder, encoder)


def _models(bundle: Bundle) -> tuple[ModelCard, ...]:
    """Return the bundle's models, none where they cannot be read, which is a fault of its own."""
    try:
        return bundle.models
    except BundleError:
        return ()


def _pictures(bundle: Bundle) -> None:
    for sku in bundle.table["sku"]:
        bundle.thumbnail(sku)


def _predictions(bundle: Bundle, modality: str) -> None:
    unknown = ~bundle.predictions(modality)["sku"].isin(bundle.table["sku"])
    if unknown.any():
        raise BundleError(f"bundle '{bundle.name}' is damaged: {RESULTS[modality]} names unknown products")


def _vectors(bundle: Bundle, side: str, read: Callable[[str], np.ndarray]) -> None:
    vectors, present = read(side), bundle.present(side)
    for start in range(0, len(vectors), _ROWS):
        lengths = np.linalg.norm(vectors[start : start + _ROWS], axis=1)
        if not (np.abs(lengths - present[start : start + _ROWS]) < _LENGTH).all():
            raise BundleError(
                f"bundle '{bundle.name}' is damaged: features of {side}: expected vectors of length 1, or 0 "
                f"where there is no {side}"
            )


def _line(error: CoreError) -> str:
    """Return an error as one line, without what stands in all of them."""
    return " ".join(str(error).split()).removesuffix("; build it again")
