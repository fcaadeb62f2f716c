"""A merchandiser's job: from a spreadsheet and images to the same spreadsheet with categories corrected."""

import io

import openpyxl
import pytest

from core.jobs import queue
from tests.browser.conftest import serve
from tests.browser.visits import Shop, Visit, german_shop, visit
from tests.browser.waiting import settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BUILD_MS = 8 * 60_000
FOUND = 20
MOST_CLICKS = 40


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "artifacts"
    yield root
    for job in queue.jobs(root):
        queue.cancel(root, job.id)


def test_wrong_categories_are_found_corrected_and_taken_home(chromium, root, tmp_path, record_property):
    shop = german_shop()
    with serve(root, tmp_path / "log.txt") as server, visit(chromium, server.address) as visitor:
        build(visitor, shop)
        correct(visitor, shop)
        own = download(visitor)
        clicks, seconds = visitor.count()
        assert not server.faults()
    record_property("clicks", clicks)
    record_property("seconds", round(seconds))
    print(f"merchandiser: {clicks} clicks, {seconds:.0f} s besides the build")
    assert clicks <= MOST_CLICKS
    before, after = read(shop.workbook), read(own)
    assert [row[:4] + row[5:] for row in after] == [row[:4] + row[5:] for row in before]
    changed = {old[0]: new[4] for old, new in zip(before, after, strict=True) if old[4] != new[4]}
    assert len(changed) >= FOUND
    assert changed.items() <= shop.truth.items()


def build(visitor: Visit, shop: Shop) -> None:
    page = visitor.page
    page.get_by_role("button", name="Add a catalogue").click()
    page.get_by_role("heading", name="Catalogues").wait_for()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    visitor.hand_over(0, "Artikel.xlsx", kind, shop.workbook)
    page.get_by_text("First products").wait_for()
    visitor.hand_over(1, "Bilder.zip", "application/zip", shop.images)
    page.locator("img[alt]").first.wait_for()
    settle(page)
    page.get_by_role("button", name="Build catalogue").click()
    with visitor.building():
        page.get_by_text("is built. It took").wait_for(timeout=BUILD_MS)
        settle(page)
    page.locator("[class*=st-key-job-open] button").click()
    page.get_by_role("heading", name="Product Lens").wait_for()
    page.get_by_text("probably in the wrong category").wait_for()


def correct(visitor: Visit, shop: Shop) -> None:
    """Move all that is suspected, but for what is right as it is, page by page."""
    page = visitor.page
    settle(page)
    page.get_by_role("button", name="Review them").click()
    page.get_by_role("heading", name="Review", level=1).wait_for()
    page.get_by_role("radio", name="Grid").click()
    settle(page)
    page.get_by_text("Include weaker findings").click()
    settle(page)
    wrong = {shop.names[sku]: category for sku, category in shop.truth.items()}
    move = page.get_by_role("button", name="suggested categor")
    while move.count():
        boxes = page.get_by_text("Right as it is")
        for number in range(boxes.count()):
            name, *lines = boxes.nth(number).evaluate(
                "box => box.closest('[data-testid=stVerticalBlock]').innerText.split('\\n')"
            )
            if f"Suggested: {wrong.get(name)}" not in lines:
                boxes.nth(number).click()
                settle(page)
        page.get_by_test_id("stMain").locator(
            "button.st-key-review-batch, .st-key-review-batch button"
        ).click()
        settle(page)


def download(visitor: Visit) -> bytes:
    page = visitor.page
    button = page.get_by_role("button", name="Download my table with corrected categories").first
    button.wait_for()
    with page.expect_download() as waiting:
        button.click()
    assert waiting.value.suggested_filename.endswith(".xlsx")
    return waiting.value.path().read_bytes()


def read(workbook: bytes) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(io.BytesIO(workbook)).active.iter_rows(values_only=True))
