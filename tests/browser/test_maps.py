import pytest

from tests.browser.test_app import walk

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def settle(page) -> None:
    page.wait_for_timeout(300)
    page.wait_for_function("document.querySelector('.stApp')?.dataset.testScriptState === 'notRunning'")


def area(page, number: int = 0) -> dict:
    """Where a map lies in the window, once plotly takes the mouse."""
    plot = page.locator(".stPlotlyChart:has(.gl-canvas) .nsewdrag").nth(number)
    plot.wait_for()
    plot.scroll_into_view_if_needed()
    page.wait_for_timeout(800)
    return plot.bounding_box()


def drag(page, box: dict, places: list[tuple[float, float]]) -> None:
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=8)
    page.mouse.up()


def first_point(page) -> tuple[float, float]:
    """Where the first point of the last layer lies in the window."""
    return page.evaluate(
        """() => {
            const g = document.querySelector('.js-plotly-plot');
            const t = g._fullData[g._fullData.length - 1], l = g._fullLayout, b = g.getBoundingClientRect();
            return [b.x + l.xaxis._offset + l.xaxis.d2p(t.x[0]), b.y + l.yaxis._offset + l.yaxis.d2p(t.y[0])];
        }"""
    )


@pytest.fixture
def maps(tab):
    walk(tab.page, "Embeddings")
    return tab


def test_a_box_lists_products_and_their_mix_and_saves_them(maps, server, tmp_path):
    page = maps.page
    page.get_by_role("radio", name="Box").click()
    settle(page)
    box = area(page)
    drag(page, box, [(0.02, 0.02), (0.98, 0.98)])
    page.get_by_text("rows · picked on the map").wait_for()
    settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Table").click()
    file = tmp_path / "picked.csv"
    download.value.save_as(file)
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("Id,Name,Category,Part,Predicted,Confidence")
    count = int(page.get_by_text("rows · picked on the map").inner_text().split()[0].replace(",", ""))
    assert len(lines) == count + 1
    page.get_by_role("button", name="Clear", exact=True).click()
    page.get_by_text("Nothing picked").wait_for()
    assert not maps.errors
    assert "Traceback" not in server.log.read_text()


def test_a_click_on_a_point_opens_the_product_and_its_neighbours(maps, server):
    page = maps.page
    page.get_by_role("radio", name="Click").click()
    settle(page)
    area(page)
    x, y = first_point(page)
    page.mouse.move(x, y)
    hover = page.locator(".hoverlayer text").first
    hover.wait_for()
    page.mouse.click(x, y)
    page.get_by_role("heading", name="One product and its nearest").wait_for()
    page.get_by_text("nearest share its category").first.wait_for()
    settle(page)
    assert page.locator("img[src^='data:image/jpeg']").count() > 5
    main = page.get_by_test_id("stMain")
    assert main.evaluate("e => e.scrollWidth <= e.clientWidth")
    assert not maps.errors
    assert "Traceback" not in server.log.read_text()


def test_what_is_picked_on_one_of_three_maps_shows_on_the_others(maps, server):
    page = maps.page
    page.get_by_text("All three").click()
    page.locator(".stPlotlyChart:has(.gl-canvas)").nth(2).wait_for()
    settle(page)
    drag(page, area(page), [(0.02, 0.02), (0.98, 0.02), (0.98, 0.98), (0.02, 0.98), (0.02, 0.04)])
    page.get_by_text("rows · picked on the map").wait_for()
    settle(page)
    drag(page, area(page, 1), [(0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7), (0.3, 0.32)])
    settle(page)
    assert not page.get_by_test_id("stException").count()
    main = page.get_by_test_id("stMain")
    assert main.evaluate("e => e.scrollWidth <= e.clientWidth")
    assert not maps.errors
    assert "Traceback" not in server.log.read_text()
