"""The finished steps of a build, each in a folder of its own.

A build that is killed leaves them, and the same build takes them up instead of doing them again. What makes
two builds the same is in the name of the folder that holds the steps (`core.building.unfinished.key`).
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from core.common.locks import is_locked, lock, remove_unlocked

Value = TypeVar("Value")

KEPT_DAYS = 7
"""So long the steps of a build that nobody gave again are kept."""
_WRITING = ".writing-"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Form(Generic[Value]):
    """How what a step gives lies in files.

    Attributes
    ----------
    write
        Writes a value into an empty folder.
    read
        Reads it; large arrays are mapped. OSError, EOFError, ValueError or KeyError where it is damaged.
    """

    write: Callable[[Value, Path], None]
    read: Callable[[Path], Value]


@dataclass(frozen=True)
class Steps:
    """The finished steps of one build.

    Attributes
    ----------
    folder
        Where they are kept; None keeps none.
    taken_up
        Names of the steps that were there already.
    """

    folder: Path | None = None
    taken_up: list[str] = field(default_factory=list)

    def take(self, name: str, form: Form[Value], make: Callable[[], Value]) -> Value:
        """Return what a step gives: as it was kept, else by `make`, and then it is kept.

        Parameters
        ----------
        name
            Of the step, unlike that of all others of the build; part of the name of a folder.
        form
            How it is kept.
        make
            Does the step.
        """
        (value,) = self.take_each([name], form, lambda missing: [make() for _ in missing])
        return value

    def take_each(
        self, names: Sequence[str], form: Form[Value], make: Callable[[Sequence[str]], Iterable[Value]]
    ) -> Iterator[Value]:
        """Yield what several steps give, in their order, each kept as soon as it is there.

        Parameters
        ----------
        names, form
            As for `take`.
        make
            Does those of the steps that were not kept, given by their names.
        """
        found = {name: value for name in names for value in self._found(name, form)}
        made = iter(make([name for name in names if name not in found]))
        for name in names:
            yield found.pop(name) if name in found else self._keep(name, next(made), form)

    def _found(self, name: str, form: Form[Value]) -> Iterator[Value]:
        """Yield what was kept of a step, if it was."""
        if self.folder is None or not (place := self.folder / name).is_dir():
            return
        try:
            value = form.read(place)
        except (OSError, EOFError, ValueError, KeyError) as error:
            _log.warning("A step of the build is damaged and is done again: %s (%s)", place, error)
            shutil.rmtree(place, ignore_errors=True)
        else:
            self.taken_up.append(name)
            yield value

    def _keep(self, name: str, value: Value, form: Form[Value]) -> Value:
        """Keep what a step gives, and return it as it is read again."""
        if self.folder is None or not self._kept(value, form, self.folder / name):
            return value
        return form.read(self.folder / name)

    def _kept(self, value: Value, form: Form[Value], place: Path) -> bool:
        """Write a value beside its place and move it there; whether that was possible."""
        try:
            writing = Path(tempfile.mkdtemp(dir=place.parent, prefix=_WRITING))
            try:
                form.write(value, writing)
                for file in writing.rglob("*"):
                    _to_disk(file)
                writing.rename(place)
            finally:
                shutil.rmtree(writing, ignore_errors=True)
        except OSError as error:  # a full disk, such as it is
            _log.warning("A step is not kept for a build that goes on: cannot write to %s (%s)", place, error)
            return False
        return True


@contextlib.contextmanager
def steps_of(root: Path | None, key: str) -> Iterator[Steps]:
    """Give the steps of the build that `key` stands for; they are removed when the block ends without error.

    Parameters
    ----------
    root
        Folder of the steps of all builds; None keeps none. Those of others that were ended more than
        `KEPT_DAYS` ago are removed. Of two builds of the same at once, the second keeps no steps.
    key
        Of the build (`core.building.unfinished.key.build_key`).
    """
    handle = None if root is None else _claimed(root / key)
    if root is None or handle is None:
        yield Steps()
        return
    try:
        yield Steps(root / key)
        shutil.rmtree(root / key, ignore_errors=True)
    finally:
        os.close(handle)


def _claimed(folder: Path) -> int | None:
    """Lock a build's folder and tidy it up; None where another build has it or nothing can be kept there."""
    try:
        _remove_old(folder)
        if is_locked(folder):
            return None
        folder.mkdir(parents=True, exist_ok=True)
        handle = lock(folder)
        for left in folder.glob(f"{_WRITING}*"):
            shutil.rmtree(left, ignore_errors=True)
        os.utime(folder)
    except OSError as error:
        _log.warning("Nothing is kept for a build that goes on: cannot write to %s (%s)", folder, error)
        return None
    return handle


def _to_disk(file: Path) -> None:
    """Wait until a file is on the disk: what is moved into its place is whole, even if the power fails."""
    if file.is_file():
        with file.open("rb") as opened:
            os.fsync(opened.fileno())


def _remove_old(own: Path) -> None:
    for folder in own.parent.glob("[0-9a-f]*"):
        with contextlib.suppress(FileNotFoundError):
            if folder != own and time.time() - folder.stat().st_mtime > KEPT_DAYS * 24 * 60 * 60:
                remove_unlocked(folder)
