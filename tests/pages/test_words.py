"""One thing, one word: what the pages say, walked for the words that they do not use."""

import re

import pytest

from tests.pages.conftest import words
from tests.pages.test_dataset_page import part

PAGES = ("0_Catalogues", "1_Dataset", "2_Embeddings", "3_Models", "4_Predict", "5_Review", "6_Tour")
TABS = ("Products", "Texts", "Images", "Missing", "Duplicates", "Faults")
LOOKS = ("pair", "gain")
NOT_SAID = {
    "bundles?": "catalogue",
    "items?": "product",
    "pictures?": "image",
    "opinions?": "model",
    "sureness": "confidence",
    "doubts": "likely faults",
    "loop": "lasso",
    "draw anew": "recompute map",
    "right among first three": "top-3 accuracy",
    "how often right": "accuracy",
    "entered twice": "duplicate",
    "please check": "needs review",
    "hardly chance": "statistically clear",
    "class": "category",
    "classes": "categories",
    "label": "category",  # labels are what is written on a map
    "top 3 accuracy": "top-3 accuracy",
}
"""Pattern of a word that no page says -> what it says instead."""
CONTROLS = ("button", "selectbox", "multiselect", "toggle", "text_input", "button_group", "metric", "tabs")


def said(app) -> str:
    """Return all that a page writes: its texts, and labels, helps and options of its controls."""
    parts = [re.sub(r"<(style|script)>.*?</\1>|<[^>]*>|`[^`]*`", " ", words(app), flags=re.DOTALL)]
    for kind in CONTROLS:
        for element in app.get(kind):
            parts += [str(getattr(element, "label", "")), str(getattr(element.proto, "help", ""))]
            parts += [str(option) for option in getattr(element, "options", ())]
    parts += [column for frame in app.dataframe for column in map(str, frame.value.columns)]
    return "\n".join(parts)


def wrong(text: str) -> list[str]:
    return [
        f"{word!r} (say {NOT_SAID[word]!r}): {text[max(0, found.start() - 40) : found.end() + 40]!r}"
        for word in NOT_SAID
        for found in re.finditer(rf"\b{word}\b", text, re.IGNORECASE)
    ]


@pytest.mark.parametrize("page", [None, *PAGES])
def test_a_page_says_the_fields_own_words(open_page, artifacts, page):
    app = open_page(artifacts, page)
    assert not app.exception
    assert wrong(said(app)) == []


@pytest.mark.parametrize("tab", TABS)
def test_so_do_the_tabs_of_dataset(open_page, artifacts, tab):
    app = open_page(artifacts, "1_Dataset")
    assert wrong(said(part(app, tab))) == []


@pytest.mark.parametrize("look", LOOKS)
def test_so_do_the_details_of_models(open_page, artifacts, look):
    app = open_page(artifacts, "3_Models")
    next(group for group in app.get("button_group") if group.label == "Details").set_value(look).run()
    assert not app.exception
    assert wrong(said(app)) == []


def test_forbidden_words_are_found():
    assert len(wrong("This Bundle has two Items; the classification is fine")) == 2
