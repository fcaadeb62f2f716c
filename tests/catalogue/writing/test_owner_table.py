"""Tables of every kind come back as they were, with what was added or corrected."""

import pytest

from core.catalogue.columns.own_columns import ANSWERS
from core.catalogue.read_options import ReadOptions
from core.catalogue.recognition import recognise
from core.catalogue.writing.answers import Answer, answer_columns
from core.catalogue.writing.corrections import Correction
from core.catalogue.writing.owner_table import write_table
from tests.catalogue.layouts.kinds import LEAVES, PATHS, WRITERS
from tests.catalogue.sources.files import xlsx

ENDINGS = {
    "gzip": ".csv.gz", "utf-16": ".txt", "json array": ".json", "json lines": ".jsonl", "parquet": ".parquet",
    "sqlite": ".sqlite", "merchant tsv": ".tsv", "merchant xml": ".xml", "yandex": ".xml", "amazon": ".jsonl",
    "huggingface": ".parquet", "xlsx": ".xlsx",
}  # fmt: skip
CONVERTED = ("image folder", "label list")


def workbook(folder):
    rows = [["Our products"], [], ["sku", "name", "category", "price"]]
    rows += [[f"0{n}", f"Mug {n}", path, n + 0.5] for n, path in enumerate(PATHS)]
    (folder / "shop.xlsx").write_bytes(xlsx({"Products": rows}))


KINDS = {kind: write for kind, (_, write) in WRITERS.items()} | {"xlsx": workbook}


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def table(kind, tmp_path):
    (tmp_path / "own").mkdir()
    KINDS[kind](tmp_path / "own")
    return recognise(tmp_path / "own")


def read(recognition):
    """The cells of all columns, in the table's order."""
    columns = {name: [] for name in recognition.raw.columns}
    for chunk in recognition.raw.chunks():
        for name, cells in chunk.items():
            columns[name] += cells
    return columns


def products(recognition):
    return [
        tuple(row)
        for frame in recognition.frames()
        for row in frame[["sku", "name", "category"]].itertuples(index=False)
    ]


def answers(recognition):
    return [
        Answer(f"=Category {number}", number / 7, number % 2 == 0, "" if number % 2 else "low confidence")
        for number in range(len(products(recognition)))
    ]


def test_answers_are_added_and_all_else_comes_back(kind, table, tmp_path):
    given = answers(table)
    added, changes = answer_columns(table, given)
    out = tmp_path / f"train{ENDINGS.get(kind, '.csv')}"  # cells of Parquet images name their file
    writer = write_table(table.raw, added, changes, out)
    assert writer.own == (kind not in CONVERTED)
    back = recognise(out)
    before, after = read(table), read(back)
    assert {name: after[name] for name in before} == before
    if kind not in CONVERTED:
        assert back.format == table.format
        assert products(back) == products(table)
        assert back.raw.encoding == table.raw.encoding
    expected = {"shopify": [n // 2 for n in range(16)]}.get(kind, range(len(given)))
    assert after["category_predicted"] == [given[n].category for n in expected]
    assert [float(cell) for cell in after["confidence"]] == pytest.approx(
        [given[n].confidence for n in expected], abs=1e-5
    )
    truths = [cell.lower() in ("true", "1") for cell in after["needs_review"]]
    assert truths == [given[n].needs_review for n in expected]
    assert after["reason"] == [given[n].reason for n in expected]


def test_categories_are_corrected_as_the_table_writes_them(kind, table, tmp_path):
    own = [category for _, _, category in products(table)]
    kinds = sorted(set(filter(None, own)))
    other = dict(zip(kinds, reversed(kinds), strict=True))
    each = 2 if kind in ("woocommerce", "magento") else 1  # rows of a product and its variations
    wanted = [other[category] if n // each % 3 == 0 else None for n, category in enumerate(own)]
    correction = Correction(table, wanted)
    out = tmp_path / f"train{ENDINGS.get(kind, '.csv')}"
    write_table(table.raw, correction.added, correction.changes(), out)
    moved = sum(each is not None for each in wanted)
    assert sum(correction.moved.values()) == (moved // 2 if kind == "woocommerce" else moved) > 0
    back = recognise(out)
    right = [new or old for new, old in zip(wanted, own, strict=True)]
    if kind == "image folder":
        assert read(back)["category"] == right
        return
    assert [category for _, _, category in products(back)] == right
    before, after = read(table), read(back)
    category = (*table.matching.columns_of("category"), "categoryId")
    assert all(after[name] == cells for name, cells in before.items() if name not in category)


def test_names_of_columns_that_are_taken_get_an_ending(tmp_path):
    (tmp_path / "t.csv").write_text("sku,name,Reason\n1,Mug,none\n2,Cup,none\n")
    table = recognise(tmp_path / "t.csv")
    added, _ = answer_columns(table, [])
    assert added == (*ANSWERS[:3], "reason_new")


def test_a_category_that_the_table_does_not_have_takes_its_form(tmp_path):
    (tmp_path / "t.csv").write_text(
        "sku,name,category\n" + "".join(f"{n},Mug {n},{c}\n" for n, c in enumerate(["A / B", "A / C"] * 4))
    )
    table = recognise(tmp_path / "t.csv")
    correction = Correction(table, ["D > E", *[None] * 7])
    write_table(table.raw, correction.added, correction.changes(), tmp_path / "back.csv")
    assert (tmp_path / "back.csv").read_text().splitlines()[1] == "0,Mug 0,D / E"


def test_of_several_categories_only_the_one_that_is_read_is_replaced(tmp_path):
    WRITERS["woocommerce"][1](tmp_path)
    table = recognise(tmp_path)
    count = len(products(table))
    correction = Correction(table, ["Lighting > Lamps", *[None] * (count - 1)])
    write_table(table.raw, correction.added, correction.changes(), tmp_path / "back.csv")
    assert read(recognise(tmp_path / "back.csv"))["Kategorien"][0] == "Angebote, Lighting > Lamps"


def test_leaf_categories_bring_their_path_along(tmp_path):
    WRITERS["plain"][1](tmp_path)
    table = recognise(tmp_path, ReadOptions(label="category@-1"))
    correction = Correction(table, [LEAVES[-1], *[None] * 7])
    write_table(table.raw, correction.added, correction.changes(), tmp_path / "back.csv")
    assert read(recognise(tmp_path / "back.csv"))["category"][0] == PATHS[-1]
