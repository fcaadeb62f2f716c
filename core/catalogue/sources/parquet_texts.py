"""Values of Parquet columns as texts; images become references."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from core.catalogue.sources.cells import number_text, value_text
from core.catalogue.sources.raw import IMAGE_REFERENCE

if TYPE_CHECKING:
    import pyarrow as pa

NO_TEXT = "\udcff"
"""Stands for binary data; no text holds it."""

_IMAGE_STARTS = (
    *(b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"BM", b"II*\x00", b"MM\x00*"),
    b"\x00\x00\x00",  # AVIF and its relatives: the length of the first box
)
_Texts = Callable[[Any, int], list[str]]


@dataclass(frozen=True)
class TextColumn:
    """A column of the file as columns of texts.

    Attributes
    ----------
    names
        Their names.
    kind
        The type of the file's column.
    texts
        Values and the number of the first row, from 0 -> the cells of each column.
    """

    names: tuple[str, ...]
    kind: pa.DataType
    texts: Callable[[pa.Array, int], list[list[str]]]

    def read(self, values: pa.Array, first: int) -> list[list[str]]:
        """Return the cells of each column; raises ValueError if the values are not of the column's type."""
        partly = is_image(storage(self.kind)) and values.type.id == self.kind.id  # without the bytes
        if values.type != self.kind and not partly:
            raise ValueError(f"{self.names} holds {values.type}, expected {self.kind}")
        return self.texts(values, first)


def text_column(file: str, field: pa.Field, classes: dict[str, list[str]]) -> TextColumn:
    """Return how the values of a column become texts."""
    import pyarrow as pa

    name, kind = str(field.name), storage(field.type)
    if pa.types.is_struct(kind) and not is_image(kind):
        inner = [text_column(file, pa.field(f"{name}.{each.name}", each.type), {}) for each in kind]
        names = tuple(found for column in inner for found in column.names)
        return TextColumn(names, field.type, partial(_struct_texts, inner))
    return TextColumn((name,), field.type, partial(_one, _texts_of(file, name, kind, classes.get(name))))


def _one(texts: _Texts, values: pa.Array, first: int) -> list[list[str]]:
    return [texts(values, first)]


def _struct_texts(inner: list[TextColumn], values: pa.Array, first: int) -> list[list[str]]:
    fields = _stored(values).flatten()  # a missing struct has missing fields
    return [texts for column, each in zip(inner, fields, strict=True) for texts in column.read(each, first)]


def _texts_of(file: str, name: str, kind: pa.DataType, classes: list[str] | None) -> _Texts:
    import pyarrow as pa

    types = pa.types
    if classes is not None and types.is_integer(kind):
        return partial(_class_texts, classes)
    if types.is_floating(kind):
        return _float_texts
    if is_image(kind):
        return partial(_image_texts, file, name)
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind):
        return partial(_binary_texts, file, name)
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        return partial(_list_texts, file, name, classes)
    return _plain_texts


def _plain_texts(values: pa.Array, _: int) -> list[str]:
    import pyarrow as pa

    values = _stored(values)
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        return [_without_nul(cell) if cell else "" for cell in values.to_pylist()]
    if pa.types.is_integer(values.type) or pa.types.is_decimal(values.type):
        return ["" if value is None else str(value) for value in values.to_pylist()]
    if pa.types.is_timestamp(values.type):
        values = values.cast(pa.timestamp("us"), safe=False)
        return [value_text(value) for value in values.to_pylist()]
    if pa.types.is_duration(values.type) or pa.types.is_time(values.type):
        return [cell or "" for cell in values.cast(pa.string()).to_pylist()]
    return [_without_nul(value_text(value)) for value in values.to_pylist()]


def _float_texts(values: pa.Array, _: int) -> list[str]:
    import pyarrow as pa

    texts = _stored(values).cast(pa.string()) if values.type != pa.float64() else None
    if texts is None:
        return ["" if value is None else number_text(value) for value in values.to_pylist()]
    # The shortest text of a number with less precision, not that of the nearest one with more.
    return ["" if text is None else number_text(float(text)) for text in texts.to_pylist()]


def _class_texts(classes: list[str], values: pa.Array, _: int) -> list[str]:
    return [_class_text(classes, value) for value in values.to_pylist()]


def _class_text(classes: list[str], value: int | None) -> str:
    if value is None or value == -1:  # what Hugging Face stores where there is no label
        return ""
    return classes[value] if 0 <= value < len(classes) else str(value)


def _image_texts(file: str, name: str, values: pa.Array, first: int) -> list[str]:
    paths = values.field("path")
    if values.type.get_field_index("bytes") < 0:  # not read, as none is missing
        return [_reference(file, row, name) for row in range(first, first + len(values))]
    missing = values.field("bytes").is_null().to_pylist()
    valid = values.is_valid().to_pylist()
    return [
        "" if not there else (path or "") if none else _reference(file, row, name)
        for row, (there, none, path) in enumerate(zip(valid, missing, paths.to_pylist(), strict=True), first)
    ]


def _binary_texts(file: str, name: str, values: pa.Array, first: int) -> list[str]:
    found = []
    for row, value in enumerate(_stored(values), first):
        content = value.as_py()
        found.append("" if content is None else _binary_text(content, _reference(file, row, name)))
    return found


def _binary_text(content: bytes, reference: str) -> str:
    if content.startswith(_IMAGE_STARTS):
        return reference
    try:
        return _without_nul(content.decode("utf-8"))
    except UnicodeDecodeError:
        return NO_TEXT


def _list_texts(file: str, name: str, classes: list[str] | None, values: pa.Array, first: int) -> list[str]:
    inner = storage(values.type.value_type)
    images = is_image(inner)
    found = []
    for row, value in enumerate(values, first):
        items = value.as_py() or []
        if images:
            items = [_image_item(file, name, row, place, item) for place, item in enumerate(items)]
            items = [item for item in items if item]
        elif classes is not None:
            items = [_class_text(classes, item) if isinstance(item, int) else item for item in items]
        found.append(_without_nul(value_text(items)))
    return found


def _image_item(file: str, name: str, row: int, place: int, item: dict[str, Any] | None) -> str:
    if not item:
        return ""
    return f"{_reference(file, row, name)}[{place}]" if item["bytes"] else item["path"] or ""


def _reference(file: str, row: int, column: str) -> str:
    return f"{IMAGE_REFERENCE}{file}#{row}/{column}"


def is_image(kind: pa.DataType) -> bool:
    """Whether a type is Hugging Face's image: bytes and a path."""
    import pyarrow as pa

    if not pa.types.is_struct(kind) or {field.name for field in kind} != {"bytes", "path"}:
        return False
    inner = kind.field("bytes").type
    return bool(pa.types.is_binary(inner) or pa.types.is_large_binary(inner))


def storage(kind: pa.DataType) -> pa.DataType:
    """Return the type that values have without a dictionary or an extension around them."""
    import pyarrow as pa

    while True:
        if isinstance(kind, pa.BaseExtensionType):
            kind = kind.storage_type
        elif pa.types.is_dictionary(kind):
            kind = kind.value_type
        else:
            return kind


def _stored(values: pa.Array) -> pa.Array:
    import pyarrow as pa

    while True:
        if isinstance(values, pa.ExtensionArray):
            values = values.storage
        elif isinstance(values, pa.DictionaryArray):
            values = values.dictionary_decode()
        else:
            return values


def _without_nul(text: str) -> str:
    return text.replace("\x00", "") if "\x00" in text else text
