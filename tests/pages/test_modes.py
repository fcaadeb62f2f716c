"""What visitors can do, by the mode that the server runs in."""

import hashlib
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit import config

from core.bundle.decisions import new_decision
from core.bundle.reader import Bundle
from core.common.errors import AccessError
from core.jobs import queue
from core.jobs.folder import jobs_folder
from core.ui import access
from core.ui.catalogues import sources, watching
from core.ui.review import saving
from tests.pages.conftest import words

PAGES = ("0_Catalogues", "1_Dataset", "2_Embeddings", "3_Models", "4_Predict", "5_Review")


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
    "Add a catalogue",
    "Your catalogues",
    "Build catalogue",
    "Rename",
    "Delete catalogue",
    "Cancel",
    "Dismiss",
}


def test_a_visitor_in_public_sees_nothing_that_changes_anything(open_page, artifacts, private, public):
    for folder in (artifacts, private):
        before = tree(folder)
        for page in (None, *PAGES):
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


@pytest.fixture
def job(tmp_path):
    """A job that runs until the test is over, in a folder of bundles of its own."""
    root = tmp_path / "artifacts"
    started = queue.start(root, "build", "spring-range", ("tests.jobs.work", "wait", tmp_path / "go"))
    yield root, started
    queue.cancel(root, started.id)


def test_jobs_are_neither_shown_nor_ended_nor_started_in_public(open_page, job, public, tmp_path):
    root, started = job
    app = open_page(root, "0_Catalogues")
    assert "Nothing can be added here" in words(app)
    assert not app.get("file_uploader") and not app.button
    assert "spring-range" not in words(app)
    for change in (queue.cancel, queue.forget):
        with pytest.raises(AccessError):
            watching._change(change, root, started)
    with pytest.raises(AccessError):
        sources._kept(root, SimpleNamespace(file_id="1"), None)
    (same,) = queue.jobs(root)
    assert same.id == started.id and same.active
    assert [each.name for each in jobs_folder(root).iterdir() if each.name.startswith(".draft")] == []


def test_in_a_team_writers_alone_end_jobs(open_page, job, monkeypatch):
    root, started = job
    monkeypatch.setenv("PRODUCT_LENS_MODE", "team")
    monkeypatch.setenv("PRODUCT_LENS_WRITERS", "ann@example.com")
    monkeypatch.setattr(access, "user", lambda: "eve@example.com")
    assert "Nothing can be added here" in words(open_page(root, "0_Catalogues"))
    with pytest.raises(AccessError):
        watching._change(queue.cancel, root, started)
    monkeypatch.setattr(access, "user", lambda: "ann@example.com")
    app = open_page(root, "0_Catalogues")
    app.button(key=f"job-cancel-{started.id}").click().run()
    assert not app.exception
    assert [each.state for each in queue.jobs(root)] == ["cancelled"]


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
