"""Run several batches through one model at a time, one per CPU core.

Cores that share a batch wait for each other at every operator; with a batch each, they do not. With MiniLM,
short names and two cores, this encodes a third more texts per second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from core.onnx import sessions as runtime
from core.onnx.devices import CPU, providers

if TYPE_CHECKING:
    import onnxruntime

Feed = Mapping[str, np.ndarray]
Part = TypeVar("Part")
Output = TypeVar("Output")


@dataclass(frozen=True)
class Lanes:
    """A loaded model and the number of batches to run at a time.

    Attributes
    ----------
    run
        Maps input arrays by name to the model's output; thread-safe.
    count
        How many concurrent calls make it fastest.
    run_all
        Maps the same to all outputs of the model; None where it has one.
    """

    run: Callable[[Feed], np.ndarray]
    count: int
    run_all: Callable[[Feed], list[np.ndarray]] | None = None

    def map(self, feed_of: Callable[[Part], Feed], parts: Sequence[Part]) -> list[np.ndarray]:
        """Return the output for each part, in order; `feed_of` prepares the inputs, also concurrently."""
        return self._each(lambda part: self.run(feed_of(part)), parts)

    def map_all(self, feed_of: Callable[[Part], Feed], parts: Sequence[Part]) -> list[list[np.ndarray]]:
        """Return all outputs for each part, as `map` does the first."""
        run = self.run_all or (lambda feed: [self.run(feed)])
        return self._each(lambda part: run(feed_of(part)), parts)

    def _each(self, output: Callable[[Part], Output], parts: Sequence[Part]) -> list[Output]:
        if self.count == 1 or len(parts) == 1:
            return [output(part) for part in parts]
        return list(_pool(self.count).map(output, parts))


def session_lane(session: onnxruntime.InferenceSession) -> Lanes:
    """Return a single lane that runs an open ONNX Runtime session."""
    first = [session.get_outputs()[0].name]
    return Lanes(
        lambda feed: session.run(first, dict(feed))[0], 1, lambda feed: list(session.run(None, dict(feed)))
    )


def onnx_lanes(path: Path) -> Lanes:
    """Open an ONNX file in ONNX Runtime, with one lane per core, or one lane on a GPU.

    Raises
    ------
    CoreError
        If the file does not exist or is not an ONNX model.
    """
    on_gpu = providers() != [CPU]
    lane = session_lane(runtime.session(path, gpu=on_gpu))
    return lane if on_gpu else Lanes(lane.run, runtime.threads(), lane.run_all)


@cache
def _pool(count: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(count, thread_name_prefix="lane")
