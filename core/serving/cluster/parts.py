"""A table in a folder of Parquet parts: many processes write it, and readers see it only when it is whole."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from core.common.errors import CoreError

ENDING = ".parquet"
_UNFINISHED = ".writing-"
_DAY = 24 * 60 * 60

Key = tuple[str, int]
"""What rows are sorted by: the sku, and their number in the source, so that equal skus keep its order."""


@dataclass(frozen=True)
class Part:
    """A part that was written.

    Attributes
    ----------
    file
        Its name in the folder.
    rows
        How many rows it has.
    first, last
        The keys it begins and ends with.
    """

    file: str
    rows: int
    first: Key
    last: Key


def write_part(folder: Path, write: Callable[[Path], None]) -> str:
    """Have `write` fill a file of a name of its own in `folder`; return the name.

    A part that is begun again, because the process that wrote it was killed, gets another name, so that the
    two never meet; `whole_table` leaves out what no `Part` describes.
    """
    name = f"{uuid.uuid4().hex}{ENDING}"
    write(folder / name)
    return name


@contextlib.contextmanager
def counted_try(folder: Path, part: int) -> Iterator[int]:
    """Yield how many times part number `part` was begun in `folder`, this time included.

    Only a process that dies in the block leaves its try behind, to be counted by the next.
    """
    tries = folder / f"{part}.tries"
    with tries.open("ab") as file:
        file.write(b".")
    yield tries.stat().st_size
    tries.unlink()


@contextlib.contextmanager
def whole_table(out: Path) -> Iterator[PartsFolder]:
    """Yield a folder to write parts into, and move it to `out` when the block ends well.

    Parameters
    ----------
    out
        The folder wanted, ``NAME.parquet``. A file, or a folder of Parquet parts, that is there already is
        replaced. The folder to write into lies beside it, so all machines must see it by the same path.

    Raises
    ------
    CoreError
        If `out` does not end in ``.parquet``, or is a folder that holds anything else than such files.
    """
    if out.suffix.lower() != ENDING:
        raise CoreError(f"cannot write '{out.name}': a table in parts is a folder, name it NAME{ENDING}")
    if out.is_dir() and any(file.suffix != ENDING or file.is_dir() for file in out.iterdir()):
        raise CoreError(f"cannot write '{out}': the folder holds other things than Parquet parts")
    out.parent.mkdir(parents=True, exist_ok=True)
    _remove_unfinished(out.parent)
    temporary = Path(tempfile.mkdtemp(dir=out.parent, prefix=_UNFINISHED)).resolve()
    try:
        # The folder of `mkdtemp` is private; workers of a cluster may run under another user.
        temporary.chmod(0o777)
        yield PartsFolder(temporary)
        temporary.chmod(0o755)
        _replace(temporary, out)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@dataclass(frozen=True)
class PartsFolder:
    """A folder of parts that is being written."""

    path: Path

    def finish(self, parts: Sequence[Part], rows: int) -> None:
        """Name the parts by their place in the table, and remove what none of them stands for.

        Raises
        ------
        RuntimeError
            If they have not exactly `rows` rows together, or are not in order; both would be a bug.
        """
        ordered = sorted(parts, key=lambda part: part.first)
        got = sum(part.rows for part in ordered)
        if got != rows:
            raise RuntimeError(f"expected {rows} rows in all parts, got {got}")
        for before, after in pairwise(ordered):
            if before.last >= after.first:
                raise RuntimeError(f"parts overlap: {before.last} comes before {after.first}")
        kept = {part.file for part in ordered}
        for file in self.path.iterdir():
            if file.name not in kept:
                file.unlink()
        digits = max(5, len(str(len(ordered))))
        for place, part in enumerate(ordered):
            (self.path / part.file).rename(self.path / f"part-{place:0{digits}}{ENDING}")


def _replace(new: Path, out: Path) -> None:
    """Put a folder in the place of `out`; what is there is moved aside, as no folder can replace another."""
    old = new.with_name(new.name + "-old")
    if out.exists():
        out.rename(old)
    new.rename(out)
    if old.is_dir():
        shutil.rmtree(old)
    else:
        old.unlink(missing_ok=True)


def _remove_unfinished(folder: Path) -> None:
    """Remove what killed runs left, once none can still be writing it."""
    for left in folder.glob(f"{_UNFINISHED}*"):
        with contextlib.suppress(FileNotFoundError):
            if left.is_dir() and time.time() - left.stat().st_mtime > _DAY:
                shutil.rmtree(left, ignore_errors=True)
