"""A newcomer's visit: the tour, from first start to a product of one's own classified."""

import pytest

from tests.browser.conftest import serve
from tests.browser.visits import visit
from tests.browser.waiting import settle
from tests.paths import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STEPS = (
    "1. What is an embedding?",
    "2. What does the map show?",
    "3. Why text and image together?",
    "4. What does calibrated mean?",
)
SECONDS = 180
MOST_CLICKS = 10


def test_the_tour_ends_with_a_product_classified(chromium, tmp_path, record_property):
    (tmp_path / "artifacts").mkdir()
    (tmp_path / "artifacts" / "demo").symlink_to(ROOT / "artifacts" / "demo")
    with serve(tmp_path / "artifacts", tmp_path / "log.txt") as server:
        with visit(chromium, server.address) as visitor:
            page = visitor.page
            page.get_by_role("button", name="Take the tour").click()
            for number, step in enumerate(STEPS):
                page.get_by_text(step).wait_for()
                settle(page)
                if number < len(STEPS) - 1:
                    page.get_by_role("button", name="Next").click()
            page.get_by_role("button", name="Classify a product").click()
            page.get_by_role("heading", name="Predict", level=1).wait_for()
            settle(page)
            page.get_by_label("Name", exact=True).fill("Ceramic coffee mug with a blue handle, 350 ml")
            page.get_by_role("button", name="Classify", exact=True).click()
            page.get_by_role("heading", name="Mugs & Cups").wait_for()
            clicks, seconds = visitor.count()
        assert not server.faults()
    record_property("clicks", clicks)
    record_property("seconds", round(seconds))
    print(f"newcomer: {clicks} clicks, {seconds:.0f} s")
    assert seconds < SECONDS
    assert clicks <= MOST_CLICKS
