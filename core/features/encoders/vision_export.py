"""Export an image network of another library, with its preparation, checked against the library itself.

Used in the process of `core.onnx.export_process`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from core.common.errors import EncoderError
from core.features.encoders.encoder import normalised
from core.features.encoders.preparation import Preparation
from core.onnx.export_transformers import trace_images
from core.onnx.onnx_graph import add_metadata, set_width

if TYPE_CHECKING:
    import torch

SIZES = ((320, 200), (190, 330), (257, 255))
"""Of the made-up images that preparation and network are compared on: wide, tall, nearly square."""
PIXELS = 0.02
"""Mean difference of prepared pixels that is tolerated: libraries round differently."""
VECTORS = 1e-4
"""Largest difference of vectors of length 1 that is tolerated."""
LARGEST = 2_000_000_000
"""Bytes that an ONNX file can hold of weights."""


def export_checked(
    name: str,
    network: torch.nn.Module,
    preparation: Preparation,
    prepare: Callable[[Image.Image], torch.Tensor],
    target: str,
) -> None:
    """Export a network and compare it, and our preparation, with what the library does.

    Parameters
    ----------
    name
        For messages.
    network
        Prepared images (n, 3, side, side) to vectors (n, dim).
    preparation
        What we do in place of `prepare`.
    prepare
        The library's own preparation of an RGB image, to (1, 3, side, side).
    target
        The ONNX file to write.

    Raises
    ------
    EncoderError
        If the network is too large, or one of the two comparisons fails.
    """
    import torch

    require_size(name, network)
    images = samples()
    theirs = torch.cat([prepare(image) for image in images])
    ours = preparation.scale([preparation.fit(image) for image in images])
    if ours.shape != tuple(theirs.shape):
        raise EncoderError(f"{name}: expected images prepared to {tuple(theirs.shape)}, got {ours.shape}")
    difference = float(np.abs(ours - theirs.numpy()).mean())
    if not difference <= PIXELS:
        raise EncoderError(
            f"{name}: its preparation of images is not one that Product Lens has: "
            f"pixels differ by {difference:.3f} on average, expected {PIXELS} or less"
        )
    network = network.eval()
    trace_images(network, preparation.side, target)
    add_metadata(target, {"preparation": preparation.to_json()})
    with torch.inference_mode():
        expected = network(theirs).numpy()
    set_width(target, expected.shape[1])
    compare(name, expected, run(target, {"input": theirs.numpy()}))


def samples() -> list[Image.Image]:
    """Return made-up RGB images of `SIZES`, with soft colours and edges."""
    random = np.random.default_rng(0)
    made = []
    for width, height in SIZES:
        coarse = Image.fromarray(random.integers(0, 256, (height // 40, width // 40, 3), np.uint8))
        pixels = np.array(coarse.resize((width, height), Image.Resampling.BICUBIC))
        pixels[height // 4 : height // 2, width // 3 : width // 2] = 255
        made.append(Image.fromarray(pixels))
    return made


def require_size(name: str, network: torch.nn.Module) -> None:
    """Check that an ONNX file can hold a network in float32.

    Raises
    ------
    EncoderError
        If not.
    """
    got = 4 * sum(values.numel() for values in network.parameters())
    if got > LARGEST:
        raise EncoderError(
            f"{name}: {got / 1e9:.1f} GB of weights; an ONNX file holds {LARGEST / 1e9:.0f} GB, "
            "choose a smaller model"
        )


def run(path: str, feed: dict[str, np.ndarray]) -> np.ndarray:
    """Return an ONNX file's output."""
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, feed)[0])


def compare(name: str, expected: np.ndarray, got: np.ndarray) -> None:
    """Check that an export's vectors are those of the model, in direction.

    Raises
    ------
    EncoderError
        If not.
    """
    if expected.shape != got.shape:
        raise EncoderError(f"{name}: expected vectors of shape {expected.shape}, got {got.shape}")
    difference = float(np.abs(normalised(expected) - normalised(got)).max())
    if not difference <= VECTORS:
        raise EncoderError(
            f"{name}: its ONNX export differs from the model by {difference:.1e}, expected {VECTORS} or less"
        )
