import itertools
import shutil
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from core.bundle.reader import Bundle
from tests.pages.conftest import words

PAGES = ["1_Dataset", "2_Embeddings", "3_Models", "4_Predict", "5_Review"]
FOLDERS = ["artifacts", "text_only", "private"]


def walk(app: AppTest) -> Iterator[AppTest]:
    """Go from Home to every other page."""
    yield app
    for page in PAGES:
        yield app.switch_page(f"pages/{page}.py").run()


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_page_opens_on_every_kind_of_bundle(open_page, request, folder):
    for app in walk(open_page(request.getfixturevalue(folder))):
        assert not app.exception
        assert not app.error
        assert app.title[0].value
        assert "_" not in "".join(element.value for element in [*app.title, *app.subheader])


def test_no_bundle_at_all_says_how_to_make_one(open_page, tmp_path):
    for app in walk(open_page(tmp_path / "nothing-here")):
        assert not app.exception
        assert "No catalogue yet" in words(app)
        assert "python -m core build" in app.code[0].value


@pytest.mark.parametrize("damaged", ["catalogue.parquet", "manifest.json"])
def test_a_damaged_bundle_is_one_line(open_page, tiny_bundle, tmp_path, damaged):
    bundle = tmp_path / "broken"
    shutil.copytree(tiny_bundle, bundle)
    file = bundle / damaged
    file.write_bytes(file.read_bytes()[:-20])
    for app in walk(open_page(tmp_path)):
        assert not app.exception
        assert len(app.error) == 1
        assert "\n" not in app.error[0].value
        assert "broken" in app.error[0].value


def test_a_damaged_bundle_is_not_the_first_choice(open_page, tiny_bundle, tmp_path):
    shutil.copytree(tiny_bundle, tmp_path / "tiny")
    (tmp_path / "a-broken").mkdir()
    (tmp_path / "a-broken" / "manifest.json").write_text("{")
    app = open_page(tmp_path)
    assert not app.error
    assert app.selectbox(key="bundle").value == "tiny"
    assert app.selectbox(key="bundle").options == ["a-broken (damaged)", "tiny"]


def test_the_choice_of_bundle_holds_on_all_pages(open_page, artifacts, text_only, tmp_path):
    shutil.copytree(artifacts / "tiny", tmp_path / "tiny")
    shutil.copytree(text_only / "words", tmp_path / "words")
    app = open_page(tmp_path)
    app.selectbox(key="bundle").select("words").run()
    for page in PAGES:
        app.switch_page(f"pages/{page}.py").run()
        assert app.selectbox(key="bundle").value == "words"


def test_home_shows_the_measured_figures(open_page, artifacts):
    bundle = Bundle.open(artifacts / "tiny")
    app = open_page(artifacts)
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Products"] == f"{len(bundle.table):,}"
    assert shown["Text · accuracy"] == f"{bundle.report('text').accuracy:.1%}"
    assert shown["Text + image · accuracy"] == f"{bundle.report('fused').accuracy:.1%}"


def test_made_up_products_are_called_synthetic_under_every_figure(open_page, artifacts):
    for app in itertools.islice(walk(open_page(artifacts)), 4):  # the others draw no figure to begin with
        under = [caption.value for caption in app.caption if " · synthetic products" in caption.value]
        assert under
        assert len(under) == len(
            [caption for caption in app.caption if " · " in caption.value and "Built" not in caption.value]
        )


def test_models_lists_every_head_and_marks_the_chosen(open_page, artifacts):
    bundle = Bundle.open(artifacts / "tiny")
    table = open_page(artifacts, "3_Models").dataframe[0].value
    assert len(table) == len(bundle.models)
    assert table["Model"].str.endswith(" ★").sum() == len(bundle.modalities)
    scores = [100 * model.report.macro_f1 for model in bundle.models]
    assert table["Macro F1"].tolist() == pytest.approx(scores)


def test_any_model_can_be_looked_at(open_page, artifacts):
    app = open_page(artifacts, "3_Models")
    head = next(group for group in app.get("button_group") if group.label == "Model")
    other = next(name for name in Bundle.open(artifacts / "tiny").heads("fused") if name != head.value)
    head.set_value(other).run()
    assert not app.exception
    report = Bundle.open(artifacts / "tiny").report("fused", other)
    assert app.metric[0].value == f"{report.accuracy:.1%}"
