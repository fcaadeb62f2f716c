"""Runs that are stopped before their end."""

from collections.abc import Iterator
from pathlib import Path

from core.catalogue.reading import Chunk, read_chunks

ROWS = 7


def chunks(data: Path, stop_after: int | None = None) -> Iterator[Chunk]:
    """Yield a catalogue in chunks of `ROWS` products; stop as Ctrl-C does after some chunks."""
    for number, chunk in enumerate(read_chunks(data, "csv", chunk_rows=ROWS)):
        if number == stop_after:
            raise KeyboardInterrupt
        yield chunk


def hidden(folder: Path) -> list[Path]:
    """Return what a user does not see in a folder."""
    return [path for path in folder.iterdir() if path.name.startswith(".")]
