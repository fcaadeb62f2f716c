"""Open Parquet files, and read the images in them by the references in cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from core.catalogue.sources.raw import IMAGE_REFERENCE
from core.catalogue.sources.source import Source, one_line
from core.common.errors import CatalogueError, ImageError

if TYPE_CHECKING:
    import pyarrow.parquet as pq

_PLACE = re.compile(r"(?P<row>\d{1,18})/(?P<column>.*?)(?:\[(?P<item>\d{1,9})\])?", re.DOTALL)


def open_parquet(source: Source) -> pq.ParquetFile:
    """Open a Parquet file.

    Raises
    ------
    CatalogueError
        If it cannot be read.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(source.file)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise CatalogueError(
            f"{source.name}: not a Parquet file that can be read ({one_line(error)})"
        ) from error


def file_name(source: Source) -> str:
    """Return what references call a file."""
    return source.part or source.file.name


class ImageReader:
    """Reads images of a file by reference; keeps the images of the last group of rows."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._kept: tuple[str, int, int, Any] = ("", 0, 0, None)  # column, its rows, their values

    def __call__(self, reference: str) -> bytes:
        """Return an image's bytes.

        Raises
        ------
        ImageError
            If the file has no such image.
        """
        start = f"{IMAGE_REFERENCE}{file_name(self._source)}#"
        match = _PLACE.fullmatch(reference.removeprefix(start))
        if match is None or not reference.startswith(start):
            raise ImageError(f"{reference}: no image of {self._source.name}")
        value = self._value(match["column"], int(match["row"]), reference)
        if match["item"] is not None:
            items = value if isinstance(value, list) else []
            value = items[int(match["item"])] if int(match["item"]) < len(items) else None
        content = value.get("bytes") if isinstance(value, dict) else value
        if not isinstance(content, bytes):
            raise ImageError(f"{reference}: no image in this cell")
        return content

    def _value(self, name: str, row: int, reference: str) -> Any:
        import pyarrow as pa

        column, first, last, values = self._kept
        if column != name or not first <= row < last:
            try:
                first, last, values = self._group(name, row)
            except (OSError, ValueError, KeyError, pa.ArrowException) as error:
                raise ImageError(f"{reference}: cannot be read ({one_line(error)})") from error
            self._kept = (name, first, last, values)
        if values is None:
            raise ImageError(f"{reference}: no such row or column in {self._source.name}")
        return values[row - first].as_py()

    def _group(self, name: str, row: int) -> tuple[int, int, Any]:
        first = 0
        with open_parquet(self._source) as file:
            for group in range(file.num_row_groups):
                rows = file.metadata.row_group(group).num_rows
                if row < first + rows:
                    found = self._column(file, group, name)
                    return first, first + rows, found
                first += rows
        return 0, 0, None

    @staticmethod
    def _column(file: pq.ParquetFile, group: int, name: str) -> Any:
        import pyarrow.compute as pc

        path = [name] if name in file.schema_arrow.names else name.split(".")
        table = file.read_row_group(group, columns=[".".join(path)], use_threads=False)
        if table.num_columns != 1:
            return None
        values = table.column(0)
        for inner in path[1:]:
            values = pc.struct_field(values, inner)
        return values
