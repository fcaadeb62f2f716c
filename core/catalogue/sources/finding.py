"""Find the product table among the files of a folder or a zip, by their names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from core.catalogue.sources.image_folders import is_hidden

TABLES = (
    ".csv", ".tsv", ".tab", ".psv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".json", ".jsonl", ".ndjson",
    ".parquet", ".pq", ".xml", ".yml", ".rss", ".atom", ".sqlite", ".sqlite3", ".db",
)  # fmt: skip
"""Endings of product tables; each may be followed by that of a compression."""

COMPRESSED = (".gz", ".bz2", ".xz")
PREFERRED = ("products", "product", "catalogue", "catalog", "items", "articles", "feed")
"""Names of product tables, the most usual first."""

_NONE = re.compile(
    r"fetch-report\.csv|(?:readme|licen[cs]e|notice|changelog|citation|requirements|robots|sitemap)\b.*"
    r"|(?:dataset_infos?|dataset_dict|state|package|package-lock|datapackage|croissant|manifest|schema|config)\.json"
    r"|(?:sha\d+|md5)(?:sums?)?\.txt|checksums?\.txt|mkdocs\.yml|.*\.(?:github|prettierrc).*",
    re.IGNORECASE,
)
# Tables about products, which are read if there is nothing else.
_ASIDE = re.compile(
    r"(?:metadata|categories|taxonomy|brands)\..*|(?:classes|labels|class_names)\.txt", re.IGNORECASE
)


def unpacked(file: PurePosixPath) -> PurePosixPath:
    """Return a file's path without the ending of a compression."""
    return file.with_suffix("") if file.suffix.lower() in COMPRESSED else file


def ending(file: PurePosixPath) -> str:
    """Return a file's ending without that of a compression."""
    return unpacked(file).suffix.lower()


def stem(file: PurePosixPath) -> str:
    """Return a file's name without its endings, in lower case."""
    return unpacked(file).stem.lower()


def table_candidates(files: Sequence[PurePosixPath]) -> list[PurePosixPath]:
    """Return the files that may be the product table, sorted: the outermost, without hidden ones and notes.

    Parameters
    ----------
    files
        Paths relative to the folder or zip.
    """
    found = [
        file
        for file in files
        if ending(file) in TABLES and not is_hidden(file) and not file.name.startswith("_")
        and not _NONE.fullmatch(file.name)
    ]  # fmt: skip
    found = [file for file in found if not _ASIDE.fullmatch(file.name)] or found
    outermost = min((len(file.parts) for file in found), default=0)
    return sorted((file for file in found if len(file.parts) == outermost), key=_natural)


def preferred(candidates: Sequence[PurePosixPath]) -> PurePosixPath | None:
    """Return the only candidate, or the one with the most usual name; None if it is not clear."""
    if len(candidates) == 1:
        return candidates[0]
    for name in PREFERRED:
        named = [file for file in candidates if stem(file) == name]
        if named:
            return named[0] if len(named) == 1 else None
    return None


def listed(files: Sequence[object], most: int = 8) -> str:
    """Return names for a message: the first few, and how many there are more."""
    more = f" and {len(files) - most} more" if len(files) > most else ""
    return ", ".join(map(str, files[:most])) + more


def _natural(file: PurePosixPath) -> tuple[object, ...]:
    """Sort by name with numbers as numbers: part-2 before part-10."""
    parts = re.split(r"(\d+)", str(file))
    return tuple(int(part) if place % 2 else part for place, part in enumerate(parts))
