"""What a long run has finished, piece by piece: if it is killed, the next run goes on from there."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from core.catalogue.images.rows import product_images
from core.common.files import atomic_path

if TYPE_CHECKING:
    from core.catalogue.reading import Chunk

_DIGEST = 16
_READ = ("sku", "name", "description", "image", "images")


class Journal:
    """Pieces of work, found again by what they were made from.

    Parameters
    ----------
    out
        The file the work goes into; the pieces lie in a hidden folder beside it until `close`.
    made_by
        All that a piece depends on besides its products: encoders, weights, bundle.
    """

    def __init__(self, out: Path, made_by: Iterable[object]) -> None:
        out = Path(out)
        self.folder = out.with_name(f".{out.name}.unfinished")
        self._made_by = _hash(made_by)

    def piece(self, chunk: Chunk, make: Callable[[Chunk], bytes]) -> bytes:
        """Return what an earlier run made of a chunk, else what `make` makes of it, kept for a later run."""
        key = self.key(chunk)
        piece = self.read(key)
        if piece is None:
            piece = make(chunk)
            self.write(key, piece)
        return piece

    def key(self, chunk: Chunk) -> str:
        """Return the name of what is made of a chunk.

        Images count by name, size and time of change: reading their content would take too long.
        """
        table = chunk.table
        stamps = (
            " ".join(chunk.images.stamp(name) for name in names) if names else ""
            for names in product_images(table)
        )
        cells = (cell for column in _READ for cell in table[column])
        return _hash([self._made_by, *cells, *stamps])

    def read(self, key: str) -> bytes | None:
        """Return a piece; None where it is not there, or not whole."""
        try:
            content = (self.folder / key).read_bytes()
        except OSError:
            return None
        digest, piece = content[:_DIGEST], content[_DIGEST:]
        return piece if digest == _digest(piece) else None

    def write(self, key: str, piece: bytes) -> None:
        """Keep a piece; where none can be, no empty folder stays."""
        try:
            with atomic_path(self.folder / key) as temporary:
                temporary.write_bytes(_digest(piece) + piece)
        except OSError:
            with contextlib.suppress(OSError):
                self.folder.rmdir()
            raise

    def close(self) -> None:
        """Remove all pieces: the work they were for is done."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _digest(piece: bytes) -> bytes:
    return hashlib.blake2b(piece, digest_size=_DIGEST).digest()


def _hash(parts: Iterable[object]) -> str:
    state = hashlib.blake2b(digest_size=_DIGEST)
    for part in parts:
        state.update(str(part).encode("utf-8", "surrogatepass"))
        state.update(b"\x00")  # a cell never holds one
    return state.hexdigest()
