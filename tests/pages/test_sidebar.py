import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.bundle.reader import Bundle
from tests.pages.conftest import ROOT

PAGES = ["1_Dataset", "2_Embeddings", "3_Models", "4_Predict", "5_Review"]


def arrive(monkeypatch: pytest.MonkeyPatch, artifacts: Path, **address: str | list[str]) -> AppTest:
    """Open Home by an address that says more than its name."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("PRODUCT_LENS_ARTIFACTS", str(artifacts))
    app = AppTest.from_file(str(ROOT / "Home.py"), default_timeout=120)
    for name, value in address.items():
        app.query_params[name] = value
    return app.run()


def shown(app: AppTest) -> dict[str, object]:
    boxes = [*app.sidebar.selectbox, *app.sidebar.multiselect, *app.sidebar.get("button_group")]
    return {box.label: box.value for box in boxes}


def cells(app: AppTest) -> list[str]:
    return next(box for box in app.selectbox if box.label.startswith("Click a cell")).options


@pytest.fixture
def classes(artifacts) -> list[str]:
    return sorted(Bundle.open(artifacts / "tiny").classes)


def test_what_the_sidebar_says_holds_on_all_pages_and_stands_in_the_address(open_page, artifacts, classes):
    app = open_page(artifacts, "3_Models")
    app.sidebar.multiselect[0].set_value(classes[:2]).run()
    app.sidebar.get("button_group")[0].set_value("image").run()
    app = app.switch_page("pages/1_Dataset.py").run()
    next(box for box in app.sidebar.selectbox if box.label == "Split").set_value("test").run()
    for page in PAGES:
        app = app.switch_page(f"pages/{page}.py").run()
        assert not app.exception
        kept = shown(app)
        assert kept["Categories"] == classes[:2]
        assert kept["Split"] == "test"
        assert kept["Input"] == "image"
        assert app.query_params["category"] == classes[:2]
        assert app.query_params["part"] == "test"
        assert app.query_params["input"] == "image"


def test_an_address_opens_the_view_it_names(monkeypatch, artifacts, classes):
    app = arrive(monkeypatch, artifacts, bundle="tiny", category=classes[1], part="validation", input="text")
    kept = shown(app)
    assert (kept["Categories"], kept["Split"], kept["Input"]) == (
        [classes[1]],
        "validation",
        "text",
    )
    app = app.switch_page("pages/1_Dataset.py").run()
    app.sidebar.multiselect[0].set_value([]).run()
    assert shown(app)["Categories"] == []  # the address is heeded once, then the visitor is
    assert "category" not in app.query_params


def test_an_address_that_names_what_is_not_there_is_no_mistake(monkeypatch, artifacts):
    app = arrive(monkeypatch, artifacts, bundle="gone", category="<b>no</b>", part="half", input="smell")
    assert not app.exception
    assert not app.error
    assert app.warning[0].value == "There is no catalogue named gone here. tiny is open instead."
    kept = shown(app)
    assert (kept["Catalogue"], kept["Categories"], kept["Split"]) == ("tiny", [], "")


def test_an_unknown_catalogue_is_said_until_another_one_is_chosen(monkeypatch, artifacts, tmp_path):
    for name in ("one", "two"):
        shutil.copytree(artifacts / "tiny", tmp_path / name)
    app = arrive(monkeypatch, tmp_path, bundle="*gone*")
    assert r"\*gone\*" in app.warning[0].value  # an address is no Markdown
    app = app.switch_page("pages/3_Models.py").run()
    assert app.warning
    app.selectbox(key="bundle").select("two").run()
    assert not app.warning


def test_controls_without_effect_are_disabled(open_page, artifacts):
    app = open_page(artifacts, "4_Predict")
    assert app.sidebar.multiselect[0].disabled
    app = app.switch_page("pages/5_Review.py").run()
    assert not app.sidebar.multiselect[0].disabled
    assert app.sidebar.get("button_group")[0].disabled


def test_models_are_looked_at_on_the_chosen_categories(open_page, artifacts, classes):
    app = open_page(artifacts, "3_Models")
    whole = len(cells(app))
    app.sidebar.multiselect[0].set_value([classes[0]]).run()
    bundle = Bundle.open(artifacts / "tiny")
    tested = bundle.table.loc[bundle.rows("test"), "category"]
    assert f"of {(tested == classes[0]).sum()} test products" in app.info[-1].value
    assert len(cells(app)) < whole
    assert all(cell.startswith(classes[0]) for cell in cells(app))


def test_review_goes_through_the_chosen_categories_only(open_page, artifacts, classes):
    app = open_page(artifacts, "5_Review")
    everything = app.get("progress")[0].proto.text
    app.sidebar.multiselect[0].set_value([classes[0]]).run()
    assert not app.exception
    bars = app.get("progress")
    assert bars[0].proto.text != everything
