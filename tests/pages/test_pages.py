import shutil

import pytest

from core.bundle.reader import Bundle
from tests.pages.conftest import words

PAGES = [None, "1_Dataset", "2_Embeddings", "3_Models", "4_Predict", "5_Review"]
FOLDERS = ["artifacts", "text_only", "private"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("folder", FOLDERS)
def test_every_page_opens_on_every_kind_of_bundle(open_page, request, folder, page):
    app = open_page(request.getfixturevalue(folder), page)
    assert not app.exception
    assert not app.error
    assert app.title[0].value
    assert "_" not in "".join(element.value for element in [*app.title, *app.subheader])


@pytest.mark.parametrize("page", PAGES)
def test_no_bundle_at_all_says_how_to_make_one(open_page, tmp_path, page):
    app = open_page(tmp_path / "nothing-here", page)
    assert not app.exception
    assert "No bundle yet" in words(app)
    assert "python -m core build" in app.code[0].value


@pytest.mark.parametrize("damage", ["cut", "manifest"])
@pytest.mark.parametrize("page", PAGES)
def test_a_damaged_bundle_is_one_line(open_page, tiny_bundle, tmp_path, page, damage):
    bundle = tmp_path / "broken"
    shutil.copytree(tiny_bundle, bundle)
    file = bundle / ("catalogue.parquet" if damage == "cut" else "manifest.json")
    file.write_bytes(file.read_bytes()[:-20])
    app = open_page(tmp_path, page)
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
    for page in PAGES[1:]:
        app.switch_page(f"pages/{page}.py").run()
        assert app.selectbox(key="bundle").value == "words"


def test_home_shows_the_measured_figures(open_page, artifacts):
    bundle = Bundle.open(artifacts / "tiny")
    app = open_page(artifacts)
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Products"] == f"{len(bundle.table):,}"
    assert shown["Text · accuracy"] == f"{bundle.report('text').accuracy:.1%}"
    assert shown["Text + image · accuracy"] == f"{bundle.report('fused').accuracy:.1%}"


@pytest.mark.parametrize("page", [None, "1_Dataset", "2_Embeddings", "3_Models"])
def test_invented_products_are_called_synthetic_under_every_figure(open_page, artifacts, page):
    app = open_page(artifacts, page)
    under = [caption.value for caption in app.caption if " rows · " in caption.value]
    assert under
    assert all("synthetic" in caption for caption in under)


def test_models_lists_every_head_and_marks_the_chosen(open_page, artifacts):
    bundle = Bundle.open(artifacts / "tiny")
    table = open_page(artifacts, "3_Models").dataframe[0].value
    assert len(table) == len(bundle.models)
    assert (table[""] == "★").sum() == len(bundle.modalities)
    assert table["Macro F1"].tolist() == [model.report.macro_f1 for model in bundle.models]


def test_any_model_can_be_looked_at(open_page, artifacts):
    app = open_page(artifacts, "3_Models")
    head = next(group for group in app.get("button_group") if group.label == "Model")
    other = next(name for name in Bundle.open(artifacts / "tiny").heads("fused") if name != head.value)
    head.set_value(other).run()
    assert not app.exception
    report = Bundle.open(artifacts / "tiny").report("fused", other)
    assert app.metric[0].value == f"{report.accuracy:.1%}"
