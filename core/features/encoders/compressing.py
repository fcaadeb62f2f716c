"""Keep an encoder in 8 bits: all its numbers (`core.onnx.quantising`) or its weights alone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from core.common.kept_files import forget, is_whole, keep
from core.common.progress import Progress, silent
from core.features.encoders.encoder import Encoder
from core.features.encoders.image import ImageEncoder
from core.features.encoders.other_file import from_other_file
from core.features.encoders.text import TextEncoder
from core.onnx.export import cached_path
from core.onnx.lanes import Feed, Lanes, onnx_lanes
from core.onnx.quantising import can_quantise, quantise
from core.onnx.small_weights import write_small_weights

VERSION = 1
"""Part of the names of cached files; raise it when other ones are written."""


def can_compress(encoder: Encoder) -> bool:
    """Whether an encoder is a network that can be kept in 8 bits.

    One that shares its space with an encoder of the other input cannot: both would have to change together.
    """
    is_network = isinstance(encoder, TextEncoder | ImageEncoder) and encoder.logit_scale is None
    return is_network and encoder.onnx_path is not None and can_quantise(encoder.onnx_path)


def fed(encoder: Encoder, encode: Callable[[Encoder], object]) -> list[Feed]:
    """Return what an encoder's network is fed while `encode` uses the encoder."""
    feeds: list[Feed] = []

    def open_lanes(file: Path) -> Lanes:
        plain = onnx_lanes(file)

        def run(feed: Feed) -> object:
            feeds.append(feed)
            return plain.run(feed)

        return Lanes(run, 1)  # type: ignore[arg-type]

    encode(encoder.on(open_lanes, encoder.precision))
    return feeds


def in_8_bits(encoder: Encoder, feeds: Sequence[Feed], progress: Progress = silent) -> Encoder:
    """Return an encoder that computes in 8 bits, made once for the same feeds.

    Parameters
    ----------
    encoder
        One that `can_compress` accepts.
    feeds
        What the network is fed for training products (`fed`): they show the ranges of its activations.
    progress
        Told when the file is made.

    Raises
    ------
    CoreError
        It cannot be quantised.
    """
    return _made(encoder, _identity(feeds), lambda source, path: quantise(source, path, feeds), progress)


def with_small_weights(encoder: Encoder, progress: Progress = silent) -> Encoder:
    """Return an encoder that keeps its weights in 8 bits and computes in fp32; the file is made once.

    Parameters
    ----------
    encoder
        One that `can_compress` accepts.
    progress
        Told when the file is made.
    """
    return _made(encoder, f"weights{VERSION}", write_small_weights, progress)


def _made(encoder: Encoder, which: str, write: Callable[[Path, Path], None], progress: Progress) -> Encoder:
    assert encoder.onnx_path is not None, "what can be compressed has a file"
    plain = cached_path(encoder.name, encoder.weights_id)
    path = plain.with_name(f"{plain.stem}-int8-{which}.onnx")
    if not is_whole(path):
        forget(path)
        stage = f"Preparing {encoder.name} in 8 bits"
        progress(stage, 0, 1)
        write(encoder.onnx_path, path)
        keep(path)
        progress(stage, 1, 1)
    made = from_other_file(encoder, encoder.name, path)
    made.fine_tuned = encoder.fine_tuned
    return made


def _identity(feeds: Sequence[Feed]) -> str:
    digest = hashlib.blake2b(str(VERSION).encode(), digest_size=8)
    for feed in feeds:
        for name, array in sorted(feed.items()):
            digest.update(f"{name} {array.shape}\n".encode())
            digest.update(array.tobytes())
    return digest.hexdigest()
