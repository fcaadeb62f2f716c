"""Fetch the images of a catalogue that only carries their addresses.

`fetch_images` composes: `plan` says which addresses and which file names, `crew` fetches with several
threads, `hosts` decides whose turn it is, `download` takes one answer, `connection` and `addresses` see to it
that only public hosts are called, `report` counts and lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from core.catalogue.formats.format import FETCH_REPORT
from core.catalogue.images.files import LARGEST, find_images
from core.common.errors import CatalogueError
from core.common.progress import Progress, silent
from core.downloads.connection import Caller
from core.downloads.plan import Present, Wanted, count_found, plan, read_rows
from core.downloads.report import KEPT, NOT_TRIED, FetchReport, Outcome, write_outcomes
from core.downloads.workers import Crew, Manners

_STAGE = "Fetching images"


def fetch_images(
    data: Path,
    format: str,
    *,
    column: str | None = None,
    columns: Mapping[str, str] | None = None,
    out: Path | None = None,
    limit: int | None = None,
    caller: Caller | None = None,
    manners: Manners | None = None,
    progress: Progress = silent,
) -> FetchReport:
    """Fetch a catalogue's images into a folder in which its reader finds them.

    Images that are there and whole are not fetched again, so that a run that was stopped goes on where it
    was. Every file is written beside its place and moved there when it is whole. What became of each address
    is listed in ``fetch-report.csv`` beside the folder, also when the run is stopped.

    Parameters
    ----------
    data : Path
        A folder with a table, or the table itself.
    format : str
        A name in `core.catalogue.formats.registry.FORMATS`.
    column : str or None
        The column with the addresses; None takes the one in which the reader looks for images.
    columns : mapping of str to str, or None
        As for `core.catalogue.reading.read_catalogue`: the same table must be read in the same way.
    out : Path or None
        The folder for the images; None takes ``images`` beside the table, where the reader looks.
    limit : int or None
        Only the first so many addresses of the table.
    caller : Caller or None
        How requests are made; None for the public internet only.
    manners : Manners or None
        How many at a time, how often, and how large.
    progress : Progress
        Told how many addresses are done.

    Raises
    ------
    CatalogueError
        When the table cannot be read, has no addresses, or the folder would hide images that are there.
    OSError
        When the folder cannot be written to, a full disk included.
    KeyboardInterrupt
        As it comes, once the report is written.
    """
    manners = manners or Manners()
    if manners.max_bytes > LARGEST:
        raise CatalogueError(
            f"images of more than {LARGEST >> 20} MB are not read later, got {manners.max_bytes / 2**20:g}"
        )
    rows = list(read_rows(data, format, column, columns))
    wanted = plan(rows)
    if not wanted:
        place = f"column {column!r}" if column else "the image column"
        raise CatalogueError(
            f"{data}: no addresses (http://...) in {place}; name theirs with --column COLUMN"
        )
    folder = _checked_folder(data, out)
    wanted = wanted[:limit]
    outcomes, missing = _look(folder, wanted, progress)
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
    return FetchReport(tuple(listed), len(rows), count_found(rows, folder), file)


def images_folder(data: Path) -> Path:
    """Return the folder in which the catalogue's reader looks for the images of `data`."""
    folder = data if data.is_dir() else data.parent
    named = (path for path in sorted(folder.iterdir()) if path.name.lower() == "images" and path.is_dir())
    return next(named, folder / "images")


def _checked_folder(data: Path, out: Path | None) -> Path:
    usual = images_folder(data)
    folder = out or usual
    if folder.exists() and not folder.is_dir():
        raise CatalogueError(f"{folder}: expected a folder for the images, got a file")
    if folder.resolve() == usual.resolve():
        there = find_images(data)
        if there.source is not None and there.source.resolve() != folder.resolve():
            raise CatalogueError(
                f"{data}: its images are in {there.source.name}, which a folder images/ would hide; "
                "move them into images/ first, or fetch elsewhere with --out"
            )
    return folder


def _look(folder: Path, wanted: list[Wanted], progress: Progress) -> tuple[dict[str, Outcome], list[Wanted]]:
    """Return the outcomes of the images that are there, and the addresses whose image is not."""
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
