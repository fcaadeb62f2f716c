"""The worst files of each kind that the pages' fields take: small to send, large to read."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

MB = 1 << 20
ROW = "sku,name,description,category,price\n"


def csv_of(size: int) -> bytes:
    """Return a table of `size` bytes with many short products."""
    line = "A{0},mug {0},a,c{1},1\n"
    rows = size // 22
    return (ROW + "".join(line.format(n, n % 50) for n in range(rows))).encode()[:size]


def _wide_csv() -> bytes:
    return ("name," * 400_000 + "category\n" + "a," * 400_000 + "b\n").encode() * 20


def _one_cell() -> bytes:
    return (ROW + 'A1,"' + "x" * (95 * MB) + '",a,b,1\n').encode()


def _quotes() -> bytes:
    return (ROW + 'A1,"' + 'x""\n' * (20 * MB)).encode()


def _packed(pack: Callable[[bytes], bytes]) -> bytes:
    return pack((ROW + "A1,mug,a,b,1\n" * 10_000_000).encode())


def _parquet() -> bytes:
    import pandas as pd

    written = io.BytesIO()
    rows = 2_000_000
    frame = pd.DataFrame(
        {"sku": np.arange(rows), "name": pd.Categorical.from_codes(np.zeros(rows, int), ["x" * 100_000])}
    )
    frame["category"] = "a"
    frame.to_parquet(written, compression="zstd")
    return written.getvalue()


def _workbook(cells: str, strings: str) -> bytes:
    """Return a workbook whose sheet or texts are given."""
    import openpyxl

    plain = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["sku", "name", "category"])
    book.save(plain)
    written = io.BytesIO()
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml" and cells:
                content = content.replace(b"</sheetData>", cells.encode() + b"</sheetData>")
            if name == "xl/sharedStrings.xml" and strings:
                content = content.replace(b"</sst>", strings.encode() + b"</sst>")
            new.writestr(name, content)
    return written.getvalue()


def _workbook_rows() -> bytes:
    row = "<row>" + "<c t='inlineStr'><is><t>abc</t></is></c>" * 3 + "</row>"
    return _workbook(row * 1_000_000, "")


def _workbook_texts() -> bytes:
    return _workbook(
        "", "<si><t>" + "x" * 1000 + "</t></si>" * 1 + ("<si><t>" + "x" * 1000 + "</t></si>") * 600_000
    )


def _json() -> bytes:
    return json.dumps(
        [{"sku": str(n), "name": "mug", "category": "c", "tags": [[]] * 20} for n in range(600_000)]
    ).encode()[: 95 * MB]


def _json_deep() -> bytes:
    return b'[{"name":"a","category":"b","x":' + b"[" * (40 * MB) + b"]" * (40 * MB) + b"}]"


def _xml() -> bytes:
    return b"<rss><channel>" + b"<item><id>1</id><title>a</title></item>" * 2_400_000 + b"</channel></rss>"


def _xml_laughs() -> bytes:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 1000}">' for n in range(9))
    return (
        f"<!DOCTYPE rss [{entities}]><rss><channel><item><title>&e8;</title></item></channel></rss>".encode()
    )


def _sqlite() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "t.sqlite")
        with sqlite3.connect(path) as database:
            database.execute("create table products (sku, name, category)")
            database.execute("insert into products values (1, zeroblob(90000000), 'b')")
            database.execute(
                "create view big as select a.sku, a.name, b.category from products a, products b"
            )
        database.close()
        return path.read_bytes()


def _zip(names: list[str], content: bytes, kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", kind) as archive:
        for name in names:
            archive.writestr(name, content)
    return written.getvalue()


def _zip_of_paths() -> bytes:
    return _zip(["a/" * 20_000 + f"{n}.jpg" for n in range(30)], b"x")


def _zip_of_many() -> bytes:
    return _zip([f"folder-{n % 100}/{n}.jpg" for n in range(49_999)], b"")


def png(side: int) -> bytes:
    """Return an empty square image."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    written = io.BytesIO()
    Image.new("RGB", (side, side)).save(written, "PNG", optimize=False)
    return written.getvalue()


def jpeg(side: int, **options: bool) -> bytes:
    """Return a square photo."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    written = io.BytesIO()
    Image.new("RGB", (side, side), "red").save(written, "JPEG", **options)
    return written.getvalue()


def _zip_of_images() -> bytes:
    return _zip([f"{n}.png" for n in range(8)], png(9_000))


TABLES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "csv, 95 MB": ("t.csv", lambda: csv_of(95 * MB)),
    "csv, 400,000 columns": ("t.csv", _wide_csv),
    "csv, one cell": ("t.csv", _one_cell),
    "csv, quotes": ("t.csv", _quotes),
    "csv.gz": ("t.csv.gz", lambda: _packed(gzip.compress)),
    "csv.bz2": ("t.csv.bz2", lambda: _packed(bz2.compress)),
    "csv.xz": ("t.csv.xz", lambda: _packed(lambda content: lzma.compress(content, preset=1))),
    "zip of a csv": ("t.zip", lambda: _zip(["t.csv"], (ROW + "A1,mug,a,b,1\n" * 10_000_000).encode())),
    "parquet": ("t.parquet", _parquet),
    "xlsx, rows": ("t.xlsx", _workbook_rows),
    "xlsx, texts": ("t.xlsx", _workbook_texts),
    "json": ("t.json", _json),
    "json, deep": ("t.json", _json_deep),
    "xml": ("t.xml", _xml),
    "xml, laughs": ("t.xml", _xml_laughs),
    "sqlite": ("t.sqlite", _sqlite),
}
"""Kind -> file name and what makes the content."""

ARCHIVES: dict[str, Callable[[], bytes]] = {
    "zip, long paths": _zip_of_paths,
    "zip, 49,999 files": _zip_of_many,
    "zip, large images": _zip_of_images,
}
IMAGES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "png, 9,000 px": ("i.png", lambda: png(9_000)),
    "png, 30,000 px": ("i.png", lambda: png(30_000)),
    "jpeg, 16,000 px": ("i.jpg", lambda: jpeg(16_000)),
    "jpeg, progressive": ("i.jpg", lambda: jpeg(12_000, progressive=True)),
}
