"""One visitor, one sitting: from opening the app to models trained on a corrected label."""

import shutil

import pytest

from core.jobs.folder import jobs_folder
from tests.browser import test_file, test_maps, test_predict
from tests.browser.test_app import walk
from tests.browser.test_models import cell_box
from tests.browser.test_review import far
from tests.browser.waiting import settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def trained_again(tiny_bundle):
    """Remove what training leaves beside the bundle."""
    yield
    shutil.rmtree(tiny_bundle.with_name("tiny-refit"), ignore_errors=True)
    shutil.rmtree(jobs_folder(tiny_bundle.parent), ignore_errors=True)


def test_one_visitor_does_it_all(tab, server, trained_again):
    page = tab.page

    walk(page, "Dataset")
    page.get_by_role("combobox", name="Split").click()
    page.get_by_role("option", name="Test").click()
    page.get_by_text("products match").first.wait_for()

    walk(page, "Embeddings")
    page.get_by_text("products match").first.wait_for()  # the filter came along
    corners = [(0.02, 0.02), (0.98, 0.02), (0.98, 0.98), (0.02, 0.98), (0.02, 0.04)]
    test_maps.drag(page, test_maps.area(page), corners)
    page.get_by_text("One product and its neighbours").wait_for()
    settle(page)

    walk(page, "Models")
    page.get_by_role("radio", name="Image", exact=True).click()
    settle(page)
    assert "(" in cell_box(page).input_value()
    page.get_by_role("radio", name="Compare two models").click()
    page.get_by_text("Products on which they differ").wait_for()
    settle(page)

    test_predict.open_predict(page)
    page.get_by_label("Name", exact=True).fill("ceramic mug cup")
    test_predict.paste_image(page)
    test_predict.classify(page)
    page.get_by_role("heading", name="Mugs").wait_for()

    page.get_by_role("tab", name="Whole file").click()
    page.get_by_text("No file yet").wait_for()
    test_file.give_table(page, test_file.product_file(10))
    page.get_by_role("button", name="Classify 10 products").click()
    page.get_by_text("10 products, those that need review first").wait_for()

    correct_and_train_again(page)
    assert "part=test" not in page.url  # taken back by hand, and the address says so
    assert not page.get_by_test_id("stException").count()
    assert not tab.elsewhere
    assert not server.faults()


def correct_and_train_again(page) -> None:
    """Move the first product on the Review page to another category, train, and take it back."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Review").click()
    page.get_by_text("The keys on the buttons").wait_for()
    settle(page)
    page.get_by_role("combobox", name="Split").click()
    page.get_by_role("option", name="All").click()
    settle(page)
    start = far(page)
    page.get_by_role("heading", name="Review").click()  # keys do not count while a field has the focus
    page.keyboard.press("1")
    page.get_by_text("1 moved").first.wait_for()
    page.get_by_role("tab", name="Train again").click()
    page.get_by_role("button", name="Train again").click()
    page.get_by_text("test products, corrected categories").first.wait_for()
    page.get_by_role("tab", name="Review").click()
    settle(page)
    page.get_by_role("button", name="Undo").click()
    page.get_by_text(start).first.wait_for()
