"""Vectors kept between runs and looked up by content: the same text or image is encoded once."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.common.files import atomic_path, cache_dir, file_name

if TYPE_CHECKING:
    from core.features.encoders.encoder import Encoder

SHARD_ITEMS = 512
KEY_BYTES = 16

_log = logging.getLogger(__name__)


@dataclass
class CacheStats:
    """How many of the distinct items looked up were in the cache, and how many were not."""

    hits: int = 0
    misses: int = 0


@dataclass(frozen=True)
class _Location:
    shard: Path
    row: int


class FeatureCache:
    """The vectors of one encoder, in shards: files of about 512 vectors and the keys of their items.

    The vector of an image that shows nothing is all zeros, so that it is decoded only once, too.

    A shard is written whole or not at all, so a killed build loses at most one shard, and the next build
    continues from there. Damaged shards are deleted with a warning. `stats` counts hits and misses.

    Parameters
    ----------
    folder
        Where the shards are; None keeps nothing.
    dim
        Numbers per vector.
    """

    def __init__(self, folder: Path | None, dim: int) -> None:
        self.stats = CacheStats()
        self._folder = folder
        self._dim = dim
        self._locations: dict[bytes, _Location] = {}
        self._pending: dict[bytes, np.ndarray] = {}

    @classmethod
    def open(cls, root: Path | None, encoder: Encoder) -> FeatureCache:
        """Open the shards of one encoder.

        Parameters
        ----------
        root
            Folder for the vectors of all encoders, created on the first write; None keeps nothing. The shards
            of one encoder are in a subfolder named after everything a vector depends on besides the item:
            encoder, weights, preprocessing, the precision if it is not fp32, how parts are reduced, and for
            images the version of `core.catalogue.images.usable`.
        encoder
            Whose vectors they are.
        """
        if root is None:
            return cls(None, encoder.width)
        parts = [file_name(encoder.name), encoder.weights_id, str(encoder.preprocessing)]
        if encoder.precision != "fp32":
            parts.append(encoder.precision)
        if encoder.modality == "image":
            from core.catalogue.images.usable import VERSION

            parts.append(f"usable{VERSION}")
        if encoder.parts is not None:
            parts.append(f"parts{encoder.parts.identity}")
        folder = Path(root) / "-".join(parts)
        cache = cls(folder, encoder.width)
        # Files being written start with a dot.
        for shard in sorted(folder.glob("[0-9a-f]*.npz")):
            keys = cache._read(shard, "keys")
            if keys is not None:
                cache._add(keys, shard)
        return cache

    @property
    def folder(self) -> Path | None:
        """Where the shards are; None where nothing is kept."""
        return self._folder

    def get(self, keys: Sequence[bytes]) -> dict[bytes, np.ndarray]:
        """Return the vectors in the cache for `keys` (16 bytes each): key -> float32 (dim,)."""
        return {
            key: vector for own, vectors in self.found(keys) for key, vector in zip(own, vectors, strict=True)
        }

    def found(self, keys: Sequence[bytes]) -> Iterator[tuple[list[bytes], np.ndarray]]:
        """Yield those of `keys` that are in the cache with their vectors, one file of the cache at a time."""
        distinct = dict.fromkeys(keys)
        by_shard: dict[Path, list[bytes]] = {}
        pending = [key for key in distinct if key in self._pending]
        for key in distinct:
            if key in self._locations and key not in self._pending:
                by_shard.setdefault(self._locations[key].shard, []).append(key)
        hits = len(pending)
        if pending:
            yield pending, np.stack([self._pending[key] for key in pending])
        for shard, wanted in by_shard.items():
            vectors = self._read(shard, "vectors")
            if vectors is not None:
                hits += len(wanted)
                yield wanted, vectors[[self._locations[key].row for key in wanted]]
        self.stats.hits += hits
        self.stats.misses += len(distinct) - hits

    def put(self, keys: Sequence[bytes], vectors: np.ndarray) -> None:
        """Keep `vectors`, float32 (len(keys), dim); they are written to disk in shards, and on `flush`."""
        if self._folder is None:
            return
        self._pending.update(zip(keys, np.array(vectors, dtype=np.float32), strict=True))
        if len(self._pending) >= SHARD_ITEMS:
            self.flush()

    def flush(self) -> None:
        """Write what is not on disk yet. A full disk ends the caching with a warning, not the work."""
        if self._folder is None or not self._pending:
            return
        keys = np.frombuffer(b"".join(self._pending), dtype=np.uint8).reshape(-1, KEY_BYTES)
        # Named by its keys: two processes that write the same name write the same content.
        shard = self._folder / f"{hashlib.blake2b(keys.tobytes(), digest_size=KEY_BYTES).hexdigest()}.npz"
        try:
            with atomic_path(shard) as temporary, temporary.open("wb") as file:
                np.savez(file, keys=keys, vectors=np.stack(list(self._pending.values())))
        except OSError as error:
            _log.warning(
                "Vectors are not kept for the next run: cannot write to %s (%s)", self._folder, error
            )
            self._folder = None
        else:
            self._add(keys, shard)
        self._pending = {}

    def _add(self, keys: np.ndarray, shard: Path) -> None:
        self._locations.update({key.tobytes(): _Location(shard, row) for row, key in enumerate(keys)})

    def _read(self, shard: Path, name: str) -> np.ndarray | None:
        """Return ``keys`` or ``vectors`` of a shard; delete a damaged shard and return None."""
        dtype, width = {"keys": (np.uint8, KEY_BYTES), "vectors": (np.float32, self._dim)}[name]
        try:
            # Reading checks the zip's checksum.
            with np.load(shard, allow_pickle=False) as arrays:
                array: np.ndarray = arrays[name]
                if array.dtype == dtype and array.ndim == 2 and array.shape[1] == width:
                    return array
            problem = f"expected {name} of {width} {np.dtype(dtype)}, got {array.shape} {array.dtype}"
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            problem = str(error)
        _log.warning(
            "Deleting a damaged file of cached vectors; its items are encoded again: %s (%s)", shard, problem
        )
        self._locations = {key: at for key, at in self._locations.items() if at.shard != shard}
        with contextlib.suppress(OSError):
            shard.unlink(missing_ok=True)
        return None


def paid_cache(encoder: Encoder) -> FeatureCache | None:
    """Open the user's own cache for an encoder that asks a paid service, so that no text is paid for twice.

    None for every other encoder.
    """
    return FeatureCache.open(cache_dir() / "features", encoder) if encoder.asks_service else None
