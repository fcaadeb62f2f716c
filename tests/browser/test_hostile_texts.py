"""Hostile texts in a real browser: nothing is asked of other machines, and no text becomes markup."""

import re

import pytest

from tests import hostile
from tests.browser.conftest import serve, visit
from tests.browser.test_file import give_table
from tests.browser.test_maps import area, drag, on_map, point, selected
from tests.browser.waiting import settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MARKUP = """() => [...document.querySelectorAll(
  "[data-testid=stMain] a[href^='http'], [data-testid=stSidebar] a[href^='http'], .katex, img[src^='http']"
)].filter(e => e.matches('.katex') || !(e.href || e.src).startsWith(location.origin)).map(e => e.outerHTML)"""
PLOTLY = """() => [...document.querySelectorAll('.js-plotly-plot svg a, .js-plotly-plot svg text')]
  .filter(e => e.matches('a') || [...e.querySelectorAll('tspan')].some(t => t.style.fontWeight === 'bold'
    && t.textContent.includes('evil'))).map(e => e.outerHTML)"""
OTHER_WAYS = re.compile("^(Compare two models|Gain from both inputs|Grid|[2-5])$")


WITHOUT = {"Images", "Faults", "Mistakes", "Curves", "Training", "Train again"}
"""Tabs that show no text of this catalogue: it has neither faults nor mistakes."""


@pytest.fixture(scope="module")
def evil_server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("evil")
    with serve(hostile.write_bundle(folder).parent, folder / "log.txt") as server:
        yield server


@pytest.fixture
def evil_tab(chromium, evil_server):
    with visit(chromium, evil_server, "wide-light") as tab:
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


def look_around(page, check) -> int:
    """Check the page as it is and with its tooltips; return how many there were."""
    check()
    marks = page.locator(".js-plotly-plot :is(.bars path, .point, .hm)").all()[:4]
    seen = 0
    for mark in marks:
        if mark.is_visible():
            mark.hover(force=True)
            check()
            seen += 1
    return seen


def test_no_text_of_a_catalogue_becomes_markup(evil_tab, check):
    page = evil_tab.page
    main = page.get_by_test_id("stMain")
    page.get_by_text("About this catalogue").click()
    check()
    tooltips, without = 0, set()
    for name in ("Catalogues", "Dataset", "Models", "Review", "Tour"):
        page.get_by_test_id("stSidebarNav").get_by_role("link", name=name).click()
        page.get_by_role("heading", name=name, exact=True).first.wait_for()
        settle(page)
        for tab in main.get_by_role("tab").all():
            tab.click()
            tooltips += look_around(page, check)
            if not main.get_by_text(re.compile("evil|alarm|link|x\\^2")).count():
                without.add(tab.inner_text())
        ways = main.get_by_role("radio", name=OTHER_WAYS)
        for tab in main.get_by_role("tab").all()[:1]:
            tab.click()
            settle(page)
        for way in ways.all():
            if way.is_visible():
                way.click()
                tooltips += look_around(page, check)
    assert without == WITHOUT
    assert tooltips > 10


def test_no_text_becomes_markup_on_a_map_a_card_or_in_an_answer(evil_tab, check):
    page = evil_tab.page
    navigation = page.get_by_test_id("stSidebarNav")
    navigation.get_by_role("link", name="Embeddings").click()
    box = area(page)
    check()
    row = on_map(page, "m.paint.visible[3]")
    x, y = point(page, row)
    page.mouse.move(x, y)
    page.locator(".card", has_text="evil").or_(page.locator(".card", has_text="alarm")).or_(
        page.locator(".card", has_text="link")
    ).first.wait_for()
    check()
    drag(page, box, [(0.02, 0.02), (0.98, 0.02), (0.98, 0.98), (0.02, 0.98), (0.02, 0.04)])
    selected(page).wait_for()
    check()
    page.get_by_role("radio", name="3-D").click()
    check()
    page.get_by_role("combobox", name="Categories").click()
    page.get_by_role("option").first.click()
    page.keyboard.press("Escape")
    check()
    page.goto(page.url.split("/Embeddings")[0] + "/Dataset?tab=Products")
    page.locator("button.tile").first.click()
    page.get_by_role("dialog").get_by_text("Decisions").wait_for()
    check()
    page.keyboard.press("Escape")
    navigation.get_by_role("link", name="Predict").click()
    settle(page)
    page.get_by_label("Name", exact=True).fill("ceramic mug cup")
    page.get_by_role("button", name="Classify").click()
    page.get_by_role("heading", name="Most similar products").wait_for()
    assert look_around(page, check)
    page.get_by_role("tab", name="Whole file").click()
    settle(page)
    lines = ["sku\tname", *(f"{trick}\tceramic mug {trick}" for trick in hostile.TRICKS)]
    give_table(page, "\n".join(lines).encode(), "evil.tsv")
    page.get_by_text("Check what each column holds").wait_for()
    check()
    page.get_by_role("button", name="Classify 3 products").click()
    page.get_by_text("3 products, those that need review first").wait_for()
    check()
