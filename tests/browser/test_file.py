import csv
import io
import re
import zipfile

import openpyxl
import pytest

from tests import tiny
from tests.browser.waiting import place_of, settle, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def product_file(rows: int) -> bytes:
    lines = ["Code,Title,Picture"]
    lines += [f"=p{i},ceramic mug cup {i},{i % 3}.png" for i in range(rows)]
    return "\n".join(lines).encode()


def pictures() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for i in range(3):
            content = io.BytesIO()
            tiny.draw_image("Mugs", i).save(content, "PNG")
            archive.writestr(f"pictures/{i}.png", content.getvalue())
    return stream.getvalue()


def file_fields(page):
    return page.get_by_role("tabpanel").locator("visible=true").locator("input[type=file]")


def give_table(page, table: bytes, name: str = "new.csv") -> None:
    settle(page)  # Streamlit forgets to take a file that comes while it starts to run the page
    file_fields(page).nth(0).set_input_files({"name": name, "mimeType": "text/csv", "buffer": table})


def hand_over(page, table: bytes, archive: bytes | None = None, name: str = "new.csv") -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Predict").click()
    page.get_by_role("tab", name="Whole file").click()
    page.get_by_text("No file yet").wait_for()
    give_table(page, table, name)
    page.get_by_text("Check what each column holds").wait_for()
    if archive is not None:
        settle(page)
        file_fields(page).nth(1).set_input_files(
            {"name": "new.zip", "mimeType": "application/zip", "buffer": archive}
        )
        page.get_by_text("files in the zip").wait_for()


def fits(page) -> bool:
    return page.get_by_test_id("stMain").evaluate("e => e.scrollWidth <= e.clientWidth")


def wait_for_more_than(page, done: int) -> None:
    """Wait until the bar says that more than `done` products are classified."""
    page.wait_for_function(
        """done => {
            const bar = document.querySelector("[data-testid=stProgress]")?.innerText.match(/: ([0-9,]+) of/);
            return bar && Number(bar[1].replace(",", "")) > done }""",
        arg=done,
    )


def classified(page) -> int:
    """How many products are, once the file has been stopped."""
    page.get_by_role("button", name="Resume").wait_for()
    words = page.get_by_text("of 6,000 products are classified").inner_text()
    return int(words.split("\n")[-1].split(" of ")[0].replace(",", ""))


def download(page):
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download my table").click()
    return saved.value


def test_a_file_is_classified_and_downloaded(tab, server):
    page = tab.page
    hand_over(page, product_file(70), pictures())
    page.get_by_role("button", name="Classify 70 products").click()
    page.get_by_text("70 products, those that need review first").wait_for()
    assert page.get_by_role("tab", name="Whole file").get_attribute("aria-selected") == "true"
    assert fits(page)
    page.get_by_text("Answers added as columns").click()
    page.get_by_text("Your columns stay as they are").wait_for()
    settle(page)
    saved = download(page)
    assert saved.suggested_filename == "new-classified.csv"
    with saved.path().open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["Code"] for row in rows] == [f"'=p{i}" for i in range(70)]
    assert {row["predicted"] for row in rows} == {"Mugs"}
    assert {row["rests_on"] for row in rows} == {"text + image"}
    page.get_by_role("button", name="Remove results").click()
    page.get_by_text("Results for new.csv").wait_for(state="detached")
    assert not page.get_by_test_id("stException").count()
    assert not tab.errors
    assert not server.faults()


def workbook(names: list[str]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Artikelnummer", "Bezeichnung", "Kategorie", "Netto", "Brutto"])
    for row, name in enumerate(names, 2):
        sheet.append([f"A{row}", name, None, row, f"=D{row}*1.19"])
    book.create_sheet("Notizen")["A1"] = "mine"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def counted(page, status: str) -> int:
    metric = page.get_by_test_id("stMetric").filter(has_text=status).get_by_test_id("stMetricValue")
    return int(metric.inner_text())


def click_cell(page, x: int, row: int) -> None:
    """Click into the table: it is a canvas; rows and the header are 35 pixels high."""
    table = page.get_by_test_id("stDataFrame").locator(".dvn-scroller").first
    place_of(table)
    table.click(position={"x": x, "y": 35 * (row + 1) + 17})


def choose_category(page, row: int, category: str) -> None:
    """Choose a category by typing it, in a row that is not selected: a click would open one that is."""
    click_cell(page, 76 + 60, row)  # the first column, with the ticks, is 76 pixels wide
    page.keyboard.press("Enter")
    page.locator("#portal input").wait_for()
    page.keyboard.type(category, delay=60)
    until(page, lambda: page.get_by_role("option").all_inner_texts() == [category])
    page.keyboard.press("Enter")
    page.locator("#portal input").wait_for(state="detached")


def test_answers_are_corrected_accepted_and_come_back_in_the_owners_workbook(tab, server):
    page = tab.page
    names = [f"ceramic mug cup {i}" for i in range(4)]
    hand_over(page, workbook(names), name="neu.xlsx")
    page.get_by_role("button", name="Classify 4 products").click()
    page.get_by_text("4 products, those that need review first").wait_for()
    settle(page)
    choose_category(page, 0, "Chairs")
    choose_category(page, 2, "Lamps")  # before the server has answered: nothing that was typed may be lost
    until(page, lambda: counted(page, "Corrected") == 2)
    settle(page)
    page.get_by_text("Also unusual products").click()
    field = page.get_by_role("spinbutton", name="Accept all answers above (confidence, %)")
    field.fill("0")
    field.press("Enter")
    settle(page)
    accept = page.get_by_role("button", name=re.compile(r"^Accept \d+ answer"))
    if counted(page, "Open"):
        accept.click()
    until(page, lambda: counted(page, "Open") == 0)
    settle(page)
    click_cell(page, 38, 3)
    until(page, lambda: counted(page, "Open") == 1)
    settle(page)
    accept.click()
    until(page, lambda: counted(page, "Open") == 0)
    settle(page)
    assert counted(page, "Corrected") == 2, "accepting the rest keeps what was corrected"
    saved = download(page)
    assert saved.suggested_filename == "neu-classified.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(saved.path().read_bytes()))
    cells = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows(min_row=2)]
    assert [row[1] for row in cells] == names
    assert [row[4] for row in cells] == [f"=D{row}*1.19" for row in range(2, 6)]
    assert book.sheetnames[1] == "Notizen"
    assert sorted(row[2] for row in cells) == ["Chairs", "Lamps", "Mugs", "Mugs"]
    assert not page.get_by_test_id("stException").count()
    assert not tab.errors
    assert not server.faults()


def test_a_click_on_cancel_stops_a_file_and_it_goes_on(tab, server):
    page = tab.page
    hand_over(page, product_file(6000))
    page.get_by_role("button", name="Classify 6,000 products").click()
    wait_for_more_than(page, 0)
    page.get_by_role("button", name="Cancel").click()
    done = classified(page)
    assert 0 < done < 6000
    page.wait_for_timeout(1500)
    assert classified(page) == done
    assert fits(page)
    page.get_by_role("button", name="Resume").click()
    wait_for_more_than(page, done)
    page.get_by_role("button", name="Cancel").click()
    assert classified(page) > done
    assert not tab.errors
    assert not server.faults()
