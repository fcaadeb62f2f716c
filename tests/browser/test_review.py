import pytest

from tests.browser.looks import in_both_looks
from tests.browser.waiting import settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHOWS = """([far, first]) => {
    const words = (id) => document.querySelector(`[data-testid="${id}"]`)?.innerText.trim() ?? "";
    return document.querySelector(".stApp")?.dataset.testScriptState === "notRunning"
        && words("stProgress") === far && (first === words("stHtml")) }"""


def far(page) -> str:
    return page.get_by_test_id("stProgress").inner_text().strip()


def product(page) -> str:
    return page.get_by_test_id("stHtml").first.inner_text().strip()


def shows(page, progress: str, shown: str) -> None:
    """Wait until the page says how far the review is and shows this product."""
    page.wait_for_function(SHOWS, arg=[progress, shown])


@in_both_looks
def test_a_review_by_keyboard(tab, server):
    page = tab.page
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Review").click()
    page.get_by_text("Keyboard shortcuts work").wait_for()
    settle(page)
    start, first = far(page), product(page)
    assert start.startswith("0 of ")

    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "old => !document.querySelector('[data-testid=stHtml]').innerText.includes(old)", arg=first
    )
    second = product(page)
    page.keyboard.press("ArrowLeft")
    shows(page, start, first)

    one = start.replace("0 of", "1 of")
    for key, progress in (
        ("s", f"{start} · 1 skipped"),
        ("k", one),
        ("1", one.replace("0 moved", "1 moved")),
    ):
        page.keyboard.press(key)
        shows(page, progress, second)
        page.keyboard.press("u")
        shows(page, start, first)

    field = page.get_by_label("Reviewer")
    field.press_sequentially("sk1u")
    field.press("Enter")
    page.wait_for_timeout(1000)
    shows(page, start, first)
    field.fill("")
    field.blur()

    assert page.get_by_test_id("stMain").evaluate("e => e.scrollWidth <= e.clientWidth")
    assert not page.get_by_test_id("stException").count()
    assert not tab.errors
    assert not tab.elsewhere
    assert "Traceback" not in server.log.read_text()
