"""Hashes and sizes of images, read without decoding them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from core.catalogue.images.decoding import image_size
from core.catalogue.images.digest import bytes_digest
from core.catalogue.images.files import ImageFiles
from core.common.errors import ImageError
from core.common.progress import Progress, silent

_THREADS = 2  # one reads from disk while another parses a header under the interpreter lock
_BATCH = 1024  # images per progress report
_TASK = 32  # images that a thread reads before it asks for more: asking costs as much as an image


@dataclass(frozen=True)
class ImageFacts:
    """An image's hash (32 hexadecimal digits) and its upright size in pixels."""

    digest: str
    width: int
    height: int


def image_facts(
    names: Sequence[str], images: ImageFiles, progress: Progress = silent
) -> dict[str, ImageFacts | None]:
    """Return the facts of each image by name, None if it cannot be opened; repeated names are read once."""
    wanted = list(dict.fromkeys(names))
    facts: dict[str, ImageFacts | None] = {}
    with ThreadPoolExecutor(_THREADS) as pool:
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            tasks = [batch[first : first + _TASK] for first in range(0, len(batch), _TASK)]
            for task, found in zip(tasks, pool.map(lambda task: _look_at(task, images), tasks), strict=True):
                facts.update(zip(task, found, strict=True))
            progress("images", start + len(batch), len(wanted))
    return facts


def _look_at(names: Sequence[str], images: ImageFiles) -> list[ImageFacts | None]:
    return [_look(name, images) for name in names]


def _look(name: str, images: ImageFiles) -> ImageFacts | None:
    try:
        content = images.read(name)
        size = image_size(content)
    except ImageError:
        return None  # the caller counts these
    return ImageFacts(bytes_digest(content), size.width, size.height)
