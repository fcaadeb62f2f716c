"""What visitors can do, by the mode that the server runs in."""

import hashlib
from pathlib import Path

import pytest
import streamlit as st
from streamlit import config

from core.bundle.decisions import new_decision
from core.bundle.reader import Bundle
from core.common.errors import AccessError
from core.ui import access
from core.ui.review import saving
from tests.pages.conftest import words

PAGES = ("1_Dataset", "2_Embeddings", "3_Models", "4_Predict", "5_Review")


@pytest.fixture(autouse=True)
def details():
    before = st.get_option("client.showErrorDetails")
    yield
    st.set_option("client.showErrorDetails", before)


@pytest.fixture
def public(monkeypatch):
    monkeypatch.setenv("PRODUCT_LENS_MODE", "public")


def tree(folder: Path) -> str:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return hashlib.sha256(b"".join(str(f).encode() + f.read_bytes() for f in files)).hexdigest()


def controls(app) -> set[str]:
    kinds = ("button", "button_group", "text_input", "tab", "expander")
    labels = (each.label for kind in kinds for each in app.get(kind))
    return {label.partition(" `")[0] for label in labels}  # without the key that stands behind it


FORBIDDEN = {
    "Keep",
    "Train again",
    "Save",
    "Undo",
    "Skip",
    "Another category",
    "Look",
    "Reviewer",
    "Catalogue folder",
    "Recompute map",
}


def test_a_visitor_in_public_sees_nothing_that_changes_anything(open_page, artifacts, private, public):
    for folder in (artifacts, private):
        before = tree(folder)
        for page in PAGES:
            app = open_page(folder, page)
            assert not app.exception
            assert not controls(app) & FORBIDDEN
            assert not any(name.startswith("Keep ") for name in controls(app))
            for button in app.button:  # a scripted visitor presses whatever there is
                button.click()
            app.run()
            assert not app.exception
            assert str(folder) not in words(app)
        assert tree(folder) == before
    assert st.get_option("client.showErrorDetails") == "none"


def test_controls_that_were_left_out_do_nothing_even_if_they_are_called(artifacts, public, monkeypatch):
    bundle = Bundle.open(artifacts / "tiny")
    shown = []
    monkeypatch.setattr(saving.st, "error", lambda text, **_: shown.append(text))
    sku = bundle.table["sku"][0]
    decision = new_decision(sku=sku, kind="label", action="keep", old="Chairs", new="Chairs")
    saving.save(bundle, [decision], None)
    saving.take_back(bundle, (decision,))
    assert len(shown) == 2 and all("nothing can be changed here" in text for text in shown)
    assert not (artifacts / ".reviews").exists()
    with pytest.raises(AccessError):
        access.require_write()


def test_a_team_logs_in_first(open_page, artifacts, monkeypatch):
    monkeypatch.setenv("PRODUCT_LENS_MODE", "team")
    app = open_page(artifacts, "1_Dataset")
    assert "for a team" in words(app)
    assert "no way to log in" in app.error[0].value  # no provider is set up here
    assert not app.metric


@pytest.mark.parametrize(("who", "writes"), [("ann@example.com", True), ("eve@example.com", False)])
def test_in_a_team_those_on_the_list_write(open_page, artifacts, monkeypatch, who, writes):
    monkeypatch.setenv("PRODUCT_LENS_MODE", "team")
    monkeypatch.setenv("PRODUCT_LENS_WRITERS", "ann@example.com")
    monkeypatch.setattr(access, "user", lambda: who)
    app = open_page(artifacts, "5_Review")
    assert not app.exception
    assert ("Train again" in controls(app)) == writes


def test_an_unknown_mode_shows_nothing(open_page, artifacts, monkeypatch):
    monkeypatch.setenv("PRODUCT_LENS_MODE", "opne")
    app = open_page(artifacts, "1_Dataset")
    assert "expected one of local, team, public" in app.error[0].value
    assert not app.metric


def test_a_local_server_that_others_reach_shows_nothing(open_page, artifacts):
    before = st.get_option("server.address")
    config.set_option("server.address", "0.0.0.0")
    try:
        app = open_page(artifacts, "1_Dataset")
        assert "a local server listens to 127.0.0.1 only" in app.error[0].value
        assert not app.metric
    finally:
        config.set_option("server.address", before)


def test_a_folder_outside_the_roots_is_not_there(open_page, private, monkeypatch, tmp_path):
    monkeypatch.setenv("PRODUCT_LENS_MODE", "team")
    monkeypatch.setenv("PRODUCT_LENS_WRITERS", "ann@example.com")
    monkeypatch.setattr(access, "user", lambda: "ann@example.com")
    app = open_page(private, "1_Dataset")
    for folder in (private.parent / "data", tmp_path / "nowhere"):
        app.text_input(key="catalogue-folder").set_value(str(folder)).run()
        assert app.sidebar.error[0].value.endswith("there is no catalogue in it that may be read")
    monkeypatch.setenv("PRODUCT_LENS_ROOTS", str(private.parent))
    app.text_input(key="catalogue-folder").set_value(str(private.parent / "data")).run()
    assert not app.sidebar.error
    assert "Private: ids" not in words(app)
