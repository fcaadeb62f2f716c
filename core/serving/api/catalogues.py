"""The catalogues in service: each is loaded once, and again when it was rebuilt.

A rebuilt bundle has another manifest. Requests that are under way are answered by the models that they began
with, which are in memory; those that come later wait for the new ones.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.bundle.layout import MANIFEST
from core.bundle.listing import BundleInfo, bundle_folders, bundle_info
from core.bundle.reader import Bundle
from core.common.errors import BundleError, CoreError
from core.serving.api.batching import Batcher
from core.serving.api.question import Question
from core.serving.api.served import Served

KEPT = 4
"""Catalogues whose models are in memory at once."""
TRIES, PAUSE = 20, 0.1
"""How often a bundle is opened that is just being replaced, and the seconds between."""

Stamp = tuple[int, int]


class NoCatalogue(LookupError):
    """There is no catalogue of that name."""


@dataclass(frozen=True, eq=False)
class Entry:
    """A catalogue in service, what brings its requests together, and the stamp of its manifest."""

    served: Served
    batcher: Batcher[Question, dict[str, Any]]
    stamp: Stamp


class Catalogues:
    """The catalogues in a folder, by name; safe to use from several threads.

    Parameters
    ----------
    root
        The folder of bundles.
    kept
        How many are in memory at once; the one that was not asked for the longest time goes.
    load
        Loads one from its folder.
    """

    def __init__(self, root: Path, kept: int = KEPT, load: Callable[[Path], Served] = Served.load) -> None:
        self._root = root
        self._kept = kept
        self._load = load
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._infos: dict[Path, tuple[Stamp, BundleInfo]] = {}
        self._loading: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._lock = threading.Lock()

    @property
    def waiting(self) -> int:
        """How many products wait to be classified."""
        with self._lock:
            return sum(entry.batcher.waiting for entry in self._entries.values())

    def infos(self) -> list[BundleInfo]:
        """List the catalogues, damaged ones included, by name."""
        return [self._info(folder) for folder in bundle_folders(self._root)]

    def info(self, name: str) -> BundleInfo:
        """Return one line of the list.

        Raises
        ------
        NoCatalogue
            It is not there.
        """
        return self._info(self._folder(name))

    def current(self, name: str) -> Entry | None:
        """Return a catalogue that is in memory and was not rebuilt since; None if it must be loaded."""
        with self._lock:
            entry = self._entries.get(name)
            if entry is None or entry.stamp != _stamp(self._root / name):
                return None
            self._entries.move_to_end(name)
            return entry

    def open(self, name: str) -> Entry:
        """Return a catalogue, loaded if it must be, which takes seconds.

        Raises
        ------
        NoCatalogue
            It is not there.
        CoreError
            As `Served.load`.
        """
        folder = self._folder(name)
        with self._loading[name]:
            return self.current(name) or self._keep(name, self._opened(name, folder))

    def _folder(self, name: str) -> Path:
        plain = name and Path(name).name == name and not name.startswith(".")
        if plain:
            for _ in range(TRIES):  # a bundle that is replaced is away for a moment
                if _stamp(self._root / name) is not None:
                    return self._root / name
                if name not in self._entries:
                    break
                time.sleep(PAUSE)
            with self._lock:
                self._entries.pop(name, None)
        raise NoCatalogue(name)

    def _opened(self, name: str, folder: Path) -> Entry:
        for tried in range(TRIES):
            stamp, old = _stamp(folder), self._entries.get(name)
            try:
                if old is not None and Bundle.open(folder).fingerprint == old.served.bundle.fingerprint:
                    served, batcher = old.served, old.batcher
                else:
                    served = self._load(folder)
                    batcher = Batcher(served.answers)
            except CoreError:
                if tried + 1 == TRIES or _stamp(folder) == stamp is not None:
                    raise
                time.sleep(PAUSE)
                continue
            if stamp is not None and _stamp(folder) == stamp:
                return Entry(served, batcher, stamp)
        raise BundleError(f"bundle '{name}' is being replaced again and again; try later")

    def _keep(self, name: str, entry: Entry) -> Entry:
        with self._lock:
            self._entries[name] = entry
            self._entries.move_to_end(name)
            while len(self._entries) > self._kept:
                self._entries.popitem(last=False)
        return entry

    def _info(self, folder: Path) -> BundleInfo:
        stamp = _stamp(folder)
        known = self._infos.get(folder)
        if known is None or known[0] != stamp:
            info = bundle_info(folder)
            if stamp is None or info.problem is not None:
                return info
            known = self._infos[folder] = (stamp, info)
        return known[1]


def _stamp(folder: Path) -> Stamp | None:
    """Return what tells a rebuilt bundle from the one before; None where there is none."""
    try:
        manifest = (folder / MANIFEST).stat()
    except (OSError, ValueError):  # a name that is too long, or with a null byte
        return None
    return manifest.st_ctime_ns, manifest.st_ino  # a copied file has the time at which the first was written
