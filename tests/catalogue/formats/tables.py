"""Write small tables and read them with a format."""

import csv
from pathlib import Path

import pandas as pd

from core.catalogue.formats.format import ReadOptions
from core.catalogue.formats.registry import get_format


def write(file: Path, text: str, encoding: str = "utf-8") -> Path:
    file.write_bytes(text.encode(encoding))
    return file


def write_rows(file: Path, rows: list[dict]) -> Path:
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return file


def read(data: Path, format: str, **options) -> pd.DataFrame:
    return pd.concat(get_format(format).read(data, ReadOptions(**options)), ignore_index=True)
