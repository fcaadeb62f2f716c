"""From a spreadsheet and a zip of images to a catalogue, in the browser alone."""

import io
import zipfile

import openpyxl
import pytest

from core.bundle.reader import Bundle
from core.jobs import queue
from core.jobs.folder import FILES, jobs_folder
from tests import tiny
from tests.browser.conftest import serve
from tests.browser.waiting import listen, settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MINUTES = 60_000
PER_CLASS = 16


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Artikel"
    sheet.append(["Artikelnummer", "Bezeichnung", "Beschreibung", "Bild", "Warengruppe", "Preis"])
    for number in range(PER_CLASS * len(tiny.KNOWN)):
        category = tiny.KNOWN[number % len(tiny.KNOWN)]
        words = tiny.WORDS[category]
        name = f"{words[number % 4]} {words[number // 4 % 4]} Größe {number}"
        sheet.append([f"A-{number}", name, f"Ein {words[0]}.", f"{number}.png", category, 9.9])
    sheet.append(["A-x", "einzeln", "Nur einer.", None, "Unkategorisiert", 1])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def images() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(PER_CLASS * len(tiny.KNOWN)):
            content = io.BytesIO()
            tiny.draw_image(tiny.KNOWN[number % len(tiny.KNOWN)], number).save(content, "PNG")
            archive.writestr(f"Bilder/{number}.png", content.getvalue())
    return out.getvalue()


def drop(page, place: int, name: str, kind: str, content: bytes) -> None:
    settle(page)
    field = page.locator("input[type=file]").nth(place)
    field.set_input_files({"name": name, "mimeType": kind, "buffer": content})


def visit(chromium, address: str):
    page = chromium.new_context(viewport={"width": 1280, "height": 1000}).new_page()
    page.set_default_timeout(MINUTES)
    listen(page)
    page.goto(address)
    page.get_by_role("heading", name="Catalogues").wait_for()
    return page


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "artifacts"
    yield root
    for job in queue.jobs(root):
        queue.cancel(root, job.id)


def test_a_spreadsheet_becomes_a_catalogue_and_outlives_its_tab(chromium, root, tmp_path):
    with serve(root, tmp_path / "log.txt") as server:
        page = visit(chromium, f"{server.address}/Catalogues")
        drop(page, 0, "Artikel.xlsx", "application/vnd.ms-excel", workbook())
        page.get_by_text("First products").wait_for()
        drop(page, 1, "Bilder.zip", "application/zip", images())
        page.locator("img[alt*='Größe']").first.wait_for()
        assert page.get_by_test_id("stMetric").all_inner_texts()[2].split()[-1] == "1"
        page.get_by_role("textbox", name="Origin").fill("Own shop")
        settle(page)
        page.get_by_role("button", name="Build catalogue").click()
        page.get_by_text("Building Artikel").wait_for()
        page.get_by_role("progressbar").wait_for()
        page.context.close()

        page = visit(chromium, f"{server.address}/Catalogues")
        page.get_by_text("is built. It took").wait_for(timeout=8 * MINUTES)
        (job,) = queue.jobs(root)
        assert not (jobs_folder(root) / job.id / FILES).exists()
        settle(page)
        page.get_by_test_id("stMain").get_by_role("button", name="Open").click()
        page.get_by_role("heading", name="Product Lens").wait_for()
        page.get_by_text("48 products").first.wait_for()
        page.get_by_text("Origin: Own shop").first.wait_for()
        assert not page.get_by_test_id("stException").count()
        page.context.close()
        assert not server.faults()
    bundle = Bundle.open(root / "Artikel")
    assert sorted(bundle.classes) == sorted(tiny.KNOWN)
    assert bundle.table["has_image"].all()
