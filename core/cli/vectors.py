"""``--text-vectors`` and ``--image-vectors``: files of vectors in place of encoders."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from core.common.errors import CoreError

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

MODALITIES = ("text", "image")


def add_vectors(parser: argparse.ArgumentParser, instead: str) -> None:
    """Add both options; `instead` says what they stand for."""
    for modality in MODALITIES:
        parser.add_argument(
            f"--{modality}-vectors",
            type=Path,
            metavar="FILE",
            help=f"{modality} vectors of the products, joined by id (sku or image name), {instead}: "
            ".npy with ids beside it, .npz, .parquet or .csv",
        )


def vector_files(options: argparse.Namespace) -> dict[str, Path]:
    """Return text, image -> the file that was named."""
    named = {modality: getattr(options, f"{modality}_vectors") for modality in MODALITIES}
    return {modality: file for modality, file in named.items() if file is not None}


def check_vectors(options: argparse.Namespace, bundle: Bundle, *, all_of_them: bool) -> None:
    """Check that the vectors are there which a bundle needs.

    Parameters
    ----------
    options, bundle
        What was named, and for which bundle.
    all_of_them
        Whether every model is asked, not only those that can do without.

    Raises
    ------
    CoreError
        Vectors are needed and not named.
    """
    from core.serving.readable import is_given, why_not

    named = vector_files(options)
    missing = [m for m in bundle.encoders if is_given(bundle, m) and m not in named]
    unread = [m for m in missing if why_not(bundle, m)]
    if missing and (all_of_them or len(unread) == len(bundle.encoders)):
        options_needed = " and ".join(f"--{m}-vectors FILE" for m in missing)
        raise CoreError(
            f"'{bundle.name}' was built with given {' and '.join(missing)} vectors: name those of these "
            f"products with {options_needed}"
        )
    for modality in missing:
        print(why_not(bundle, modality) or "No text vectors named: texts are read by their words alone.")
