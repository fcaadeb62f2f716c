import base64
import io
import re

import pytest

from tests import tiny
from tests.browser.looks import in_both_looks
from tests.browser.waiting import settle, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# What the clipboard holds is handed over as a browser would: a page cannot press Ctrl+V itself.
PASTE = """([kinds, where]) => {
    const held = new DataTransfer();
    for (const [kind, content] of kinds) {
        if (kind === "text/plain") { held.setData(kind, content); continue; }
        const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
        held.items.add(new File([bytes], "image.png", { type: kind }));
    }
    const event = new ClipboardEvent("paste", { clipboardData: held, bubbles: true, cancelable: true });
    document.querySelector(where).dispatchEvent(event);
}"""


def picture() -> bytes:
    stream = io.BytesIO()
    tiny.draw_image("Mugs", 3).save(stream, "PNG")
    return stream.getvalue()


PICTURE = ["image/png", base64.b64encode(picture()).decode()]
TEXT = ["text/plain", "ceramic mug"]


def open_predict(page) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Predict").click()
    page.get_by_text("No product yet").wait_for()
    settle(page)


def paste(page, *held: list[str], where: str = "body") -> None:
    page.evaluate(PASTE, [list(held), where])


def paste_image(page, *also: list[str], where: str = "body") -> None:
    """Paste the picture, again if the page did not listen yet, until its uploader shows it."""
    for _ in range(30):
        paste(page, *also, PICTURE, where=where)
        page.wait_for_timeout(1000)
        if page.get_by_text("image.png").count():
            return
    pytest.fail("the uploader did not take the pasted picture")


def classify(page) -> None:
    page.get_by_role("button", name="Classify", exact=True).click()
    page.get_by_role("heading", name="Most similar products").wait_for()
    settle(page)


def fits(page) -> bool:
    return page.get_by_test_id("stMain").evaluate("e => e.scrollWidth <= e.clientWidth")


@in_both_looks
def test_a_pasted_image_is_classified_with_a_text(tab, server):
    page = tab.page
    open_predict(page)
    page.get_by_label("Name", exact=True).fill("ceramic mug cup")
    paste_image(page)
    assert page.get_by_label("Name", exact=True).input_value() == "ceramic mug cup"
    classify(page)
    page.get_by_role("heading", name="Mugs").wait_for()
    page.get_by_text("Text and image agree").wait_for()
    assert fits(page)
    assert not page.get_by_test_id("stException").count()
    assert not tab.errors
    assert not server.faults()


def test_text_pasted_into_a_field_stays_text(tab):
    page = tab.page
    open_predict(page)
    field = ".st-key-predict-name input"
    page.locator(field).wait_for()
    paste(page, TEXT, where=field)
    paste(page, TEXT, PICTURE, where=field)
    paste(page, TEXT)
    page.wait_for_timeout(700)
    assert not page.get_by_text("image.png").count()
    paste_image(page, where=field)


def test_an_image_is_taken_only_where_its_field_is_shown(tab):
    page = tab.page
    open_predict(page)
    page.get_by_role("tab", name="Whole file").click()
    page.get_by_text("No file yet").wait_for()
    page.wait_for_url(re.compile(r"[?&]tab=Whole(\+|%20)file"))
    paste(page, PICTURE)
    page.wait_for_timeout(700)
    page.get_by_role("tab", name="One product").click()
    settle(page)
    assert not page.get_by_text("image.png").count()
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Home").click()
    page.get_by_text("About this catalogue").wait_for()
    paste(page, PICTURE)  # nobody listens any more
    page.wait_for_timeout(300)
    assert not tab.errors


def test_an_address_opens_the_tab_it_names(tab, server):
    page = tab.page
    page.goto(f"{server.address}/Predict?tab=Whole+file")
    page.get_by_text("No file yet").wait_for()
    assert page.get_by_role("tab", name="Whole file").get_attribute("aria-selected") == "true"


def test_the_place_on_the_map_and_the_list_of_the_session(tab, server):
    page = tab.page
    open_predict(page)
    page.locator("[class*=st-key-example-] button").first.click()
    page.get_by_text("Show on the map").click()
    page.locator(".st-key-predict-map .js-plotly-plot, .stPlotlyChart .scatterlayer").first.wait_for()
    page.get_by_role("link", name="Open the whole map").wait_for()
    settle(page)
    assert fits(page)
    with page.expect_download() as saved:
        page.locator(".st-key-predict-history-Table button").first.click()
    assert saved.value.suggested_filename == "predict-history.csv"
    shown = "Needs review" if page.get_by_text("Needs review").count() else "Accepted"
    assert shown in saved.value.path().read_text(encoding="utf-8-sig")
    assert not tab.errors
    assert not server.faults()


def test_an_image_from_the_camera_is_classified(tab, server):
    page = tab.page
    open_predict(page)
    assert not page.get_by_test_id("stCameraInput").count(), "nobody is asked for a camera before"
    page.get_by_role("radio", name="Camera").click()
    page.wait_for_function("document.querySelector('[data-testid=stCameraInput] video')?.readyState >= 3")
    settle(page)

    def photographed() -> bool:
        take = page.get_by_role("button", name="Take Photo")
        if take.is_visible():
            take.click()  # does nothing while the camera is not ready
        page.wait_for_timeout(2000)
        return page.get_by_role("button", name="Clear photo").count() > 0

    until(page, photographed)
    settle(page)
    classify(page)
    page.get_by_text("The answer rests on the image alone").wait_for()
    assert fits(page)
    assert not page.get_by_test_id("stException").count()
    assert not tab.errors
    assert not server.faults()
