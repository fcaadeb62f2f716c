import pytest

from tests.browser.looks import in_both_looks
from tests.browser.test_app import walk
from tests.browser.test_models import fits
from tests.browser.waiting import settle, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TABS = {
    "Products": "Missing field",
    "Texts": "Typical words of a category",
    "Images": "Image sizes and shapes",
    "Prices": "on a logarithmic axis",
    "Missing": "Rows set aside",
    "Duplicates": "Pairs that seem to be the same product",
    "Faults": "Likely faults",
}


@pytest.fixture
def dataset(tab):
    walk(tab.page, "Dataset")
    return tab


def open_tab(page, name: str) -> None:
    page.get_by_role("tab", name=name).click()
    page.get_by_text(TABS[name]).first.wait_for()
    settle(page)


def picture(page) -> str:
    first = page.locator("img[src^='data:image/jpeg']").first
    first.wait_for()
    return first.get_attribute("src")


@in_both_looks
def test_every_tab_draws_and_fits_the_window(dataset, server):
    page = dataset.page
    for name in TABS:
        open_tab(page, name)
        page.wait_for_timeout(300)
        fits(page, name)
    assert not dataset.errors
    assert not dataset.elsewhere
    assert not server.faults()


def test_the_gallery_is_paged_searched_and_shared_by_its_address(dataset):
    page = dataset.page
    open_tab(page, "Products")
    first = picture(page)
    page.get_by_role("button", name="Page 2", exact=True).click()
    until(page, lambda: picture(page) != first)
    box = page.get_by_label("Search")
    box.fill("nothing like it")
    box.press("Enter")
    page.get_by_text("No matching products").wait_for()
    assert not dataset.errors  # Streamlit itself asks in vain for two files when a page is opened directly
    page.goto(page.url)  # a visitor who is given the address
    page.get_by_text(TABS["Products"]).first.wait_for()
    assert page.get_by_role("tab", name="Products").get_attribute("aria-selected") == "true"


def test_the_filter_of_the_sidebar_reaches_the_figures_and_the_files(dataset, tmp_path):
    page = dataset.page
    box = page.get_by_test_id("stSidebar").get_by_role("combobox", name="Categories")
    box.click()
    page.get_by_role("option", name="Lamps").click()
    page.keyboard.press("Escape")
    page.get_by_text("Filtered in the sidebar.").wait_for()
    settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Table").first.click()
    file = tmp_path / "categories.csv"
    download.value.save_as(file)
    lines = file.read_text(encoding="utf-8-sig").split()
    assert [line.partition(",")[0] for line in lines] == ["Category", "Lamps"]
    assert not dataset.errors
