"""Every page as axe-core sees it, in the light and in the dark, and by keyboard alone."""

from importlib import resources

import pytest

from tests.browser.looks import in_both_looks
from tests.browser.waiting import settle, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PLACES = (
    "Home",
    "Catalogues",
    *(f"Dataset?tab={tab}" for tab in ("Categories", "Products", "Texts", "Missing", "Duplicates", "Faults")),
    "Embeddings",
    "Models",
    "Predict",
    "Review",
    *(f"Tour?step={step}" for step in (1, 2, 3, 4, 5)),
)
SERIOUS = ("serious", "critical")
STREAMLITS_OWN: dict[str, str] = {}
"""Part of a selector -> why what axe finds there is in a widget that nobody but Streamlit can change."""


@pytest.fixture(scope="module")
def axe() -> str:
    package = pytest.importorskip("axe_playwright_python", reason="axe-core is not installed")
    return resources.files(package).joinpath("axe.min.js").read_text(encoding="utf-8")


def violations(page, axe: str) -> list[str]:
    """Return what axe finds serious on the page as it stands: the rule, where, and its numbers."""
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    told = [
        f"{rule['id']}: {node['target']}: {node['any'][0]['message'] if node['any'] else node['html']}"
        for rule in found
        if rule["impact"] in SERIOUS
        for node in rule["nodes"]
    ]
    return [line for line in told if not any(part in line for part in STREAMLITS_OWN)]


@in_both_looks
def test_axe_finds_no_serious_violation_on_any_page(tab, server, axe):
    page, found = tab.page, {}
    for place in PLACES:
        page.goto(f"{server.address}/{place.removeprefix('Home')}")
        page.locator("h1").first.wait_for()
        settle(page)
        page.wait_for_timeout(500)  # what fades in has faded in
        found[place] = violations(page, axe)
    page.goto(f"{server.address}/Dataset?tab=Products")
    page.locator("button.tile").first.click()
    page.get_by_role("dialog").get_by_text("Decisions").wait_for()
    settle(page)
    page.wait_for_timeout(500)
    found["card"] = violations(page, axe)
    assert {place: lines for place, lines in found.items() if lines} == {}


def test_a_product_is_opened_and_closed_by_keyboard_alone(tab, server):
    page = tab.page
    page.goto(f"{server.address}/Dataset?tab=Products")
    tile = page.locator("button.tile").nth(1)
    tile.wait_for()
    settle(page)
    name = tile.get_attribute("aria-label").removeprefix("Open ").split(", ")[0]
    page.locator("button.tile").first.focus()
    page.keyboard.press("Tab")
    assert tile.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    for key in ("Enter", "Space"):
        page.keyboard.press(key)
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("heading", name=name).wait_for()
        dialog.get_by_text("Decisions").wait_for()
        settle(page)
        page.keyboard.press("Escape")
        dialog.wait_for(state="hidden")
        page.wait_for_timeout(300)
        assert tile.evaluate("e => e.getRootNode().activeElement === e"), "the focus comes back"


def test_in_the_card_a_neighbour_is_opened_and_the_product_sent_to_review(tab, server):
    page = tab.page
    page.goto(f"{server.address}/Dataset?tab=Products")
    page.locator("button.tile").first.click()
    dialog = page.get_by_role("dialog")
    dialog.locator("button.tile").first.click()
    dialog.get_by_role("button", name="Back to").wait_for()
    settle(page)
    dialog.get_by_role("button", name="Review this").click()
    page.get_by_role("heading", name="Review", exact=True).wait_for()
    assert not page.get_by_test_id("stException").count()


def test_a_link_of_the_navigation_shows_that_it_has_the_focus(tab):
    link = tab.page.get_by_test_id("stSidebarNav").get_by_role("link", name="Models")
    outlined = "e => e.matches(':focus-visible') && getComputedStyle(e).outline.includes('solid 2px')"

    def tabbed_to() -> bool:
        tab.page.get_by_test_id("stSidebarNav").get_by_role("link", name="Embeddings").focus()
        tab.page.keyboard.press("Tab")
        return link.evaluate(outlined)

    until(tab.page, tabbed_to)  # a redrawn navigation loses the focus, and for a moment the app's own style
