"""The images of a catalogue, found by name and read, wherever they lie."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from core.catalogue.images.cells import CellImages
from core.catalogue.images.digest import bytes_digest
from core.catalogue.images.name_index import NameIndex, below_common
from core.catalogue.images.names import fetched_stem
from core.catalogue.images.stores import FileStore, ImageStore, open_store
from core.common.errors import ImageError


class ImageFiles:
    """The images of a catalogue, found by name; safe to read from several threads.

    Names are matched by `core.catalogue.images.name_index.NameIndex`. An ambiguous name finds no file, unless
    all files that it may mean are equal.

    Parameters
    ----------
    source : Path, sequence of Path, or None
        A folder or a zip, several of them, or None for no images.
    embedded : sequence of ImageStore
        Where images lie that the table itself holds.

    Raises
    ------
    CatalogueError
        When a zip cannot be opened.
    """

    def __init__(self, source: Path | Sequence[Path] | None, embedded: Sequence[ImageStore] = ()) -> None:
        sources = [source] if isinstance(source, Path) else list(source or ())
        self.sources = tuple(sources)
        """The folders and zips."""
        self._cells = CellImages()
        self._embedded = (*embedded, self._cells)
        stores = [open_store(each) for each in sources]
        below = [below_common(store.entries) for store in stores]
        self._stores = _side_by_side(sources, stores) if len(stores) > 1 else stores
        entries = [entry for store in self._stores for entry in store.entries]
        self._first_of_equal: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._index = NameIndex(entries, [path for paths in below for path in paths])

    def __len__(self) -> int:
        """Return the number of files."""
        return len(self._index)

    def __contains__(self, name: str) -> bool:
        """Return whether `name` finds an image."""
        return len(self.matches(name)) == 1

    @property
    def images(self) -> Sequence[str]:
        """The entries of the files that are images by their ending."""
        return self._index.images

    @property
    def refused(self) -> Mapping[str, Sequence[str]]:
        """Reason -> paths that are not read."""
        reasons = {reason: None for store in self._stores for reason in store.refused}
        return {
            reason: [path for store in self._stores for path in store.refused.get(reason, ())]
            for reason in reasons
        }

    def matches(self, name: str) -> tuple[str, ...]:
        """Return the entry that `name` means; nothing if there is none, several if it is ambiguous."""
        if any(name in store for store in self._embedded):
            return (name,)
        return self._different(self._index.matches(name))

    def of_stem(self, stem: str) -> tuple[str, ...]:
        """Return the image called `stem`, with any ending; nothing if none is, several if it is ambiguous."""
        return self._different(self._index.of_stem(stem))

    def named(self, stem: str) -> str | None:
        """Return the image called `stem`, with any ending, or None if there is none or several."""
        found = self.of_stem(stem)
        return found[0] if len(found) == 1 else None

    def numbered(self, stem: str) -> tuple[str, ...]:
        """Return the images called `stem` and a number (``stem_2.jpg``), in the order of numbers."""
        return self._index.numbered(stem)

    def of_reference(self, name: str, address: str) -> tuple[str, tuple[str, ...]]:
        """Return what a name and an address in a table mean: a name to keep, and its entries as `matches`.

        The file fetched from `address` comes first: several addresses can end with the same file name.
        """
        if address and len(self._index):
            fetched = self.named(fetched_stem(address))
            if fetched:
                return fetched, (fetched,)
        return name, self.matches(name) if name else ()

    def keep(self, content: bytes) -> str:
        """Keep an image that stood in a cell; return the name by which it is found."""
        return self._cells.add(content)

    def read(self, name: str) -> bytes:
        """Return the bytes of an image.

        Raises
        ------
        ImageError
            If it does not exist, is too large, or cannot be read.
        """
        found = self.matches(name)
        if len(found) != 1:
            places = ", ".join(str(source) for source in self.sources)
            raise ImageError(f"{name}: no such image in {places or 'a catalogue without images'}")
        return self._store_of(found[0]).read(found[0])

    def digest(self, name: str) -> str:
        """Return the BLAKE2b hash of an image's bytes, 32 hexadecimal digits; raises as `read`."""
        return bytes_digest(self.read(name))

    def stamp(self, name: str) -> str:
        """Return a text that changes when the image does, without reading it; "" if there is none."""
        found = self.matches(name)
        return self._store_of(found[0]).stamp(found[0]) if len(found) == 1 else ""

    def _different(self, entries: tuple[str, ...]) -> tuple[str, ...]:
        """Return the first of several equal files, such as those of a zip and of its unpacked folder."""
        if len(entries) < 2:
            return entries
        if entries not in self._first_of_equal:
            self._first_of_equal[entries] = entries[:1] if self._are_equal(entries) else entries
        return self._first_of_equal[entries]

    def _are_equal(self, entries: Sequence[str]) -> bool:
        files = [(store, entry) for store in self._stores for entry in entries if entry in store]
        try:
            if len({store.size(entry) for store, entry in files}) > 1:
                return False
            return len({bytes_digest(store.read(entry)) for store, entry in files}) == 1
        except (ImageError, OSError):
            return False

    def _store_of(self, entry: str) -> ImageStore:
        return next(store for store in (*self._embedded, *self._stores) if entry in store)


class _InFolder:
    """A store whose entries begin with the path of its folder or zip."""

    def __init__(self, store: FileStore, folder: str) -> None:
        self._store = store
        self._top = len(folder) + 1
        self.entries = [f"{folder}/{entry}" for entry in store.entries]
        self._known = frozenset(self.entries)
        self.refused = {
            reason: [f"{folder}/{path}" for path in paths] for reason, paths in store.refused.items()
        }

    def __contains__(self, entry: str) -> bool:
        return entry in self._known

    def read(self, entry: str) -> bytes:
        return self._store.read(entry[self._top :])

    def stamp(self, entry: str) -> str:
        return self._store.stamp(entry[self._top :])

    def size(self, entry: str) -> int:
        return self._store.size(entry[self._top :])


def _side_by_side(sources: Sequence[Path], stores: Sequence[FileStore]) -> list[FileStore]:
    """Return stores whose entries differ."""
    root = Path(os.path.commonpath([source.parent for source in sources]))
    return [
        _InFolder(store, source.relative_to(root).as_posix())
        for source, store in zip(sources, stores, strict=True)
    ]
