"""What the readers of all kinds of files are given, and how they say that they cannot read one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.catalogue.sources.raw import Batch, Block, Problems, RawTable, Recorder, batched
from core.common.errors import CatalogueError

MOST_COLUMNS = 5000


@dataclass(frozen=True)
class Source:
    """A file that holds a table.

    Attributes
    ----------
    file
        The file to read; not the owner's if that is compressed.
    path, name
        What the owner gave, and what to call the file in messages.
    encoding, sheet
        The owner's choices, or None.
    details
        What is known already, for people.
    problems
        Where the rows' problems are counted; the files of one table share it.
    part
        The file's name if the table has several, else "".
    keeps
        What has to live as long as the table: the folder of an unpacked file.
    own
        The owner's file, as it is before it is unpacked; None in a folder, until one is chosen.
    most_workbook
        Bytes that a workbook may unpack to, as it is held in memory; None for those of any zip.
    """

    file: Path
    path: Path
    name: str
    encoding: str | None = None
    sheet: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)
    part: str = ""
    keeps: object = None
    own: Path | None = None
    most_workbook: int | None = None

    def table(
        self,
        kind: str,
        columns: Iterable[str],
        blocks: Callable[[], Iterable[Block]],
        *,
        unit: str = "row",
        encoding: str | None = None,
        details: Mapping[str, str] | None = None,
        name: str | None = None,
        read_image: Callable[[str], bytes] | None = None,
        origin: object = None,
    ) -> RawTable:
        """Return the table whose rows `blocks` yields, each time it is called from the first on.

        Raises
        ------
        CatalogueError
            If it has too many columns for a product table.
        """
        recorder = Recorder(self.problems, unit, self.part)
        names = tuple(columns)
        check_width(self.name, len(names))

        def batches(rows: int) -> Iterator[Batch]:
            return batched(blocks(), names, rows, recorder, self.keeps)

        return RawTable(
            self.path,
            name or self.name,
            kind,
            names,
            self.problems,
            batches,
            encoding,
            {**self.details, **(details or {})},
            unit,
            read_image,
            origin,
            file=self.own,
        )

    def without_sheets(self) -> None:
        """Check that no sheet is asked for.

        Raises
        ------
        CatalogueError
            If one is.
        """
        if self.sheet is not None:
            raise CatalogueError(f"{self.name}: it has no sheets, so that there is no sheet {self.sheet!r}")

    def note(self, line: str) -> None:
        """Add what the owner should know of the whole table."""
        note = f"{self.part}: {line}" if self.part else line
        if note not in self.problems.notes:
            self.problems.notes.append(note)

    def but(self, **changes: object) -> Source:
        """Return a copy with some values changed."""
        return replace(self, **changes)  # type: ignore[arg-type]  # dataclasses.replace is typed by field


def one_line(error: BaseException) -> str:
    """Return an error's message as one short line."""
    return " ".join(str(error).split())[:200]


def check_width(name: str, columns: int) -> None:
    """Check that a table has no more than `MOST_COLUMNS`: what each is, is found out one by one.

    Raises
    ------
    CatalogueError
        If it has.
    """
    if columns > MOST_COLUMNS:
        raise CatalogueError(
            f"{name}: {columns:,} columns, more than {MOST_COLUMNS:,}; this is no table of products"
        )
