"""Load encoders and bundles for whole catalogues, by functions that Ray can pickle."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from core.common.errors import CoreError
from core.common.progress import Progress, silent
from core.features.backends import Backend
from core.features.encoders.encoder import Encoder
from core.features.encoders.registry import load_encoder
from core.features.given.vectors import open_vectors
from core.serving.int8_check import require_int8
from core.serving.predictor import Predictor


def load_embedder(name: str, weights: Path | None, backend: Backend, progress: Progress = silent) -> Encoder:
    """Load an encoder whose vectors are to be stored.

    Raises
    ------
    CoreError
        For int8, whose vectors depend on their neighbours; and as
        `core.features.encoders.registry.load_encoder`.
    """
    if backend.precision == "int8":
        raise CoreError("--precision int8 is not for stored vectors: they depend on the texts beside them")
    return backend.applied(load_encoder(name, weights, progress=progress), progress)


def load_predictor(
    bundle: Path,
    backend: Backend,
    catalogue: Path | None = None,
    progress: Progress = silent,
    vectors: Mapping[str, Path] | None = None,
) -> Predictor:
    """Load a bundle with its encoders on a backend; int8 is checked first (`core.serving.int8_check`).

    Parameters
    ----------
    bundle
        Its folder.
    backend
        What runs the encoders.
    catalogue
        The folder a private bundle was made from.
    progress
        Told about vectors being read, int8 weights being made, and checked.
    vectors
        text, image -> a file of the products' vectors, for a bundle whose own were given.

    Raises
    ------
    CoreError
        As `Predictor.load` and `core.serving.int8_check.require_int8`.
    """
    given = {m: open_vectors(file, m, progress) for m, file in (vectors or {}).items()}
    predictor = Predictor.load(bundle, vectors=given)
    encoders = {m: backend.applied(encoder, progress) for m, encoder in predictor.encoders.items()}
    if backend.precision == "int8":
        if "text" not in encoders or encoders["text"].precision != "int8":
            raise CoreError(
                f"--precision int8: bundle '{predictor.bundle.name}' has no text encoder that runs in int8"
            )
        require_int8(predictor, encoders["text"], catalogue, progress)
    return Predictor(predictor.bundle, encoders, predictor.scorers)
