"""Which of a catalogue's images an encoder was trained on: they must not be used to judge it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from core.features.encoders.encoder import Encoder, EncoderEntry
from core.features.encoders.record import EncoderRecord
from core.features.encoders.registry import ENCODERS


def learned_rows(encoders: Mapping[str, Encoder | EncoderRecord], digests: Sequence[str]) -> np.ndarray:
    """Return which products have an image that the image encoder's weights were trained on.

    Parameters
    ----------
    encoders
        Modality -> encoder.
    digests
        A hash of each image as `core.catalogue.images.digest.bytes_digest` makes it, "" for none.

    Returns
    -------
    np.ndarray
        bool (n,).
    """
    hashes = np.array([bytes.fromhex(digest)[:8].ljust(8, b"\0") for digest in digests], dtype="S8")
    learned = np.zeros(len(digests), dtype=bool)
    image = encoders.get("image")
    for each in () if image is None else image.members or (image,):
        # The list is about the weights that come with the code, not about weights the user named.
        entry = _with_the_code(each)
        if entry is not None and entry.learned is not None:
            learned |= np.isin(hashes, np.load(entry.learned).view("S8"))
    return learned


def _with_the_code(encoder: Encoder | EncoderRecord) -> EncoderEntry | None:
    """Return the entry of an encoder whose weights come with the code, or did before they were changed."""
    tuned, pressed = encoder.fine_tuned, encoder.compression
    if tuned is not None:
        return ENCODERS.get(tuned.base) if tuned.base_bundled else None
    bundled = encoder.bundled if pressed is None else pressed.base_bundled
    return ENCODERS.get(encoder.name) if bundled else None
