"""A data scientist's job: a wanted precision is kept, a mixed cluster reviewed, a map compared."""

import shutil

import pytest

from core.bundle.reader import Bundle
from tests.browser import test_maps
from tests.browser.conftest import serve
from tests.browser.test_app import walk
from tests.browser.visits import Visit, visit
from tests.browser.waiting import settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MOST_CLICKS = 25
WHOLE = [(0.02, 0.02), (0.98, 0.02), (0.98, 0.98), (0.02, 0.98), (0.02, 0.04)]


@pytest.fixture
def root(tiny_bundle, tmp_path):
    shutil.copytree(tiny_bundle, tmp_path / "artifacts" / tiny_bundle.name)
    return tmp_path / "artifacts"


def test_precision_review_and_maps(chromium, root, tiny_bundle, tmp_path, record_property):
    with serve(root, tmp_path / "log.txt") as server, visit(chromium, server.address) as visitor:
        want_precision(visitor)
        review_a_cluster(visitor)
        compare_maps(visitor)
        clicks, seconds = visitor.count()
        assert not server.faults()
    record_property("clicks", clicks)
    record_property("seconds", round(seconds))
    print(f"data scientist: {clicks} clicks, {seconds:.0f} s")
    assert clicks <= MOST_CLICKS
    assert Bundle.open(root / tiny_bundle.name).manifest.acceptance.wanted_precision == 0.98


def want_precision(visitor: Visit) -> None:
    """Ask for 98%, keep it, and see *Predict* go by it."""
    page = visitor.page
    walk(page, "Models")
    field = page.get_by_role("spinbutton", name="Wanted precision, %")
    field.fill("98")
    field.press("Tab")
    page.get_by_text("Not in use yet").wait_for()
    page.get_by_role("button", name="Keep").click()
    page.get_by_text("Not in use yet").wait_for(state="hidden")
    settle(page)
    walk(page, "Predict")
    page.get_by_text("98.0% precision asked for").wait_for()


def review_a_cluster(visitor: Visit) -> None:
    """Draw a lasso, and review what is in it."""
    page = visitor.page
    walk(page, "Embeddings")
    test_maps.drag(page, test_maps.area(page), WHOLE)
    page.get_by_role("button", name="Clear selection").wait_for()
    settle(page)
    page.get_by_role("button", name="Review these").click()
    page.get_by_role("heading", name="Review", level=1).wait_for()
    page.get_by_text("Selected on the map").first.wait_for()
    settle(page)


def compare_maps(visitor: Visit) -> None:
    """Recompute a map, and see it beside the one before."""
    page = visitor.page
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Embeddings").click()
    page.get_by_role("heading", name="Embeddings").wait_for()
    settle(page)
    page.get_by_text("Recompute map", exact=True).first.click()
    settle(page)
    page.get_by_role("button", name="Recompute map").click()
    page.get_by_text("My map", exact=True).wait_for(timeout=180_000)
    settle(page)
    page.get_by_text("Compare", exact=True).click()
    settle(page)
    test_maps.area(page, 1)
    assert page.locator(".map[data-drawn]").count() == 2
