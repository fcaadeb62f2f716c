import shutil

import pytest
from streamlit.testing.v1 import AppTest

from core.bundle.reader import Bundle
from core.views.models.accepted import automation
from core.views.models.comparison import gain_of
from tests.pages.conftest import words


@pytest.fixture
def bundle(artifacts) -> Bundle:
    return Bundle.open(artifacts / "tiny")


def headlines(app: AppTest) -> list[str]:
    return [one.value.strip("*") for one in app.markdown if one.value.startswith("**")]


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def test_home_says_what_matters_first(open_page, artifacts, bundle):
    app = open_page(artifacts)
    said = headlines(app)
    assert "wrong category" in said[0]
    assert "duplicated" in said[1]
    assert gain_of(bundle).overall.n == len(bundle.rows("test"))
    assert said[2].startswith("Images ")
    accepted = automation(bundle)
    assert (f"{accepted.coverage:.1%}" if accepted.accepted else "No product") in said[3]
    assert "Origin: made up for tests" in words(app)


def test_headlines_lead_to_where_they_are_dealt_with(open_page, artifacts):
    app = press(open_page(artifacts), "Compare")
    assert app.title[0].value == "Models"
    details = next(group for group in app.get("button_group") if group.label == "Details")
    assert details.value == "gain"
    app = press(open_page(artifacts), "Classify products")
    assert app.title[0].value == "Predict"


def test_without_images_nothing_is_said_of_them(open_page, text_only):
    said = " ".join(headlines(open_page(text_only)))
    assert "Images" not in said
    assert "without a person" in said


def test_a_private_bundle_shows_no_images(open_page, private):
    app = open_page(private)
    assert len(headlines(app)) >= 4
    assert not any("<img" in block.value for block in app.html)


def test_origin_and_licence_are_data(open_page, artifacts, tmp_path):
    shutil.copytree(artifacts / "tiny", tmp_path / "tiny")
    manifest = tmp_path / "tiny" / "manifest.json"
    manifest.write_text(manifest.read_text().replace("made up for tests", "*a* [shop](x)"))
    shown = words(open_page(tmp_path))
    assert shown.count(r"\*a\* \[shop\](x)") == 2  # on top, and in what is known about the catalogue
    assert "*a* [shop](x)" not in shown
