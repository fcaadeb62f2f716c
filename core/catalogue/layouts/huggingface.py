"""Parquet files of Hugging Face: images are structs of bytes and path, labels are numbers with names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.catalogue.layouts.layout import Layout
from core.catalogue.sources.raw import Columns, RawTable, refers_to_images

_LOOKED_AT = 20


def _recognise(raw: RawTable, sample: Columns) -> bool:
    return raw.kind == "parquet" and bool(_fields(raw.columns, sample))


def _fields(columns: Sequence[str], sample: Columns) -> Mapping[str, str | tuple[str, ...]]:
    images = tuple(column for column in columns if _has_images(sample[column]))
    return {"images": images if len(images) > 1 else images[0]} if images else {}


def _has_images(cells: Sequence[str]) -> bool:
    return any(map(refers_to_images, cells[:_LOOKED_AT]))


LAYOUT = Layout("huggingface", "a Hugging Face data set", _recognise, fields=_fields)
