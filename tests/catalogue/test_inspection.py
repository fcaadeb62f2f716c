"""Whatever a table holds: no traceback, and every row is counted."""

import csv
import io
import json
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalogue.inspection import inspect
from core.catalogue.read_options import ReadOptions
from core.catalogue.reading import catalogue_of, read_catalogue, read_chunks
from core.catalogue.recognition import recognise
from core.common.errors import CatalogueError

EXAMPLES = settings(max_examples=40, deadline=None)
HEADERS = """sku|name|Titel|description|category|Kategorie|price|Preis|image|images|brand|Handle|Title
Image Src|Variant Price|ID|Type|SKU|Parent|Categories|id|title|image link|product type|asin|categories
base_image|uniq_id|product_category_tree|class_id|sub_class1_id|image_path|x@2||id|masterCategory|subCategory
articleType|productDisplayName|configurable_variations|product_type""".replace("\n", "|").split("|")
LIKELY = [
    "",
    "simple",
    "variable",
    "variation",
    "id:1",
    "1",
    "1.0",
    "A > B",
    "A|B, C",
    "1.299,00 €",
    "<b>x",
    "None",
]
LIKELY += [
    "Uncategorized",
    "https://x.example/a.jpg",
    "data:image/png;base64,x",
    '["parquet:x',
    "parquet:x#1/y",
]
LIKELY += ["a.jpg|b.jpg", '["a", "b"]', '[{"id": "1"}]', "&amp", "\x00", "sku=1,a=b|sku=2", "[[]]"]
CELLS = st.one_of(st.sampled_from(LIKELY), st.text(max_size=12))


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    header = draw(st.lists(st.sampled_from(HEADERS), min_size=1, max_size=7))
    width = st.integers(max(1, len(header) - 1), len(header) + 1)
    rows = draw(st.lists(width.flatmap(lambda n: st.lists(CELLS, min_size=n, max_size=n)), max_size=12))
    return [header, *rows]


def check(path: Path) -> None:
    try:
        found = inspect(recognise(path))
    except CatalogueError as error:
        assert "\n" not in str(error)
        return
    assert found.rows == found.products + found.variants + sum(found.set_aside.values())
    json.dumps(found.to_dict()).encode()
    chunks = list(read_chunks(path, chunk_rows=5))
    raw = recognise(path)
    delivered = sum(len(chunk.table) for chunk in chunks)
    list(raw.frames())
    assert delivered + raw.tally.variants + raw.raw.problems.lost == found.rows
    try:
        catalogue = read_catalogue(path, minimum=1)
    except CatalogueError:
        return
    account = catalogue.account
    set_aside = sum(each.count for each in account.set_aside)
    assert account.rows_read == account.rows_kept + account.variants + set_aside == found.rows


@EXAMPLES
@given(tables(), st.sampled_from(",;\t|"), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_delimited_tables(table, delimiter, encoding):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(table)
    with TemporaryDirectory() as folder:
        path = Path(folder, "t.csv")
        path.write_bytes(out.getvalue().encode(encoding, "replace"))
        check(path)


@EXAMPLES
@given(tables())
def test_json_tables(table):
    header, *rows = table
    with TemporaryDirectory() as folder:
        path = Path(folder, "t.json")
        path.write_text(json.dumps([dict(zip(header, row, strict=False)) for row in rows]))
        check(path)


@EXAMPLES
@given(st.binary(max_size=400))
def test_any_bytes(content):
    with TemporaryDirectory() as folder:
        path = Path(folder, "t.csv")
        path.write_bytes(content)
        check(path)


def test_a_level_that_makes_categories_one_is_said(tmp_path):
    rows = [f"{n},Thing {n},{top} > Parts" for n, top in enumerate(["Phones", "Cars"] * 6)]
    (tmp_path / "t.csv").write_text("\n".join(["sku,name,category", *rows]))
    line = "names that stand below several categories become one each: 'Parts' (2)"
    leaf = recognise(tmp_path / "t.csv", ReadOptions(label="category@-1"))
    assert line in inspect(leaf).warnings and line in catalogue_of(leaf, minimum=1).notes
    assert line not in inspect(recognise(tmp_path / "t.csv")).warnings
