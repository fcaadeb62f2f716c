import csv
import gzip
import io

import openpyxl
import pandas as pd
import pytest

from core.catalogue.upload import receive
from core.serving.bulk.delivery import Delivery
from tests.catalogue.sources.files import ods

CSV = (
    "Artikelnummer;Bezeichnung;Warengruppe;Preis\r\n"
    "-5;Becher für Tee;Mugs;1,50\r\n"
    "7;=1+1;;2,00\r\n"
    "8;Stuhl;Lamps;3,00\r\n"
).encode("cp1252")


def answered(n: int) -> pd.DataFrame:
    """Answers as a bundle gives them; the last product got none."""
    return pd.DataFrame(
        {
            "predicted": ["Mugs", "Chairs", ""][:n],
            "confidence": [0.9, 0.4, float("nan")][:n],
            "predicted_text": ["Mugs", "Chairs", ""][:n],
            "confidence_text": [0.9, 0.4, float("nan")][:n],
            "predicted_image": [""] * n,
            "confidence_image": [float("nan")] * n,
            "needs_review": [False, True, True][:n],
            "reason": ["", "low confidence", "nothing given"][:n],
            "rests_on": ["text", "text", "nothing"][:n],
            "note": [""] * n,
        }
    )


def delivery(name: str, content: bytes, decided: list[str | None], category: str | None = None) -> Delivery:
    # The upload is a folder that goes with it: its table must be read while it is there.
    upload = receive(name, content)
    made = Delivery(upload.recognised(category), upload.name, answered(len(decided)), decided)
    object.__setattr__(made, "_upload", upload)
    return made


def lines(content: bytes, encoding: str = "cp1252") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(encoding), newline=""), delimiter=";"))


def test_a_semicolon_file_comes_back_with_its_delimiter_encoding_and_line_ends():
    made = delivery("neu.csv", CSV, ["Mugs", "Chairs", None])
    assert made.file_name == "neu-classified.csv"
    content = made.with_categories()
    assert content == CSV.replace(b";=1+1;;", b";'=1+1;Chairs;")


@pytest.mark.parametrize("name", ["neu.CSV.gz", "neu.dat", "neu"])
def test_a_packed_file_and_one_of_another_ending_come_back_as_what_they_hold(name):
    content = gzip.compress(CSV) if name.endswith("gz") else CSV
    made = delivery(name, content, ["Mugs", "Chairs", None])
    assert made.file_name == "neu-classified.csv"
    assert made.with_categories() == CSV.replace(b";=1+1;;", b";'=1+1;Chairs;")


def test_open_products_and_those_not_classified_keep_what_they_had():
    assert lines(delivery("neu.csv", CSV, ["Chairs", None]).with_categories()) == [
        ["Artikelnummer", "Bezeichnung", "Warengruppe", "Preis"],
        ["-5", "Becher für Tee", "Chairs", "1,50"],
        ["7", "'=1+1", "", "2,00"],
        ["8", "Stuhl", "Lamps", "3,00"],
    ]


def test_another_column_can_hold_the_category_or_a_new_one():
    other = lines(delivery("neu.csv", CSV, ["Chairs", None, None], "Preis").with_categories())
    assert other[1] == ["-5", "Becher für Tee", "Mugs", "Chairs"]
    new = lines(delivery("neu.csv", CSV, ["Chairs", None, "Mugs"], "").with_categories())
    assert new[0] == ["Artikelnummer", "Bezeichnung", "Warengruppe", "Preis", "category"]
    assert [row[4] for row in new[1:]] == ["Chairs", "", "Mugs"]


def test_answers_stand_beside_the_owners_columns():
    rows = lines(delivery("neu.csv", CSV, ["Mugs", "Lamps", None]).with_answers())
    assert rows[0][:5] == ["Artikelnummer", "Bezeichnung", "Warengruppe", "Preis", "predicted"]
    named = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert [row["category_checked"] for row in named] == ["Mugs", "Lamps", ""]
    assert [row["predicted"] for row in named] == ["Mugs", "Chairs", ""]
    assert [row["confidence"] for row in named] == ["0.900000", "0.400000", ""]
    assert [row["needs_review"] for row in named] == ["False", "True", "True"]
    assert [row["Preis"] for row in named] == ["1,50", "2,00", "3,00"]


def test_answers_to_the_first_products_of_a_file_leave_the_others_blank():
    rows = lines(delivery("neu.csv", CSV, ["Mugs"]).with_answers())
    assert rows[1][-1] == "Mugs"
    assert rows[2][4:] == rows[3][4:] == [""] * 11


def test_answers_are_no_categories_when_the_file_comes_again():
    again = receive("neu.csv", delivery("neu.csv", CSV, ["Mugs", "Lamps", None]).with_answers())
    assert again.recognised().matching.columns_of("category") == ("Warengruppe",)
    twice = lines(delivery("neu.csv", CSV.replace(b"Preis", b"predicted"), ["Mugs"]).with_answers())
    assert twice[0][3:5] == ["predicted", "predicted_new"]


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Artikel"
    sheet.append(["Artikelnummer", "Bezeichnung", "Kategorie", "Netto", "Brutto"])
    for row, name in enumerate(("Becher", "Stuhl", "Lampe"), 2):
        sheet.append([row, name, "Lamps", row * 10, f"=D{row}*1.19"])
    notes = book.create_sheet("Notizen")
    notes["A1"] = "=1+1"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_workbook_comes_back_with_its_formulas_and_sheets():
    made = delivery("neu.xlsx", workbook(), ["Mugs", "Chairs", None])
    assert made.file_name == "neu-classified.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(made.with_categories()))
    assert book.sheetnames == ["Artikel", "Notizen"]
    assert [cell.value for cell in book["Artikel"]["C"]] == ["Kategorie", "Mugs", "Chairs", "Lamps"]
    assert [cell.value for cell in book["Artikel"]["E"]][1:] == ["=D2*1.19", "=D3*1.19", "=D4*1.19"]
    assert book["Notizen"]["A1"].value == "=1+1"
    added = openpyxl.load_workbook(io.BytesIO(made.with_answers()))["Artikel"]
    header = [cell.value for cell in added[1]]
    assert header[5] == "predicted" and header[-1] == "category_checked"
    assert [added.cell(row, len(header)).value or "" for row in (2, 3, 4)] == ["Mugs", "Chairs", ""]
    assert added.cell(2, 7).value == pytest.approx(0.9)
    assert [added.cell(row, 5).value for row in (2, 3, 4)] == ["=D2*1.19", "=D3*1.19", "=D4*1.19"]


def ods_cell(text: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def test_what_cannot_be_written_in_its_own_format_becomes_a_workbook():
    rows = [("id", "name", "category"), ("1", "mug", "Lamps"), ("2", "chair", "Lamps")]
    sheet = "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)
    made = delivery("neu.ods", ods(sheet), ["Mugs", "Chairs"])
    assert made.file_name == "neu-classified.xlsx"
    back = pd.read_excel(io.BytesIO(made.with_categories()), dtype=str)
    assert back["category"].tolist() == ["Mugs", "Chairs"]
