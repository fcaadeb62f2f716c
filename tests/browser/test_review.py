import shutil

import pandas as pd
import pytest

from core.bundle.decisions import read
from core.bundle.reader import Bundle
from tests.browser.conftest import serve, visit
from tests.browser.looks import in_both_looks
from tests.browser.waiting import settle, until
from tests.bundle.sealing import reseal

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHOWS = """([far, first]) => {
    const words = (id) => [...document.querySelectorAll(`[data-testid="${id}"]`)].at(-1)?.innerText.trim();
    return document.querySelector(".stApp")?.dataset.testScriptState === "notRunning"
        && words("stProgress") === far && (first === words("stHtml")) }"""


def far(page) -> str:
    return page.get_by_test_id("stProgress").inner_text().strip()


def product(page) -> str:
    return page.get_by_test_id("stHtml").last.inner_text().strip()


def shows(page, progress: str, shown: str) -> None:
    """Wait until the page says how far the review is and shows this product."""
    page.wait_for_function(SHOWS, arg=[progress, shown])


@in_both_looks
def test_a_review_by_keyboard(tab, server):
    page = tab.page
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Review").click()
    page.get_by_text("The keys on the buttons").wait_for()
    settle(page)
    start, first = far(page), product(page)
    assert start.startswith("0 of ")

    page.keyboard.press("ArrowRight")
    until(page, lambda: product(page) not in ("", first))
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
    assert not server.faults()


PRESSES = 12


@pytest.fixture
def many(tiny_bundle, tmp_path):
    """A folder with a bundle in which many products look to be in the wrong category."""
    copy = shutil.copytree(tiny_bundle, tmp_path / "artifacts" / "tiny")
    rows = list(range(PRESSES + 4))
    faults = {
        "row": rows,
        "kind": "label",
        "score": [1 - row / 100 for row in rows],
        "is_issue": [row < PRESSES + 2 for row in rows],
        "other": -1,
        "reason": [f"Reason {row}." for row in rows],
        "suggestion": "Move it to Mugs.",
    }
    pd.DataFrame(faults).to_parquet(copy / "faults.parquet")
    reseal(copy, lambda manifest: None)
    return copy.parent


def test_quick_keys_each_decide_on_one_product(chromium, many, tmp_path):
    log = many / ".reviews" / "tiny.jsonl"
    with serve(many, tmp_path / "log.txt") as server, visit(chromium, server, "wide-light") as tab:
        page = tab.page
        page.get_by_test_id("stSidebarNav").get_by_role("link", name="Review").click()
        kind = page.get_by_role("radio", name="Likely wrong category")
        kind.click()
        settle(page)
        assert far(page) == f"0 of {PRESSES + 2} decided · 0 moved"
        page.keyboard.press("1")
        until(page, lambda: far(page) == f"1 of {PRESSES + 2} decided · 1 moved")  # the page hears keys
        for _ in range(PRESSES - 1):
            page.keyboard.press("1")
            page.wait_for_timeout(300)
        until(page, lambda: far(page) == f"{PRESSES} of {PRESSES + 2} decided · {PRESSES} moved")
        settle(page)
        assert kind.get_attribute("aria-checked") == "true", "the filter stays"
        assert len(log.read_text().splitlines()) == PRESSES
        sku = Bundle.open(many / "tiny").table["sku"]
        assert [each.sku for each in read(log).decisions] == list(sku[:PRESSES])

        page.get_by_text("Include weaker findings").click()
        settle(page)
        page.keyboard.press("s")  # the switch has the focus
        until(page, lambda: "1 skipped" in far(page))
        assert len(log.read_text().splitlines()) == PRESSES + 1
        assert not tab.errors
        assert not server.faults()
