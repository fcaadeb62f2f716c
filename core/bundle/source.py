"""The table that a bundle was built from, as its owner gave it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.bundle.json_files import load_json
from core.bundle.layout import SOURCE_FOLDER
from core.bundle.writer import BundleWriter
from core.catalogue.images.names import is_plain
from core.catalogue.read_options import ReadOptions
from core.catalogue.recognition import Recognition, recognise
from core.common.errors import BundleError

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

READING = f"{SOURCE_FOLDER}/reading.json"
LARGEST = 100 << 20
"""Bytes of a table that a bundle keeps."""

_OPTIONS = ("format", "label", "columns", "encoding", "sheet", "on", "keep_placeholders")


def write_source(writer: BundleWriter, recognition: Recognition) -> bool:
    """Keep the owner's table in a bundle that is written; return whether it is one file of a fair size."""
    files = {"table": recognition.raw.file, "join": recognition.options.join}
    kept = {role: Path(file) for role, file in files.items() if file is not None}
    too_large = sum(file.stat().st_size for file in kept.values()) > LARGEST
    if "table" not in kept or too_large:
        return False
    names = {role: f"{role}{_endings(file)}" for role, file in kept.items()}
    for role, file in kept.items():
        writer.copy(file, f"{SOURCE_FOLDER}/{names[role]}")
    options = asdict(recognition.options)
    stored = {
        "name": kept["table"].name,
        "files": names,
        "options": {name: options[name] for name in _OPTIONS},
    }
    writer.file(READING).write_text(json.dumps(stored, ensure_ascii=False), encoding="utf-8")
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
    if READING not in bundle.manifest.files:
        return None
    try:
        stored: Any = load_json(bundle.file(READING))
        files = {role: _file(bundle, name) for role, name in stored["files"].items()}
        options = _options(stored["options"], files.get("join"))
        table, name = files["table"], str(stored["name"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BundleError(f"bundle '{bundle.name}' is damaged: {READING} cannot be read") from error
    return Source(recognise(table, options), name)


def _endings(file: Path) -> str:
    return "".join(each.lower() for each in file.suffixes[-2:] if is_plain(each[1:]))


def _file(bundle: Bundle, name: str) -> Path:
    if not is_plain(name):
        raise ValueError(name)
    return bundle.file(f"{SOURCE_FOLDER}/{name}")


def _options(stored: Mapping[str, Any], join: Path | None) -> ReadOptions:
    return ReadOptions(**{name: stored[name] for name in _OPTIONS}, join=join)
