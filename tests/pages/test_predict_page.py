import io

import pytest
from streamlit.testing.v1 import AppTest

from core.bundle import Bundle
from tests import tiny
from tests.pages.conftest import words


def classify(app: AppTest) -> AppTest:
    return next(button for button in app.button if button.label == "Classify").click().run()


def picture() -> bytes:
    stream = io.BytesIO()
    tiny.draw_picture("Mugs", 3).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def page(open_page, artifacts):
    return open_page(artifacts, "4_Predict")


def test_nothing_given_says_what_to_do(page):
    assert "No product yet" in words(page)


def test_by_text(page):
    page.text_input(key="predict-name").set_value("ceramic mug cup with a handle")
    classify(page)
    assert not page.exception
    assert page.header[0].value == "Mugs"
    assert "badge[" in words(page)
    assert set(page.dataframe[0].value["Input"]) == {"Text"}
    assert "<img" in page.html[-1].value


def test_by_picture(page):
    page.file_uploader[0].set_value(("mug.png", picture(), "image/png"))
    classify(page)
    assert not page.exception
    assert set(page.dataframe[0].value["Input"]) == {"Image"}


def test_by_both(page):
    page.text_area(key="predict-description").set_value("a ceramic mug")
    page.file_uploader[0].set_value(("mug.png", picture(), "image/png"))
    classify(page)
    assert set(page.dataframe[0].value["Input"]) == {"Text", "Image", "Text + image"}
    assert len(page.dataframe[0].value) == 6


@pytest.mark.parametrize("content", [b"", b"not a picture", picture()[:200]])
def test_a_broken_upload_is_one_line(page, content):
    page.file_uploader[0].set_value(("mug.png", content, "image/png"))
    classify(page)
    assert not page.exception
    assert len(page.error) == 1
    assert "\n" not in page.error[0].value


def test_an_example_fills_the_form_and_is_not_its_own_neighbour(page, artifacts):
    button = next(button for button in page.button if button.key and button.key.startswith("example-"))
    product = Bundle.open(artifacts / "tiny").table.loc[int(button.key.removeprefix("example-"))]
    button.click().run()
    assert not page.exception
    assert product["part"] == "test"
    assert page.text_input(key="predict-name").value == product["name"]
    assert f"The catalogue says: **{product['category']}**" in words(page)
    assert f'title="{product["name"]}"' not in page.html[-1].value
    next(button for button in page.button if button.label == "Clear").click().run()
    assert "No product yet" in words(page)


def test_text_only_offers_no_upload(open_page, text_only):
    app = open_page(text_only, "4_Predict")
    assert not app.file_uploader
    assert "no image model" in words(app)
    app.text_input(key="predict-name").set_value("ceramic mug cup")
    classify(app)
    assert app.header[0].value == "Mugs"


def test_private_offers_no_examples_and_no_neighbours(open_page, private):
    app = open_page(private, "4_Predict")
    assert "No examples here" in words(app)
    assert not [button for button in app.button if button.key and button.key.startswith("example-")]
    app.text_input(key="predict-name").set_value("ceramic mug cup")
    classify(app)
    assert not app.exception
    assert app.header[0].value == "Mugs"
    assert "Not in this bundle" in words(app)
    assert not app.html


def test_an_example_replaces_an_upload(page):
    page.file_uploader[0].set_value(("mug.png", b"not a picture", "image/png"))
    classify(page)
    assert page.error
    next(button for button in page.button if button.key and button.key.startswith("example-")).click().run()
    assert not page.error
    assert page.header


def test_an_edited_example_is_no_example_any_more(page):
    next(button for button in page.button if button.key and button.key.startswith("example-")).click().run()
    page.text_input(key="predict-name").set_value("something else")
    page.text_area(key="predict-description").set_value("")
    classify(page)
    assert "The catalogue says" not in words(page)
    assert set(page.dataframe[0].value["Input"]) == {"Text"}


def explain(page) -> AppTest:
    return page.button(key="predict-explain").click().run()


def test_why_is_shown_when_asked_and_only_for_this_product(page):
    page.text_area(key="predict-description").set_value("a ceramic mug")
    page.file_uploader[0].set_value(("mug.png", picture(), "image/png"))
    classify(page)
    assert "decided" not in words(page)
    explain(page)
    assert not page.exception and not page.error
    assert any("mug" in block.value and "<mark" in block.value for block in page.html)
    assert "speak for the category" in words(page)
    page.text_area(key="predict-description").set_value("a chair with a cushion")
    classify(page)
    assert not any("<mark" in block.value for block in page.html)


def test_why_by_text_alone(page):
    page.text_input(key="predict-name").set_value("ceramic mug cup with a handle")
    explain(classify(page))
    assert not page.exception and not page.error
    assert any("<mark" in block.value for block in page.html)
