"""Stand-ins for an encoder and for a catalogue's image files."""

import io
import threading
from collections import Counter

import numpy as np
from PIL import Image, ImageOps

from core.catalogue.images.digest import bytes_digest
from core.common.errors import ImageError
from core.features.encoders.encoder import BATCH_CHARACTERS, BATCH_TEXTS, Encoder, text_batches
from core.features.texts import text_key

DIM = 4


class CountingEncoder(Encoder):
    """Vectors from a hash of the item; counts what it encodes, and can fail after some batches."""

    name, weights_id, preprocessing, dim = "counting", "0123456789abcdef", 1, DIM
    bundled = True

    def __init__(
        self, modality="text", *, fail_after=None, most_texts=BATCH_TEXTS, most_characters=BATCH_CHARACTERS
    ) -> None:
        self.modality = modality
        self.side = 8 if modality == "image" else None
        self.seen: Counter = Counter()
        self.sizes: list[int] = []
        self.fail_after = fail_after
        self.limits = most_texts, most_characters

    def batches(self, texts):
        return text_batches(texts, *self.limits)

    def encode(self, items):
        if self.fail_after is not None and len(self.sizes) >= self.fail_after:
            raise KeyboardInterrupt
        self.sizes.append(len(items))
        rows = [self.vector(item) for item in items]
        return np.array(rows, np.float32).reshape(len(items), DIM)

    def vector(self, item):
        content = item if isinstance(item, str) else item.tobytes()
        self.seen[content] += 1
        row = np.frombuffer(text_key(str(content)), np.uint8)[:DIM].astype(np.float32) + 1
        return row / np.linalg.norm(row)


class MemoryImages:
    """Stands in for the image files of a catalogue: name -> bytes."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.reads: Counter = Counter()
        self.lock = threading.Lock()

    def __contains__(self, name):
        return name in self.files

    def read(self, name):
        with self.lock:
            self.reads[name] += 1
        if name not in self.files:
            raise ImageError(f"{name}: no such image")
        return self.files[name]

    def digest(self, name):
        return bytes_digest(self.read(name))


def png(colour, size=(8, 8)) -> bytes:
    """An image with a square of the colour's opposite in the middle."""
    image = Image.new("RGB", size, colour)
    inner = tuple(length // 4 for length in size)
    image.paste(ImageOps.invert(image).crop((0, 0, size[0] // 2, size[1] // 2)), inner)
    return saved(image)


def saved(image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
