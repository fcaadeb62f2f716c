"""Hostile texts in a real browser: nothing is asked of other machines, and no text becomes markup."""

import pytest

from tests import hostile
from tests.browser.conftest import serve, visit
from tests.browser.waiting import settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MARKUP = """() => [...document.querySelectorAll(
  "[data-testid=stMain] a[href^='http'], [data-testid=stSidebar] a[href^='http'], .katex, img[src^='http']"
)].filter(e => e.matches('.katex') || !(e.href || e.src).startsWith(location.origin)).map(e => e.outerHTML)"""
PLOTLY = """() => [...document.querySelectorAll('.js-plotly-plot svg a, .js-plotly-plot svg text')]
  .filter(e => e.matches('a') || [...e.querySelectorAll('tspan')].some(t => t.style.fontWeight === 'bold'
    && t.textContent.includes('evil'))).map(e => e.outerHTML)"""
TABS = ("Categories", "Products", "Texts", "Images", "Missing", "Duplicates", "Faults")


@pytest.fixture
def evil_tab(chromium, tmp_path):
    artifacts = hostile.write_bundle(tmp_path).parent
    with serve(artifacts, tmp_path / "log.txt") as server, visit(chromium, server, "wide-light") as tab:
        yield tab


@pytest.fixture
def check(evil_tab):
    page = evil_tab.page

    def checked() -> None:
        settle(page)
        assert not page.get_by_test_id("stException").count()
        assert page.evaluate(MARKUP) == []
        assert page.evaluate(PLOTLY) == []
        assert not page.locator("button.tile :is(a, b, script)").count()  # in shadow roots, too
        assert not evil_tab.elsewhere

    return checked


def test_no_text_of_a_catalogue_becomes_markup(evil_tab, check):
    page = evil_tab.page
    page.get_by_text("About this catalogue").click()
    check()
    navigation = page.get_by_test_id("stSidebarNav")
    navigation.get_by_role("link", name="Dataset").click()
    for tab in TABS:
        page.get_by_role("tab", name=tab, exact=True).click()
        check()
    page.get_by_role("combobox", name="Categories").click()
    page.get_by_role("option").first.click()
    page.keyboard.press("Escape")
    check()
    for name in ("Embeddings", "Models", "Predict", "Review"):
        navigation.get_by_role("link", name=name).click()
        check()
    navigation.get_by_role("link", name="Predict").click()
    settle(page)
    page.get_by_label("Name", exact=True).fill("ceramic mug cup")
    page.get_by_role("button", name="Classify").click()
    page.get_by_role("heading", name="Most similar products").wait_for()
    check()
    for bar in page.locator(".js-plotly-plot .bars path").all()[:3]:  # tooltips
        bar.hover(force=True)
        check()
