"""The browser's Back and the keyboard's focus."""

import pytest

from tests.browser.looks import in_both_looks
from tests.browser.waiting import settle, until
from tests.colours import contrast

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def open_by_name(page, name: str) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name).click()
    page.get_by_role("heading", name=name, exact=True, level=1).wait_for()
    settle(page)


def test_every_press_of_back_opens_the_page_before(tab):
    page = tab.page
    settle(page)
    for name in ("Dataset", "Models"):
        open_by_name(page, name)
    page.get_by_role("radio", name="Compare two models").click()
    settle(page)
    assert "look=pair" in page.url
    open_by_name(page, "Predict")
    for name in ("Models", "Dataset", "Product Lens"):
        page.go_back()
        page.get_by_role("heading", name=name, exact=True, level=1).wait_for()
        settle(page)
    page.go_forward()
    page.get_by_role("heading", name="Dataset", exact=True, level=1).wait_for()
    assert not tab.errors


def test_an_unknown_catalogue_in_the_address_is_said(tab, server):
    page = tab.page
    page.goto(f"{server.address}/Models?bundle=gone")
    page.get_by_text("There is no catalogue named gone here.").wait_for()


@in_both_looks
def test_captions_are_readable_and_the_focus_is_visible(tab):
    page = tab.page
    settle(page)
    caption = page.get_by_test_id("stMain").get_by_test_id("stCaptionContainer").first
    until(page, lambda: float(caption.evaluate("e => getComputedStyle(e).opacity")) > 0.6)  # it fades in
    shown = caption.evaluate("e => [getComputedStyle(e).color, getComputedStyle(e).opacity]")
    ground = page.get_by_test_id("stApp").evaluate("e => getComputedStyle(e).backgroundColor")
    assert contrast(blend(shown[0], ground, float(shown[1])), blend(ground, ground, 1)) >= 4.5
    page.get_by_test_id("stSidebarNavLink").nth(2).focus()
    page.keyboard.press("Shift+Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def blend(colour: str, ground: str, opacity: float) -> str:
    """Return a colour seen on a ground, both as ``rgb(r, g, b)``, as #rrggbb."""
    over, under = (
        [float(part) for part in one.partition("(")[2].rstrip(")").split(",")[:3]] for one in (colour, ground)
    )
    mixed = [round(opacity * a + (1 - opacity) * b) for a, b in zip(over, under, strict=True)]
    return "#" + "".join(f"{part:02x}" for part in mixed)
