"""Whatever a catalogue's texts look like, pages show them as texts."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests import hostile
from tests.bundle.sealing import reseal

MARKDOWN_FIELDS = ("label", "help", "text", "subtitle")
PLAIN_OPTIONS = ("selectbox", "multiselect")


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile.write_bundle(tmp_path_factory.mktemp("evil")).parent


def nodes(block) -> Iterator[object]:
    for child in block.children.values():
        yield child
        if hasattr(child, "children"):
            yield from nodes(child)


def shown(app: AppTest) -> Iterator[tuple[str, str]]:
    """Yield all that a page hands to Markdown, to HTML and to plotly: what it is, and the text."""
    for node in nodes(app._tree):
        proto, kind = getattr(node, "proto", None), getattr(node, "type", "")
        if proto is None:
            continue
        if kind in ("markdown", "caption", "title", "header", "subheader", "html", "divider"):
            yield kind, proto.body
        if kind in ("error", "warning", "info", "success"):
            yield kind, proto.body
        for field in MARKDOWN_FIELDS:
            if isinstance(value := getattr(proto, field, ""), str):
                yield f"{kind} {field}", value
        if kind in ("button_group", "radio"):
            for option in proto.options:
                yield f"{kind} option", option if isinstance(option, str) else option.content
        if kind == "plotly_chart" or hasattr(proto, "figure"):
            figure = json.loads(proto.spec if hasattr(proto, "spec") and proto.spec else proto.figure.spec)
            yield "plotly", json.dumps(figure, ensure_ascii=False)


def unsafe(kind: str, text: str) -> list[str]:
    """Return the signs in a text that would mean something where it is shown."""
    if kind == "plotly":
        signs = ("<b>evil", "<a href='http", "<img src", "%{customdata} ")
        return [sign for sign in signs if sign in text.replace("%{customdata} occurs", "")]
    if kind == "html":
        return [
            sign
            for sign in ("<b>evil", "<a href=", f"<img src={hostile.ELSEWHERE}", "<img src=http")
            if sign in text
        ]
    bare = re.sub(r"\\.", "", text)  # what stands behind a backslash means nothing
    return [sign for sign in (*hostile.MARKUP, hostile.ELSEWHERE) if sign in bare]


def check(app: AppTest) -> int:
    assert not app.exception
    texts = list(shown(app))
    found = {(kind, text[:300], sign) for kind, text in texts for sign in unsafe(kind, text)}
    assert not found
    return sum("evil" in text or "alarm" in text or "link" in text for _, text in texts)


TABS = {
    "1_Dataset": (
        "tab",
        ["Categories", "Products", "Texts", "Images", "Prices", "Missing", "Duplicates", "Faults"],
    ),
    "3_Models": ("look", ["one", "pair", "gain"]),
}


def test_home(open_page, evil):
    assert check(open_page(evil))


@pytest.mark.parametrize("tab", TABS["1_Dataset"][1])
def test_dataset(open_page, evil, tab):
    app = open_page(evil, "1_Dataset")
    app.query_params["tab"] = tab
    check(app.run())


@pytest.mark.parametrize("look", TABS["3_Models"][1])
def test_models(open_page, evil, look):
    app = open_page(evil, "3_Models")
    app.query_params["look"] = look
    assert check(app.run())


def test_embeddings_with_a_filter_and_a_search(open_page, evil):
    app = open_page(evil, "2_Embeddings")
    app.sidebar.multiselect[0].select(app.sidebar.multiselect[0].options[0]).run()
    check(app)
    next(field for field in app.text_input if field.label == "Search").input("mug").run()
    check(app)


def test_predict(open_page, evil):
    app = open_page(evil, "4_Predict")
    check(app)
    app.text_input(key="predict-name").input("ceramic mug cup " + hostile.TRICKS[0])
    next(button for button in app.button if button.label == "Classify").click().run()
    assert check(app)
    app.button(key="predict-explain").click().run()
    assert check(app)


def test_review(open_page, evil):
    app = open_page(evil, "5_Review")
    assert check(app)


def test_a_damaged_bundle_quotes_hostile_text_as_text(open_page, evil, tmp_path):
    copy = shutil.copytree(evil / "evil", tmp_path / "x")
    reseal(copy, lambda manifest: manifest.update(rows=hostile.TRICKS[0]))
    app = open_page(tmp_path)
    assert len(app.error) == 1
    check(app)
