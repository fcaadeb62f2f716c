import re

import pytest

from tests.browser.looks import in_both_looks
from tests.browser.test_app import walk
from tests.browser.waiting import listen, place_of, settle, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def area(page, number: int = 0) -> dict:
    """Where a map lies in the window, once its points are drawn."""
    plot = page.locator(".map[data-drawn] .overlay").nth(number)
    plot.wait_for()
    return place_of(plot)


def drag(page, box: dict, places: list[tuple[float, float]]) -> None:
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=8)
    page.mouse.up()


def on_map(page, code: str, number: int = 0):
    """Ask a map something; `code` is an expression of it, `m`."""
    return page.locator(".map").nth(number).evaluate(f"box => {{ const m = box.map; return {code}; }}")


def point(page, row: int) -> tuple[float, float]:
    """Where a product's point lies in the window."""
    x, y = on_map(page, f"(i => [m.places()[2 * i], m.places()[2 * i + 1]])(m.paint.visible.indexOf({row}))")
    box = area(page)
    return box["x"] + x, box["y"] + y


def pick_by(page, name: str, drag: str) -> None:
    """Choose what the mouse does."""
    page.get_by_role("button", name=name, exact=True).first.click()
    until(page, lambda: on_map(page, "m.mode") == drag)


def selected(page, count: str = r"[\d,]+ products?"):
    """Find what says in the panel how many products are selected."""
    return page.locator("strong", has_text=re.compile(f"^{count} selected"))


def colour_by(page, name: str) -> None:
    page.get_by_role("combobox", name="Colour by").first.click()
    page.get_by_role("option", name=name).click()
    settle(page)


@pytest.fixture
def maps(tab):
    walk(tab.page, "Embeddings")
    return tab


def test_a_box_lists_products_and_their_mix_and_saves_them(maps, server, tmp_path):
    page = maps.page
    pick_by(page, "Box", "box")
    box = area(page)
    drag(page, box, [(0.02, 0.02), (0.98, 0.98)])
    selected(page).wait_for()
    settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Table").last.click()
    file = tmp_path / "picked.csv"
    download.value.save_as(file)
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("Id,Name,Category,Split,Trustworthiness,Strangeness,Predicted,Confidence")
    count = int(selected(page).inner_text().split()[0].replace(",", ""))
    assert len(lines) == count + 1
    page.get_by_role("button", name="Clear selection").click()
    page.get_by_text("No products selected").wait_for()
    assert not maps.errors
    assert not server.faults()


@in_both_looks
def test_a_click_on_a_point_opens_the_product_and_its_neighbours(maps, server):
    page = maps.page
    pick_by(page, "Pan", "pan")
    area(page)
    row = on_map(page, "m.paint.visible[3]")
    x, y = point(page, row)
    page.mouse.move(x, y)
    page.locator(".card img").wait_for()
    page.mouse.click(x, y)
    page.get_by_role("heading", name="Nearest products").wait_for()
    page.get_by_text("nearest products are in its category").first.wait_for()
    settle(page)
    page.locator("img[src^='data:image/jpeg']").nth(6).wait_for()
    main = page.get_by_test_id("stMain")
    assert main.evaluate("e => e.scrollWidth <= e.clientWidth")
    assert not maps.errors
    assert not server.faults()


@in_both_looks
def test_what_is_picked_on_one_of_three_maps_shows_on_the_others(maps, server):
    page = maps.page
    page.get_by_role("button", name="View").click()
    page.get_by_text("All inputs").click()
    page.keyboard.press("Escape")
    page.locator(".map[data-drawn]").nth(2).wait_for()
    settle(page)
    drag(page, area(page), [(0.02, 0.02), (0.98, 0.02), (0.98, 0.98), (0.02, 0.98), (0.02, 0.04)])
    selected(page).wait_for()
    settle(page)
    drag(page, area(page, 1), [(0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7), (0.3, 0.32)])
    settle(page)
    until(page, lambda: len({on_map(page, "[...m.drawing.picked].sort().join()", i) for i in range(3)}) == 1)
    assert not page.get_by_test_id("stException").count()
    main = page.get_by_test_id("stMain")
    assert main.evaluate("e => e.scrollWidth <= e.clientWidth")
    assert not maps.errors
    assert not server.faults()


def test_a_change_of_colour_keeps_the_zoom_and_sends_no_coordinates(maps, server):
    page = maps.page
    area(page)
    kept = on_map(page, "m.cloud.coordinates.length")
    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("button", name="Zoom in").click()
    before = on_map(page, "[m.view.zoom, m.paint.colours.join()]")
    assert before[0] == 2.25
    on_map(page, "m.cloud.coordinates.mark = 'the same'")
    colour_by(page, "Correct or wrong")
    page.get_by_role("button", name="correct (").wait_for()
    after = on_map(page, "[m.view.zoom, m.paint.colours.join(), m.cloud.coordinates.mark]")
    assert after[0] == before[0]
    assert after[1] != before[1]
    assert after[2] == "the same"  # the very coordinates that were there
    page.get_by_label("Search", exact=True).fill("mug")
    page.get_by_label("Search", exact=True).press("Enter")
    page.get_by_text("marked ◇ on the map").wait_for()
    settle(page)
    assert on_map(page, "[m.view.zoom, m.cloud.coordinates.mark]") == [2.25, "the same"]
    assert kept > 100
    assert not maps.errors


def test_what_the_sidebar_filters_out_is_grey_and_not_picked(maps, server):
    page = maps.page
    area(page)
    everything = on_map(page, "m.paint.visible.length")
    page.get_by_role("combobox", name="Categories").click()
    page.get_by_role("option", name="Mugs").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="outside the filter (").wait_for()
    settle(page)
    assert on_map(page, "m.paint.visible.length") == everything
    drag(page, area(page), [(0.01, 0.01), (0.99, 0.01), (0.99, 0.99), (0.01, 0.99), (0.01, 0.03)])
    selected(page).wait_for()
    settle(page)
    picked = on_map(page, "[...m.drawing.picked].map(row => m.drawing.layer(row).name)")
    assert set(picked) == {"Mugs"}
    assert len(picked) < everything
    assert not maps.errors


def test_an_address_opens_the_same_view_in_another_browser(maps, chromium, server):
    page = maps.page
    colour_by(page, "Split")
    page.get_by_role("radio", name="3-D").click()
    until(page, lambda: on_map(page, "m.drawing.message.dims") == 3)
    settle(page)
    area(page)
    row = on_map(page, "m.paint.visible[5]")
    page.mouse.click(*point(page, row))
    page.get_by_role("heading", name="Nearest products").wait_for()
    settle(page)
    other = chromium.new_context()
    other.set_default_timeout(60_000)
    second = other.new_page()
    listen(second)
    second.goto(page.url)
    second.get_by_role("heading", name="Nearest products").wait_for()
    settle(second)
    message = "m.drawing.message"
    view = (
        f"[{message}.dims, {message}.points, {message}.layers.map(l => l.name).join(), [...m.drawing.picked]]"
    )
    area(second)
    assert on_map(second, view) == on_map(page, view)
    assert on_map(second, view)[3] == [on_map(page, "m.paint.visible[5]")]
    other.close()
    assert not server.faults()


def test_a_map_is_recomputed_and_can_be_cancelled(maps, server):
    page = maps.page
    area(page)
    page.get_by_text("Recompute map").first.click()
    panel = page.get_by_test_id("stExpander").filter(has_text="Recompute map")
    panel.get_by_role("radio", name="t-SNE").click()
    settle(page)
    panel.get_by_role("button", name="Recompute map").click()
    panel.get_by_role("button", name="Cancel").click()
    panel.get_by_text("Cancelled. The map is unchanged.").wait_for()
    settle(page)
    panel.get_by_role("radio", name="PCA").click()
    settle(page)
    before = on_map(page, "m.drawing.message.points")
    panel.get_by_role("button", name="Recompute map").click()
    page.get_by_text("My map: PCA, cosine, seed 0").wait_for()
    settle(page)
    area(page)
    until(page, lambda: on_map(page, "m.drawing.message.points") != before)
    page.get_by_text("Map quality").wait_for()
    page.get_by_text("My map", exact=True).click()
    settle(page)
    area(page)
    until(page, lambda: on_map(page, "m.drawing.message.points") == before)
    assert not maps.errors
    assert not server.faults()


def test_a_map_is_let_go_with_its_page(maps):
    page = maps.page
    area(page)
    page.locator(".map").evaluate("box => { window.left = box.map }")
    assert not page.evaluate("window.left.renderer.gl.isContextLost()")
    walk(page, "Home")
    page.wait_for_function("window.left.renderer.gl.isContextLost()")
    walk(page, "Embeddings")
    area(page)
    assert not on_map(page, "m.renderer.gl.isContextLost()")
    assert not maps.errors


def test_a_map_comes_back_after_the_graphics_card_was_away(maps):
    page = maps.page
    area(page)
    before = on_map(page, "m.canvas.toDataURL()")
    on_map(page, "(window.card = m.renderer.gl.getExtension('WEBGL_lose_context')).loseContext()")
    until(page, lambda: on_map(page, "m.renderer.gl.isContextLost()"))
    page.get_by_role("button", name="Zoom in").click()  # to draw meanwhile does no harm
    page.wait_for_timeout(200)
    page.evaluate("window.card.restoreContext()")
    until(page, lambda: not on_map(page, "m.renderer.gl.isContextLost()"))
    page.get_by_role("button", name="Show all points").click()
    until(page, lambda: on_map(page, "m.canvas.toDataURL()") == before)
    assert not [error for error in maps.errors if "CONTEXT_LOST" not in error]


def test_the_keyboard_moves_zooms_and_goes_from_product_to_product(maps):
    page = maps.page
    area(page)
    page.locator(".map .overlay").focus()
    for key in ("+", "Shift+ArrowRight", "Shift+ArrowUp"):
        page.keyboard.press(key)
    zoom, x, y = on_map(page, "[m.view.zoom, m.view.x, m.view.y]")
    assert zoom > 1
    assert x > 0
    assert y > 0
    page.keyboard.press("0")
    assert on_map(page, "[m.view.zoom, m.view.x, m.view.y]") == [1, 0, 0]
    assert "Arrow keys" in page.get_by_role("img", name="Map of the products").get_attribute("aria-label")
    page.keyboard.press("ArrowRight")
    first = on_map(page, "m.cursor")
    page.keyboard.press("ArrowRight")
    second = on_map(page, "m.cursor")
    assert point(page, second)[0] > point(page, first)[0]
    card = "m.gestures.hover.card.element.innerText.split('\\n')"
    status = page.locator(".for-screen-readers").inner_text()
    assert status == on_map(page, f"{card}.slice(0, 2).join(', ')")
    page.keyboard.press("Enter")
    selected(page, "1 product").wait_for()
    page.get_by_role("heading", name="Nearest products").wait_for()
    settle(page)
    assert on_map(page, "[...m.drawing.picked]") == [second]
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+Enter")
    selected(page, "2 products").wait_for()
    page.keyboard.press("Escape")
    page.get_by_text("No products selected").wait_for()
    assert not maps.errors


def test_a_lasso_goes_to_review_and_runs_no_more_than_maps_and_panel(maps, server):
    page = maps.page
    page.set_viewport_size({"width": 1440, "height": 900})
    box = area(page)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("e => e.scrollTop") == 0
    assert box["y"] + box["height"] <= 900  # a laptop shows it whole
    drag(page, box, [(0.1, 0.15), (0.9, 0.15), (0.9, 0.9), (0.1, 0.9), (0.1, 0.17)])
    selected(page).wait_for()
    settle(page)
    count = on_map(page, "m.drawing.picked.size")
    page.get_by_role("button", name="Review these").click()
    page.get_by_role("heading", name="Review", exact=True).wait_for()
    settle(page)
    assert count > 1
    assert not page.get_by_test_id("stException").count()
    assert not server.faults()


def test_one_finger_scrolls_a_phone_and_two_zoom_the_map(chromium, server):
    phone = chromium.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, device_scale_factor=2
    )
    phone.set_default_timeout(60_000)
    page = phone.new_page()
    listen(page)
    page.goto(f"{server.address}/Embeddings")
    page.locator(".map[data-drawn]").wait_for()
    settle(page)
    box = area(page)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.7
    fingers = phone.new_cdp_session(page)

    def touch(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    assert on_map(page, "m.mode") == "pan"
    main = page.get_by_test_id("stMain")
    before, view = main.evaluate("e => e.scrollTop"), on_map(page, "[m.view.x, m.view.y, m.view.zoom]")
    touch("touchStart", (x, y))
    for up in range(10, 210, 20):
        touch("touchMove", (x, y - up))
    touch("touchEnd")
    until(page, lambda: main.evaluate("e => e.scrollTop") > before + 50)
    assert on_map(page, "[m.view.x, m.view.y, m.view.zoom]") == view
    box = area(page)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch("touchStart", (x - 30, y), (x + 30, y))
    for apart in (40, 60, 80, 90):
        touch("touchMove", (x - apart, y), (x + apart, y))
    touch("touchEnd")
    until(page, lambda: on_map(page, "m.view.zoom") > 2)
    page.get_by_role("button", name="Show all points").tap()
    page.get_by_role("button", name="Lasso").tap()
    until(page, lambda: on_map(page, "m.mode") == "lasso")
    box = area(page)
    left, right = box["x"] + 10, box["x"] + box["width"] - 10
    top, bottom = box["y"] + 100, box["y"] + box["height"] - 20
    touch("touchStart", (left, top))
    for place in ((right, top), (right, bottom), (left, bottom), (left, top + 5)):
        touch("touchMove", place)
    touch("touchEnd")
    until(page, lambda: on_map(page, "m.drawing.picked.size") > 0)
    settle(page)
    assert not server.faults()
    phone.close()


def test_a_layer_is_hidden_and_shown_by_the_keyboard(maps):
    page = maps.page
    area(page)
    everything = on_map(page, "m.paint.visible.length")
    entry = page.locator(".legend button").first
    entry.focus()
    for pressed in ("false", "true"):
        page.keyboard.press("Enter")
        assert entry.get_attribute("aria-pressed") == pressed
        assert entry.evaluate("button => button.matches(':focus')")
        assert (on_map(page, "m.paint.visible.length") == everything) == (pressed == "true")
    assert not maps.errors


def test_a_map_is_saved_as_an_image_and_as_a_page(maps, tmp_path):
    page = maps.page
    area(page)
    for button, ending, start in (
        ("Save as an image (PNG)", "png", b"\x89PNG"),
        ("Figure", "html", b"<!doctype"),
    ):
        with page.expect_download() as download:
            page.get_by_role("button", name=button).click()
        assert download.value.suggested_filename == f"tiny-fused-pca-2d.{ending}"
        file = tmp_path / ending
        download.value.save_as(file)
        assert file.read_bytes().startswith(start)
