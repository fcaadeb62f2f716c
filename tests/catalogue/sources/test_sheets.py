import datetime

import pytest

from core.catalogue.sources.raw import REPEATED
from core.catalogue.sources.sheets import cell_text, read_workbook
from core.common.errors import CatalogueError
from tests.catalogue.sources.files import counts, numbers_of, ods, rows_of, source, xls, xlsx, zipped

STOCK = [["sku", "name", "price"], ["0012", "Blue mug", 12.0], ["0013", "Lamp", 7.25]]


def read(folder, content, **options):
    return read_workbook(source(folder / "shop.xlsx", content, **options))


def test_a_workbook_of_one_sheet(tmp_path):
    table = read(tmp_path, xlsx({"Stock": STOCK}))
    assert (table.name, table.kind, table.encoding, table.unit) == (
        "shop.xlsx, sheet Stock",
        "sheet",
        None,
        "row",
    )
    assert table.columns == ("sku", "name", "price") and table.details == {
        "sheet": "Stock",
        "header": "row 1",
    }
    assert rows_of(table) == rows_of(table) == [["0012", "Blue mug", "12"], ["0013", "Lamp", "7.25"]]
    assert numbers_of(table) == [2, 3] and table.problems.lines() == []


def test_a_workbook_of_excel_97(tmp_path):
    table = read(tmp_path, xls())
    assert table.details["sheet"] == "Stock"
    assert rows_of(table) == [["0012", "Blue mug", "12"], ["0013", "Lamp", "7.25"]]


def test_an_open_document(tmp_path):
    def row(*cells):
        return (
            "<table:table-row>"
            + "".join(
                f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
                if isinstance(cell, str)
                else f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
                for cell in cells
            )
            + '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        )

    empty = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    table = read(tmp_path, ods("".join(row(*cells) for cells in STOCK) + empty))
    assert rows_of(table) == [["0012", "Blue mug", "12"], ["0013", "Lamp", "7.25"]]


def test_cells_as_people_see_them(tmp_path):
    dates = ('s="1"', "<v>45293</v>"), ('s="2"', "<v>45293.5</v>")  # days since 1899-12-30
    rows = [["a", "b", "c", "d"], ["007", True, *dates], [456.0, False, 0.1 + 0.2, ('t="e"', "<v>#N/A</v>")]]
    assert rows_of(read(tmp_path, xlsx({"S": rows}))) == [
        ["007", "TRUE", "2024-01-02", "2024-01-02 12:00:00"],
        ["456", "FALSE", "0.3", ""],
    ]
    assert cell_text(datetime.timedelta(days=1, hours=6)) == "30:00:00"


def test_titles_blank_rows_and_a_second_header(tmp_path):
    rows = [["Stock list"], [], STOCK[0], STOCK[1], [None, " "], STOCK[0], STOCK[2]]
    table = read(tmp_path, xlsx({"S": rows}, first=(4, 2)))
    assert table.details["header"] == "row 6" and numbers_of(table) == [7, 10]
    assert (table.problems.blank, counts(table)) == (1, {REPEATED: 1})


def test_cells_merged_downwards_are_repeated(tmp_path):
    rows = [["sku", "category"], ["1", "Mugs"], ["2", None], ["3", None], ["4", "Lamps"], [None, None]]
    table = read(tmp_path, xlsx({"S": rows}, merged={"S": ["B2:B4", "B5:B6"]}))
    assert rows_of(table) == [["1", "Mugs"], ["2", "Mugs"], ["3", "Mugs"], ["4", "Lamps"]]


def test_the_only_sheet_that_looks_like_products(tmp_path):
    notes = [["How to use this"], ["Fill in all"], ["Do not change the header"]]
    codes = [["code", "meaning"], ["1", "new"], ["2", "used"]]
    table = read(tmp_path, xlsx({"Notes": notes, "Stock": STOCK, "Codes": codes, "Empty": []}))
    assert table.details["sheet"] == "Stock"
    assert table.problems.notes == [
        "read sheet Stock, the only one that looks like products; not read: Notes, Codes, Empty"
    ]


def test_several_sheets_with_products(tmp_path):
    content = xlsx({"Summer": STOCK, "Winter": STOCK, "Old": STOCK}, hidden=["Old"])
    with pytest.raises(
        CatalogueError, match=r"several sheets .* \(Summer, Winter\); choose one with --sheet"
    ):
        read(tmp_path, content)
    assert read(tmp_path, content, sheet="winter ").details["sheet"] == "Winter"
    assert read(tmp_path, content, sheet="Old").details["sheet"] == "Old"
    with pytest.raises(CatalogueError, match="no sheet 'Spring' among Summer, Winter, Old"):
        read(tmp_path, content, sheet="Spring")


def test_cells_right_of_the_table_are_not_lost_silently(tmp_path):
    rows = [*[["sku", "name"]], *[[str(n), "a"] for n in range(400)], ["400", "b", None, "a note"]]
    table = read(tmp_path, xlsx({"S": rows}))
    assert len(rows_of(table)) == 400 and counts(table) == {"cells right of the table": 1}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (xlsx({"S": []}), "sheet 'S' is empty"),
        (xlsx({"S": [["sku", "name"]]}), "sheet 'S' has a header but no rows"),
        (xlsx({"S": STOCK})[:-300], "damaged"),
        (xls()[:400], "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "damaged"),
        (zipped({"xl/workbook.xml": "<workbook"}), "not a workbook"),
    ],
)
def test_workbooks_that_cannot_be_read(tmp_path, content, message):
    with pytest.raises(CatalogueError, match=message) as raised:
        read(tmp_path, content)
    assert "\n" not in str(raised.value)


def test_a_cell_far_from_the_others_ends_nothing(tmp_path):
    # The library would take memory for 17 thousand million cells, and end the process.
    content = xlsx({"S": [*STOCK, *[[] for _ in range(5)]]})
    far = zipped(_with_far_cell(content))
    with pytest.raises(CatalogueError, match="17,179,869,184 cells"):
        read(tmp_path, far)


def _with_far_cell(content):
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(
        "</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    return parts


def test_a_repeated_cell_that_fills_the_sheet(tmp_path):
    cell = (
        '<table:table-cell office:value-type="string" table:number-columns-repeated="16384">'
        "<text:p>x</text:p></table:table-cell>"
    )
    row = f'<table:table-row table:number-rows-repeated="999999">{cell}</table:table-row>'
    with pytest.raises(CatalogueError, match="cells lie so far apart"):
        read(tmp_path, ods(row))
