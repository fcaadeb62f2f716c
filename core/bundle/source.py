"""The table that a bundle was built from, as its owner gave it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.bundle.layout import READING, SOURCE_FOLDER
from core.bundle.reading import ROLES, Reading
from core.bundle.writer import BundleWriter
from core.catalogue.images.names import is_plain
from core.catalogue.recognition import Recognition, recognise

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

LARGEST = 100 << 20
"""Bytes of a table that a bundle keeps."""


def write_source(writer: BundleWriter, recognition: Recognition) -> bool:
    """Keep the owner's table in a bundle that is written; return whether it is one file of a fair size."""
    files = zip(ROLES, (recognition.raw.file, recognition.options.join), strict=True)
    kept = {role: Path(file) for role, file in files if file is not None}
    too_large = sum(file.stat().st_size for file in kept.values()) > LARGEST
    if "table" not in kept or too_large:
        return False
    names = {role: f"{role}{_endings(file)}" for role, file in kept.items()}
    for role, file in kept.items():
        writer.copy(file, f"{SOURCE_FOLDER}/{names[role]}")
    Reading(kept["table"].name, names, recognition.options).write(writer.file(READING))
    return True


@dataclass(frozen=True, eq=False)
class Source:
    """The owner's table: how it is read, and the name that the file had."""

    recognition: Recognition
    name: str


def source_of(bundle: Bundle) -> Source | None:
    """Return the owner's table; None where the bundle does not have it.

    Raises
    ------
    BundleError
        What is stored there is damaged.
    CatalogueError
        The table cannot be read.
    """
    reading = bundle.reading
    if reading is None:
        return None
    files = {role: bundle.file(f"{SOURCE_FOLDER}/{name}") for role, name in reading.files.items()}
    options = replace(reading.options, join=files.get("join"))
    return Source(recognise(files["table"], options), reading.name)


def _endings(file: Path) -> str:
    return "".join(each.lower() for each in file.suffixes[-2:] if is_plain(each[1:]))
