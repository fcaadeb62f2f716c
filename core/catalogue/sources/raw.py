"""What every reader returns: a table of texts, read in batches, with an account of what its rows had."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from core.common.errors import ImageError

Columns = dict[str, list[str]]
"""Rows of a table: column -> cells, "" for missing values; all lists have the same length."""

EXAMPLES = 5
"""Places kept for each problem."""

BLANK, MENDED, SET_ASIDE = "blank", "mended", "set aside"
"""What can happen to a row: it is empty; it is delivered, but not as it stood; it is not delivered."""

REPEATED = "repeats the header"

IMAGE_REFERENCE = "parquet:"
"""What a reference to an image begins with that a table itself holds (`RawTable.read_image`)."""


def refers_to_images(cell: str) -> bool:
    """Return whether a cell refers to an image of its table, or is a JSON list of such references."""
    return cell.startswith((IMAGE_REFERENCE, f'["{IMAGE_REFERENCE}'))


@dataclass
class Count:
    """Rows with one problem, and where the first few of them are ("line 12")."""

    rows: int = 0
    places: list[str] = field(default_factory=list)


@dataclass
class Problems:
    """What the rows read so far had; it grows while a table is read, and a second reading adds nothing.

    Attributes
    ----------
    rows
        Rows delivered.
    blank
        Empty rows, which are skipped.
    set_aside
        Reason -> rows that are not delivered.
    mended
        Reason -> rows that are delivered, but not exactly as they stand in the file.
    notes
        What the owner should know of the whole table, a line each.
    """

    rows: int = 0
    blank: int = 0
    set_aside: dict[str, Count] = field(default_factory=dict)
    mended: dict[str, Count] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def lost(self) -> int:
        """The number of rows that are not delivered, without empty ones."""
        return sum(each.rows for each in self.set_aside.values())

    def lines(self) -> list[str]:
        """Return everything for people, as lines."""
        found = [_line(each, SET_ASIDE, reason) for reason, each in self.set_aside.items()]
        return [*self.notes, *found, *self.mended_lines()]

    def mended_lines(self) -> list[str]:
        """Return which rows are not as they stand in the file, for people, as lines."""
        return [_line(each, MENDED, reason) for reason, each in self.mended.items()]


@dataclass(frozen=True)
class Event:
    """Something that happened to the row with this number: BLANK, MENDED or SET_ASIDE, and why."""

    number: int
    fate: str
    reason: str = ""


@dataclass(frozen=True)
class Block:
    """Rows as a reader yields them, in file order: their numbers, their cells, and what happened there.

    Events may stand for rows that are not among these (those set aside), but only for rows between the
    previous block and the end of this one.
    """

    numbers: Sequence[int]
    rows: Sequence[Sequence[str]]
    events: Sequence[Event] = ()


class Recorder:
    """Counts what happens to the rows of one file, each row once, however often the file is read.

    Parameters
    ----------
    problems
        Where to count.
    unit
        What a row is called: "line", "row", "entry".
    part
        The file's name if the table has several.
    """

    def __init__(self, problems: Problems, unit: str, part: str = "") -> None:
        self._problems = problems
        self._place = f"{part} {unit}".strip()
        self._seen = -1  # number of the last row that is counted

    def take(self, block: Block) -> None:
        """Count the rows of a block that come after those counted before."""
        fresh = block.numbers
        if fresh and fresh[0] <= self._seen:
            fresh = [number for number in fresh if number > self._seen]
        self._problems.rows += len(fresh)
        for event in block.events:
            if event.number > self._seen:
                self._count(event)
        last = [block.numbers[-1]] if block.numbers else []
        self._seen = max(self._seen, *last, *(event.number for event in block.events), -1)

    def _count(self, event: Event) -> None:
        if event.fate == BLANK:
            self._problems.blank += 1
            return
        kinds = self._problems.mended if event.fate == MENDED else self._problems.set_aside
        entry = kinds.setdefault(event.reason, Count())
        entry.rows += 1
        if len(entry.places) < EXAMPLES:
            entry.places.append(f"{self._place} {event.number}")


@dataclass(frozen=True)
class Batch:
    """Rows of a table, and their numbers as the owner sees them in the file."""

    numbers: Sequence[int]
    columns: Columns


@dataclass(frozen=True, eq=False)
class RawTable:
    """A table as it stands in a file.

    Attributes
    ----------
    path
        The file or folder.
    name
        What to call it to people: ``products.csv``, ``shop.xlsx, sheet Produkte``.
    kind
        delimited, sheet, json, parquet, xml, images, list or sqlite.
    encoding
        As Python names it; None where the kind has none.
    details
        How it was read, for people: delimiter, header, sheet, compression ...
    columns
        The columns' names, unique.
    problems
        What the rows read so far had.
    batches
        ``rows -> batches`` of at most so many rows, in file order. It can be called again; memory stays
        bounded. It raises a `CatalogueError` where the file turns out to be damaged.
    unit
        What numbers count: "line", "row" or "entry".
    read_image
        ``reference -> bytes`` of an image that the table itself holds; None if it holds none.
    origin
        What its reader knows and `core.catalogue.writing` needs to write the file back; None where it cannot
        be.
    joined
        Columns that another table gave.
    file
        The owner's file, which may be compressed; None where the table has several, or none.
    """

    path: Path
    name: str
    kind: str
    columns: tuple[str, ...]
    problems: Problems
    batches: Callable[[int], Iterator[Batch]]
    encoding: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    unit: str = "row"
    read_image: Callable[[str], bytes] | None = None
    origin: object = None
    joined: tuple[str, ...] = ()
    file: Path | None = None

    def chunks(self, rows: int = 2048) -> Iterator[Columns]:
        """Yield the table's rows, at most `rows` at a time, in file order."""
        for batch in self.batches(rows):
            yield batch.columns

    def image_bytes(self, reference: str) -> bytes:
        """Return the bytes of an image that the table holds, by the reference in its cell.

        Raises
        ------
        ImageError
            If the table holds no such image.
        """
        if self.read_image is None:
            raise ImageError(f"{reference}: {self.name} holds no images")
        return self.read_image(reference)


def batched(
    blocks: Iterable[Block], columns: Sequence[str], size: int, recorder: Recorder, keeps: object = None
) -> Iterator[Batch]:
    """Count the blocks and cut them into batches of `size` rows; `keeps` lives as long as the iterator."""
    if size < 1:
        raise ValueError(f"expected at least 1 row at a time, got {size}")
    numbers: list[int] = []
    rows: list[Sequence[str]] = []
    for block in blocks:
        recorder.take(block)
        if not rows and len(block.rows) == size:
            yield _batch(block.numbers, block.rows, columns)
            continue
        numbers.extend(block.numbers)
        rows.extend(block.rows)
        done = 0
        while len(rows) - done >= size:
            yield _batch(numbers[done : done + size], rows[done : done + size], columns)
            done += size
        if done:
            del numbers[:done], rows[:done]
    if rows:
        yield _batch(numbers, rows, columns)


def _batch(numbers: Sequence[int], rows: Sequence[Sequence[str]], columns: Sequence[str]) -> Batch:
    return Batch(
        numbers, {name: list(cells) for name, cells in zip(columns, zip(*rows, strict=True), strict=True)}
    )


def unique_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return stripped names, all different: a nameless third is "column 3", a second "Bild" is "Bild (2)"."""
    found: dict[str, None] = {}
    for place, name in enumerate(names, 1):
        # JSON can escape halves of letters, which cannot be written.
        whole = name.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        plain = " ".join(whole.split()) or f"column {place}"
        chosen = plain
        for number in count(2):
            if chosen not in found:
                break
            chosen = f"{plain} ({number})"
        found[chosen] = None
    return tuple(found)


def _line(entry: Count, fate: str, reason: str) -> str:
    rows = "1 row" if entry.rows == 1 else f"{entry.rows} rows"
    more = ", ..." if entry.rows > len(entry.places) else ""
    return f"{rows} {fate}: {reason} ({', '.join(entry.places)}{more})"
