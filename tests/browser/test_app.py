import pytest

from tests.browser.looks import in_both_looks
from tests.browser.waiting import settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = {
    "Dataset": "Category sizes",
    "Embeddings": "No products selected",
    "Models": "One model",
    "Predict": "No product yet",
    "Home": "About this catalogue",
}


def walk(page, name: str) -> None:
    """Go to a page by the sidebar and wait until it is drawn."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name).click()
    page.get_by_text(PAGES[name]).first.wait_for()
    settle(page)


@in_both_looks
def test_all_pages_draw_without_an_error(tab, server):
    page = tab.page
    for name in PAGES:
        walk(page, name)
        assert not page.get_by_test_id("stException").count()
        assert not page.get_by_test_id("stAlertContentError").count()
        main = page.get_by_test_id("stMain")
        assert main.evaluate("e => e.scrollWidth <= e.clientWidth"), f"{name} is wider than the window"
    assert not tab.errors
    assert not tab.elsewhere, "the app must need no other machine"
    assert not server.faults()


def test_a_product_is_classified_by_its_text(tab, server):
    page = tab.page
    walk(page, "Predict")
    page.get_by_label("Name").fill("ceramic mug cup with a handle")
    page.get_by_role("button", name="Classify").click()
    page.get_by_role("heading", name="Mugs").wait_for()
    page.get_by_role("heading", name="Most similar products").wait_for()
    page.locator("img[src^='data:image/jpeg']").nth(3).wait_for()
    assert not tab.errors
    assert not server.faults()


def test_products_are_picked_on_the_map_with_a_loop(tab):
    page = tab.page
    walk(page, "Embeddings")
    plot = page.locator(".map[data-drawn] .overlay").first
    plot.wait_for()
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    corners = [(0.02, 0.02), (0.98, 0.02), (0.98, 0.98), (0.02, 0.98), (0.02, 0.04)]
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=8)
    page.mouse.up()
    page.locator("text=/^[0-9,]+ products selected/").last.wait_for()
    assert not tab.errors
