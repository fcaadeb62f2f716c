import csv
import io
import zipfile

import pytest

from tests import tiny
from tests.browser.waiting import settle

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


def give_table(page, table: bytes) -> None:
    settle(page)  # Streamlit forgets to take a file that comes while it starts to run the page
    file_fields(page).nth(0).set_input_files({"name": "new.csv", "mimeType": "text/csv", "buffer": table})


def hand_over(page, table: bytes, archive: bytes | None = None) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Predict").click()
    page.get_by_role("tab", name="Whole file").click()
    page.get_by_text("No file yet").wait_for()
    give_table(page, table)
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


def test_a_file_is_classified_and_downloaded(tab, server):
    page = tab.page
    hand_over(page, product_file(70), pictures())
    page.get_by_role("button", name="Classify 70 products").click()
    page.get_by_text("70 products, those that need review first").wait_for()
    assert page.get_by_role("tab", name="Whole file").get_attribute("aria-selected") == "true"
    assert fits(page)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download CSV").click()
    assert saved.value.suggested_filename == "new-classified.csv"
    with saved.value.path().open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["Code"] for row in rows] == [f"'=p{i}" for i in range(70)]
    assert {row["predicted"] for row in rows} == {"Mugs"}
    assert {row["rests_on"] for row in rows} == {"text + image"}
    page.get_by_role("button", name="Remove results").click()
    page.get_by_text("Results for new.csv").wait_for(state="detached")
    assert not page.get_by_test_id("stException").count()
    assert not tab.errors
    assert "Traceback" not in server.log.read_text()


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
    assert "Traceback" not in server.log.read_text()
