import pytest

from tests.browser.looks import in_both_looks
from tests.browser.test_app import walk
from tests.browser.waiting import settle, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CELL = "Click a cell, or choose one here, to see its products"


def cell_box(page):
    return page.get_by_role("combobox", name=CELL)


def chosen_cell(page) -> str:
    return cell_box(page).input_value()


def matrix(page):
    return page.get_by_role("figure", name="Confusion matrix")


def middle(place) -> tuple[float, float]:
    box = place.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.fixture
def models(tab):
    """The page at a model whose mistakes fill several cells."""
    page = tab.page
    walk(page, "Models")
    page.get_by_role("radio", name="Image", exact=True).click()
    settle(page)
    matrix(page).locator("path.point").first.wait_for(state="attached")
    return tab


@in_both_looks
def test_a_click_on_a_cell_opens_its_products(models, server):
    page = models.page
    cells = matrix(page).locator("path.point")
    before = chosen_cell(page)
    target = cells.last  # right answers of the last category
    target.scroll_into_view_if_needed()
    place = middle(target)
    hover = matrix(page).locator(".hoverlayer text").first

    def hovered() -> bool:  # plotly takes the mouse only once its first frame is drawn
        page.mouse.move(place[0] - 1, place[1])
        page.mouse.move(*place)
        return hover.count() > 0

    until(page, hovered)
    assert "correct" in hover.inner_html()
    page.mouse.click(*place)
    page.wait_for_function("e => e.value.includes(', correct (')", arg=cell_box(page).element_handle())
    after = chosen_cell(page)
    assert after != before or ", correct (" in before
    settle(page)
    assert matrix(page).locator(".shapelayer path").count() == 1
    count = int(after.rpartition("(")[2].rstrip(")").replace(",", ""))
    page.get_by_text(f"{count:,} product").first.wait_for()
    assert page.locator("img[src^='data:image/jpeg']").count() == min(count, 12)
    assert not models.errors
    assert not server.faults()


def test_a_cell_is_chosen_without_a_mouse(models):
    page = models.page
    box = cell_box(page)
    box.focus()
    before = chosen_cell(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_function("([e, before]) => e.value !== before", arg=[box.element_handle(), before])
    settle(page)
    assert matrix(page).locator(".shapelayer path").count() == 1
    assert not models.errors


def test_figures_and_tables_are_saved_as_files(models, tmp_path):
    page = models.page
    panel = page.get_by_role("tabpanel").first
    with page.expect_download() as download:
        panel.get_by_role("button", name="Figure").click()
    figure = tmp_path / "figure.html"
    download.value.save_as(figure)
    assert download.value.suggested_filename.endswith("-confusion.html")
    with page.expect_download() as download:
        panel.get_by_role("button", name="Table").first.click()
    assert download.value.suggested_filename.endswith("-confusion.csv")
    saved = page.context.new_page()
    asked: list[str] = []
    saved.on("request", lambda request: asked.append(request.url))
    saved.goto(figure.as_uri())
    saved.locator(".plotly .heatmaplayer").first.wait_for(state="attached")
    assert asked == [figure.as_uri()]
    saved.close()
    assert not models.errors


@in_both_looks
def test_every_part_and_both_comparisons_fit_the_window(models, server):
    page = models.page
    for name in ("By category", "Mistakes", "Curves", "Training", "Confidence"):
        page.get_by_role("tab", name=name).click()
        settle(page)
        page.wait_for_timeout(300)
        fits(page, name)
    for name in ("Compare two models", "Gain from both inputs"):
        page.get_by_role("radio", name=name).click()
        page.get_by_role("heading", name=name).wait_for()
        settle(page)
        fits(page, name)
    assert not models.errors
    assert not models.elsewhere
    assert not server.faults()


def fits(page, name: str) -> None:
    assert not page.get_by_test_id("stException").count()
    main = page.get_by_test_id("stMain")
    assert main.evaluate("e => e.scrollWidth <= e.clientWidth"), f"{name} is wider than the window"
