"""Trained heads as the files they will be served from."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from core.common.files import atomic_path, temporary_folder
from core.heads.key import HeadKey
from core.heads.served import OnnxHead, load_head
from core.heads.training import TrainedHead


class HeadStore:
    """Writes heads as ONNX files to a folder and opens them there.

    Every figure of a bundle is of heads as served, by ONNX Runtime, never of the framework's own model. A
    head that is added again replaces the first.

    Attributes
    ----------
    files
        Head -> its file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.files: dict[HeadKey, Path] = {}

    def add(self, key: HeadKey, trained: TrainedHead) -> OnnxHead:
        """Write a head and open what was written."""
        trained.save(self._file(key))
        return self.copy(key, self._file(key))

    def copy(self, key: HeadKey, file: Path) -> OnnxHead:
        """Take a copy of a head's file, which another store may have written, and open it."""
        own = self._file(key)
        if file != own:
            with atomic_path(own) as temporary:
                shutil.copyfile(file, temporary)
        self.files[key] = own
        return load_head(own)

    def put(self, key: HeadKey, file: Path) -> None:
        """Let a file take the place of a head's."""
        file.replace(self.files[key])

    def _file(self, key: HeadKey) -> Path:
        return self._folder / f"{key.modality}_{key.head}.onnx"

    def size(self, key: HeadKey) -> int:
        """Return the size of a head's file in bytes."""
        return self.files[key].stat().st_size


@contextmanager
def temporary_store() -> Iterator[HeadStore]:
    """Give a store whose files are removed at the end of the ``with`` block."""
    with temporary_folder() as folder:
        yield HeadStore(Path(folder))


def shared_store() -> HeadStore:
    """Return a store on one folder for the whole process, for a server that trains again and again.

    ONNX Runtime's sessions are kept by path: those of the last training are replaced instead of piling up.
    Only one training at a time may use it.
    """
    return HeadStore(Path(_process_folder().name))


@cache
def _process_folder() -> tempfile.TemporaryDirectory[str]:
    return temporary_folder()
