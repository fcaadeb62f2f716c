import io
import zipfile

import openpyxl
from openpyxl.styles import Font

from core.catalogue.recognition import recognise
from core.catalogue.writing.answers import Answer, answer_columns
from core.catalogue.writing.corrections import Correction
from core.catalogue.writing.owner_table import write_table


def shop(path):
    book = openpyxl.Workbook()
    notes = book.active
    notes.title = "Notes"
    notes["A1"] = "Ask Anna"
    sheet = book.create_sheet("Produkte")
    sheet.append(["Unsere Produkte"])
    sheet.append(["Artikelnummer", "Bezeichnung", "Warengruppe", "Preis", "Brutto"])
    for number in range(3, 9):
        kind = "Tassen" if number % 2 else "Lampen"
        sheet.append([f"00{number}", f"{kind} {number}", kind, number + 0.5, f"=D{number}*1.19"])
    sheet["C4"].font = Font(bold=True)
    book.save(path)
    return recognise(path)


def test_only_what_changes_is_touched(tmp_path):
    table = shop(tmp_path / "shop.xlsx")
    given = [Answer("Tassen", 0.5, True, "low confidence")] * 6
    added, changes = answer_columns(table, given)
    write_table(table.raw, added, changes, tmp_path / "back.xlsx")
    book = openpyxl.load_workbook(tmp_path / "back.xlsx")
    assert book["Notes"]["A1"].value == "Ask Anna"
    sheet = book["Produkte"]
    assert [cell.value for cell in sheet[2]][5:] == list(added)
    assert [cell.value for cell in sheet[3]] == [
        "003", "Tassen 3", "Tassen", 3.5, "=D3*1.19", "Tassen", 0.5, True, "low confidence",
    ]  # fmt: skip
    assert sheet["C4"].font.bold


def test_a_category_is_corrected_in_its_cell(tmp_path):
    table = shop(tmp_path / "shop.xlsx")
    correction = Correction(table, [None, "Tassen", None, None, None, None])
    write_table(table.raw, correction.added, correction.changes(), tmp_path / "back.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "back.xlsx")["Produkte"]
    assert [sheet[f"C{row}"].value for row in range(3, 9)] == ["Tassen", "Tassen", *["Tassen", "Lampen"] * 2]
    assert sheet["C4"].font.bold
    with zipfile.ZipFile(tmp_path / "shop.xlsx") as old, zipfile.ZipFile(tmp_path / "back.xlsx") as new:
        changed = [name for name in old.namelist() if old.read(name) != new.read(name)]
    assert changed == ["xl/worksheets/sheet2.xml"]


def test_texts_like_formulas_stay_texts(tmp_path):
    (tmp_path / "t.csv").write_text("sku,name\n1,=1+1\n2,Cup\n3,Mug\n")
    table = recognise(tmp_path / "t.csv")
    added, changes = answer_columns(table, [Answer("=A1", 0.25, False, "")] * 3)
    write_table(table.raw, added, changes, tmp_path / "back.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO((tmp_path / "back.xlsx").read_bytes())).active
    assert [(cell.value, cell.data_type) for cell in sheet[2]] == [
        ("1", "s"), ("=1+1", "s"), ("=A1", "s"), (0.25, "n"), (False, "b"), (None, "n"),
    ]  # fmt: skip
