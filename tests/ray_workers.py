"""What the workers of a Ray cluster run in tests: found by name in processes of its own."""

import os
import signal
import time
from pathlib import Path

import numpy as np

from core.common.errors import EncoderError
from core.serving.predictor import Predictor
from tests import tiny

POISON = "poison"


class WatchedText(tiny.TinyText):
    """TinyText that takes its time, and says in `folder` which process is at work."""

    def __init__(self, folder: Path, seconds: float) -> None:
        super().__init__()
        self.folder, self.seconds = folder, seconds

    def encode(self, items: list[str]) -> np.ndarray:
        busy = self.folder / f"{os.getpid()}.busy"
        (self.folder / f"{os.getpid()}.seen").touch()
        busy.touch()
        if any(POISON in text for text in items):
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(self.seconds)
        vectors = super().encode(items)
        busy.unlink()
        return vectors


class WatchedBatches(WatchedText):
    """The same, 20 texts at a time."""

    def batches(self, texts: list[str]) -> list[slice]:
        return [slice(at, at + 20) for at in range(0, len(texts), 20)]


def busy_worker(folder: Path) -> int:
    """Wait for a process that says so in `folder`, and return it."""
    for _ in range(600):
        busy = list(folder.glob("*.busy"))
        if busy:
            return int(busy[0].stem)
        time.sleep(0.02)
    raise AssertionError("no worker was at work")


def open_watched(folder: Path, seconds: float) -> WatchedText:
    return WatchedText(folder, seconds)


def open_tiny_image() -> tiny.TinyImage:
    return tiny.TinyImage()


def open_predictor(bundle: Path) -> Predictor:
    tiny.register_tiny_encoders()
    return Predictor.load(bundle)


class Failing(tiny.TinyText):
    """Loads, and refuses what it is given."""

    def encode(self, items: list[str]) -> np.ndarray:
        raise EncoderError("encoder 'failing': these weights are another model's")
