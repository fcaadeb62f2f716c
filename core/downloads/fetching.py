"""Fetch the images of a catalogue whose table has only their web addresses.

`plan` chooses addresses and file names, `workers` downloads in several threads, `hosts` schedules requests
per host, `download` handles one response, `connection` and `addresses` make sure that only public hosts are
contacted, and `report` counts and lists the outcomes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from core.catalogue.images.finding import find_images
from core.catalogue.images.stores import LARGEST
from core.catalogue.read_options import AUTO, ReadOptions
from core.catalogue.recognition import recognise
from core.common.errors import CatalogueError
from core.common.progress import Progress, silent
from core.downloads.connection import Caller
from core.downloads.plan import Present, Wanted, count_with_image, plan, read_rows
from core.downloads.report import KEPT, NOT_TRIED, FetchReport, Outcome, write_outcomes
from core.downloads.workers import Crew, Manners

FETCH_REPORT = "fetch-report.csv"
"""Beside the table; it is no product table."""
_STAGE = "Fetching images"


def fetch_images(
    data: Path,
    format: str = AUTO,
    *,
    column: str | None = None,
    columns: Mapping[str, str] | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    join: Path | None = None,
    on: str | None = None,
    out: Path | None = None,
    limit: int | None = None,
    caller: Caller | None = None,
    manners: Manners | None = None,
    progress: Progress = silent,
) -> FetchReport:
    """Fetch a catalogue's images into the folder where its reader looks for them.

    Complete images in the folder are not fetched again, so a stopped run can be resumed. Each file is written
    under a temporary name and moved into place when it is complete. ``fetch-report.csv`` beside the folder
    lists the outcome of each address, also when the run is stopped.

    Parameters
    ----------
    data : Path
        A folder with a table, or the table itself.
    format : str
        A name in `core.catalogue.layouts.registry.LAYOUTS`; "auto" recognises it.
    column : str or None
        The column with the addresses; None takes the reader's image column.
    columns : mapping of str to str, or None
        As for `core.catalogue.reading.read_catalogue`; pass the same value to both.
    encoding, sheet, join, on
        As in `core.catalogue.read_options.ReadOptions`.
    out : Path or None
        The folder for the images; None takes ``images`` beside the table, where the reader looks.
    limit : int or None
        Fetch only this many addresses, the first in the table.
    caller : Caller or None
        How requests are made; None allows public hosts only.
    manners : Manners or None
        Limits on requests, retries and image size.
    progress : Progress
        Called with the number of addresses done.

    Raises
    ------
    CatalogueError
        When the table cannot be read or has no addresses, or the folder would hide existing images.
    OSError
        When the folder cannot be written to, or the disk is full.
    KeyboardInterrupt
        Passed on after the report is written.
    """
    manners = manners or Manners()
    if manners.max_bytes > LARGEST:
        raise CatalogueError(
            f"the size limit for images is at most {LARGEST >> 20} MB, got {manners.max_bytes / 2**20:g}"
        )
    options = ReadOptions(
        format, columns=columns, encoding=encoding, sheet=sheet, join=join, on=on, addresses=column
    )
    rows = list(read_rows(recognise(data, options)))
    wanted = plan(rows)
    if not wanted:
        place = f"column {column!r}" if column else "the image column"
        raise CatalogueError(
            f"{data}: no addresses (http://...) in {place}; choose their column with --column COLUMN"
        )
    folder = _checked_folder(data, out)
    wanted = wanted[:limit]
    outcomes, missing = _split_present(folder, wanted, progress)
    file = folder.parent / FETCH_REPORT
    folder.mkdir(parents=True, exist_ok=True)
    crew = Crew(folder, caller or Caller(), manners)
    try:
        for outcome in crew.fetch(missing):
            outcomes[outcome.address] = outcome
            progress(_STAGE, len(outcomes), len(wanted))
    finally:
        outcomes |= {outcome.address: outcome for outcome in crew.stop()}
        listed = [outcomes.get(each.address) or Outcome(each.address, (), NOT_TRIED) for each in wanted]
        write_outcomes(listed, file)
    return FetchReport(tuple(listed), len(rows), count_with_image(rows, folder), file)


def images_folder(data: Path) -> Path:
    """Return the folder where the catalogue's reader looks for the images of `data`."""
    folder = data if data.is_dir() else data.parent
    named = (path for path in sorted(folder.iterdir()) if path.name.lower() == "images" and path.is_dir())
    return next(named, folder / "images")


def _checked_folder(data: Path, out: Path | None) -> Path:
    usual = images_folder(data)
    folder = out or usual
    if folder.exists() and not folder.is_dir():
        raise CatalogueError(f"{folder}: expected a folder for the images, got a file")
    if folder.resolve() == usual.resolve():
        existing = find_images(data)
        others = [each.name for each in existing.sources if each.resolve() != folder.resolve()]
        if others:
            raise CatalogueError(
                f"{data}: its images are in {', '.join(others)}; move them into images/ first, or choose "
                "another folder with --out"
            )
    return folder


def _split_present(
    folder: Path, wanted: list[Wanted], progress: Progress
) -> tuple[dict[str, Outcome], list[Wanted]]:
    """Return the outcomes of the images already in the folder, and the addresses of the missing ones."""
    present = Present(folder, wanted)
    outcomes: dict[str, Outcome] = {}
    missing = []
    for each in wanted:
        files = present.find(each)
        if files is None:
            missing.append(each)
        else:
            outcomes[each.address] = Outcome(each.address, files, KEPT)
            progress(_STAGE, len(outcomes), len(wanted))
    return outcomes, missing
