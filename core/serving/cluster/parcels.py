"""What is sent to workers: pickled, but for large arrays, each of which is sent once."""

from __future__ import annotations

import io
import pickle
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import onnxruntime

from core.onnx import sessions

LARGE = 1 << 18
"""Bytes from which an array is sent on its own."""

Ref = Any
"""Stands for an array where it lies, such as a Ray ``ObjectRef``."""


@dataclass(frozen=True)
class Parcel:
    """Something pickled, and where the large arrays in it lie."""

    content: bytes
    arrays: Sequence[Ref]

    def opened(self, get: Callable[[Ref], np.ndarray]) -> Any:
        """Return what was packed; `get` fetches an array."""
        return _Unpickler(self, get).load()


@dataclass
class Packer:
    """Packs parcels.

    Parameters
    ----------
    put
        Takes an array to where workers get it. An array that was there before is not taken again, so that
        none may be changed after it was packed.
    """

    put: Callable[[np.ndarray], Ref]
    _known: dict[int, tuple[weakref.ref[np.ndarray], Ref]] = field(default_factory=dict, init=False)

    def pack(self, content: Any) -> Parcel:
        """Return something to be sent."""
        file = io.BytesIO()
        pickler = _Pickler(file, self._ref)
        pickler.dump(content)
        return Parcel(file.getvalue(), pickler.arrays)

    def _ref(self, array: np.ndarray) -> Ref:
        number = id(array)
        if number not in self._known:
            # Once an array is gone, nobody asks for it, and its number may become another's.
            gone = weakref.ref(array, lambda _: self._known.pop(number, None))
            self._known[number] = (gone, self.put(np.asarray(array)))
        return self._known[number][1]


class _Pickler(pickle.Pickler):
    """Leaves large arrays out, and names the files of ONNX sessions in place of these."""

    def __init__(self, file: io.BytesIO, ref: Callable[[np.ndarray], Ref]) -> None:
        super().__init__(file, protocol=5)
        self.arrays: list[Ref] = []
        self._ref = ref
        self._places: dict[int, int] = {}

    def persistent_id(self, each: Any) -> int | None:
        """Return the place of a large array in `arrays`."""
        if not isinstance(each, np.ndarray) or each.nbytes < LARGE:
            return None
        if id(each) not in self._places:
            self._places[id(each)] = len(self.arrays)
            self.arrays.append(self._ref(each))
        return self._places[id(each)]

    def reducer_override(self, each: Any) -> Any:
        """Return how to open a session again."""
        if isinstance(each, onnxruntime.InferenceSession):
            path, gpu = sessions.source_of(each)
            return partial(sessions.session, gpu=gpu), (path,)
        return NotImplemented


class _Unpickler(pickle.Unpickler):
    def __init__(self, parcel: Parcel, get: Callable[[Ref], np.ndarray]) -> None:
        super().__init__(io.BytesIO(parcel.content))
        self._arrays = parcel.arrays
        self._get = get

    def persistent_load(self, place: int) -> np.ndarray:
        """Fetch an array."""
        return self._get(self._arrays[place])
