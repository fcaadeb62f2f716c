"""The map of a catalogue that counts as large, in a real browser: its points come as tiles."""

import pytest

from tests.browser.conftest import START, serve, visit
from tests.browser.test_app import walk
from tests.browser.test_maps import area, drag, on_map, pick_by, selected
from tests.browser.waiting import settle, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# All catalogues are large here, and an overview holds few points, so that there are tiles to ask for.
SMALL = """
from core.views.maps import pyramid
pyramid.TILED_FROM, pyramid.WINDOW = 20, 40
"""


@pytest.fixture(scope="module")
def large(tiny_bundle, tmp_path_factory):
    log = tmp_path_factory.mktemp("large") / "log.txt"
    with serve(tiny_bundle.parent, log, SMALL + START) as running:
        yield running


def drawn(page) -> int:
    return int(page.locator(".map").get_attribute("data-drawn"))


def test_points_arrive_as_a_visitor_zooms_and_a_lasso_finds_all_of_them(chromium, large):
    with visit(chromium, large, "wide-light") as tab:
        page = tab.page
        walk(page, "Embeddings")
        area(page)
        total = on_map(page, "m.drawing.index.rows.length")
        until(page, lambda: on_map(page, "!m.awaits") and drawn(page) == total)
        page.get_by_text(f"All {total} points here").wait_for()

        on_map(page, "m.drawing.index.budget = 40, m.redraw()")  # as if there were too many to draw at once
        until(page, lambda: drawn(page) == 40)
        page.get_by_text(f"40 of {total} points").wait_for()
        for _ in range(8):
            page.get_by_role("button", name="Zoom in").click()
        until(page, lambda: page.locator(".map").get_attribute("data-all") == "true")
        page.get_by_role("button", name="Show all points").click()
        until(page, lambda: drawn(page) == 40)

        pick_by(page, "Lasso", "lasso")
        drag(page, area(page), [(0.01, 0.01), (0.99, 0.01), (0.99, 0.99), (0.01, 0.99), (0.01, 0.02)])
        selected(page, f"{total} products").wait_for()  # also those that are not drawn
        settle(page)
        page.get_by_role("button", name="Clear selection").click()
        page.get_by_text("No products selected").wait_for()
        settle(page)

        on_map(page, "m.drawing.index.budget = 1e6, m.redraw()")
        until(page, lambda: on_map(page, "!m.awaits") and drawn(page) == total)
        box = area(page)
        corners = [(0.3, 0.2), (0.75, 0.2), (0.75, 0.8), (0.3, 0.8), (0.3, 0.22)]
        inside = on_map(page, "[...m.seen.rows.keys()].map(i => [m.places()[2 * i], m.places()[2 * i + 1]])")
        left, right = 0.3 * box["width"], 0.75 * box["width"]
        top, bottom = 0.2 * box["height"], 0.8 * box["height"]
        count = sum(left < x < right and top < y < bottom for x, y in inside)
        assert 0 < count < total
        drag(page, box, corners)
        selected(page, f"{count} products?").wait_for()
        settle(page)

        pick_by(page, "Pan", "pan")
        row = on_map(page, "m.seen.rows[3]")
        x, y = on_map(page, f"m.seen.at({row})")
        box = area(page)
        page.mouse.move(box["x"] + x, box["y"] + y)
        page.locator(".card small").first.wait_for()  # its name has been sent
        page.mouse.click(box["x"] + x, box["y"] + y)
        page.get_by_role("heading", name="Nearest products").wait_for()
        settle(page)
        main = page.get_by_test_id("stMain")
        assert main.evaluate("e => e.scrollWidth <= e.clientWidth")
        assert not tab.errors
        assert not tab.elsewhere
    assert not large.faults()
