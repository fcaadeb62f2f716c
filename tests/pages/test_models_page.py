import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.building.build import build_bundle
from core.building.options import BuildOptions
from core.bundle.model_card import better_single
from core.bundle.reader import Bundle
from core.bundle.wanted_precision import keep_wanted_precision, rules_for
from core.catalogue.reading import read_catalogue
from core.heads.key import HeadKey
from core.views.models.acceptance import accepted_answers
from core.views.models.accepted import answers_if_given
from core.views.models.answers import answers
from core.views.models.comparison import difference, gain_of
from core.views.models.confusion import Cell, in_cell
from core.views.models.disagreements import GROUPS, disagreements
from core.views.models.groupings import each_alone
from core.views.models.model_table import AVERAGES, FIRST, model_name
from core.views.models.product_listing import answer_listing
from tests import tiny
from tests.bundle.made_up import with_answers
from tests.pages.conftest import tiles, words

FOLDERS = ["artifacts", "text_only", "private"]
PARTS = ["Confusion matrix", "By category", "Mistakes", "Curves", "Training", "Confidence"]
MEASURED = [name for name in PARTS if name != "Training"]
"""Parts that show what the bundle holds; the learning curve waits until it is asked for."""
CELL = "Click a cell, or choose one here, to see its products"
PAIR, GAIN = "Compare two models", "Gain from both inputs"


def look(app: AppTest, view: str) -> AppTest:
    group = next(group for group in app.get("button_group") if group.label == "Details")
    code = {"One model": "one", PAIR: "pair", GAIN: "gain"}[view]
    return group.set_value(code).run()


def part(app: AppTest, name: str) -> AppTest:
    app.session_state["models-part"] = name
    return app.run()


def choose(app: AppTest, label: str, value: object) -> AppTest:
    return next(group for group in app.get("button_group") if group.label == label).set_value(value).run()


def saved(app: AppTest, ending: str) -> list[str]:
    return [button.key for button in app.get("download_button") if button.key.endswith(ending)]


@pytest.fixture
def bundle(artifacts) -> Bundle:
    return Bundle.open(artifacts / "tiny")


@pytest.fixture
def weak(open_page, artifacts) -> AppTest:
    """The page at a model that makes mistakes."""
    app = choose(open_page(artifacts, "3_Models"), "Input", "image")
    return choose(app, "Model", "random_forest")


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_part_opens_on_every_kind_of_bundle(open_page, request, folder):
    app = open_page(request.getfixturevalue(folder), "3_Models")
    for name in PARTS:
        app = part(app, name)
        assert not app.exception
        assert not app.error
        assert [tab.label for tab in app.tabs if tab.children] == [name]


def test_what_is_asked_first_is_answered_in_a_sentence_each(open_page, artifacts, bundle):
    app = open_page(artifacts, "3_Models")
    asked = [
        *("Which input is best?", "Does fusion pay?", "Which categories get mixed up?"),
        "How much can be automated?",
    ]
    assert [caption.value for caption in app.caption if caption.value in asked] == asked
    best = max(bundle.best, key=lambda modality: bundle.report(modality).accuracy)
    verdict = next(one.value for one in app.markdown if one.value.startswith("**"))
    assert f"{bundle.report(best).accuracy:.1%}" in verdict
    assert gain_of(bundle).overall.sentence.split(" is ")[0] in words(app)  # who is compared


def test_without_images_nobody_asks_whether_fusion_pays(open_page, text_only):
    app = open_page(text_only, "3_Models")
    assert "Text is the only input" in words(app)
    assert "Does fusion pay?" not in words(app)


def test_the_table_has_five_columns_and_more_on_request(open_page, artifacts):
    app = open_page(artifacts, "3_Models")
    assert list(app.dataframe[0].value.columns) == list(FIRST)
    assert len(FIRST) == 5
    whole = app.toggle(key="models-more").set_value(True).run().dataframe[0].value
    assert list(whole.columns[:5]) == list(FIRST)
    assert "Calibration error" in whole
    assert not [name for name in whole.columns if "Micro" in name]  # the same as accuracy


def test_encoders_are_listed_with_their_cost(open_page, artifacts, bundle):
    app = open_page(artifacts, "3_Models")
    table = next(one.value for one in app.dataframe if "Dimensions" in one.value)
    assert table["Dimensions"].tolist() == [bundle.encoders[m].dim for m in ("text", "image")]
    assert (table["Encoding"] > 0).all()
    assert "Times not measured" not in words(app)
    assert "How the encoders were chosen" not in words(app)  # they were named


def test_what_was_recorded_of_encoders_is_shown_and_what_was_not_is_said(open_page, artifacts, tmp_path):
    file = shutil.copytree(artifacts / "tiny", tmp_path / "tiny") / "manifest.json"
    plain = json.loads(file.read_text(encoding="utf-8"))
    for record in plain["encoders"].values():
        del record["cost"]
    judged = {"name": "tiny-text", "loss": 0.2, "standard_error": 0.01, "products": 90, "chosen": True}
    plain["encoder_choice"] = {"text": [judged | {"cost": {"cold": 0.5, "warm": 0.004}}]}
    file.write_text(json.dumps(plain), encoding="utf-8")
    app = open_page(tmp_path, "3_Models")
    assert "Times not measured" in words(app)
    table = next(one.value for one in app.dataframe if "Standard error" in one.value)
    assert table["Encoder"].tolist() == ["tiny text ★"]
    assert table["Encoding"].tolist() == [4.0]


def test_curves_of_a_category_stand_beside_the_average(open_page, artifacts, bundle):
    app = part(open_page(artifacts, "3_Models"), "Curves")
    box = next(box for box in app.selectbox if box.label == "Category")
    box.set_value(1).run()
    assert not app.exception
    drawn = [json.loads(chart.proto.spec)["data"] for chart in app.get("plotly_chart")[-2:]]
    names = [trace["name"] for traces in drawn for trace in traces if "name" in trace]
    assert [name.split(" · ")[0] for name in names] == ["Macro average", bundle.classes[1]] * 2


def test_the_learning_curve_is_trained_when_it_is_asked_for(open_page, artifacts, bundle):
    app = part(open_page(artifacts, "3_Models"), "Training")
    before = len(app.get("plotly_chart"))
    next(button for button in app.button if button.label == "Compute learning curve").click().run()
    assert not app.exception and not app.error
    assert len(app.get("plotly_chart")) == before + 1
    present = bundle.present("fused")[bundle.rows("train")].sum()
    assert f"{present} training products" in words(app)


def test_without_features_there_is_no_learning_curve(open_page, private):
    app = part(open_page(private, "3_Models"), "Training")
    assert "No learning curve" in words(app)
    assert "Compute learning curve" not in [button.label for button in app.button]


@pytest.fixture(scope="module")
def untested(tmp_path_factory) -> Path:
    """A bundle of texts, one category of which has a single name: its products are all in training."""
    tiny.register_tiny_encoders()
    folder = tmp_path_factory.mktemp("untested")
    table = pd.read_csv(tiny.write_catalogue(folder / "data", per_class=20) / "products.csv")
    table.loc[table["category"] == "Mugs", ["name", "description"]] = ["a mug", "A mug."]
    table.drop(columns="image").to_csv(folder / "data" / "products.csv", index=False)
    options = BuildOptions(heads=("logistic_regression",), methods=())
    catalogue = read_catalogue(folder / "data", "csv", minimum=5)
    build_bundle(catalogue, {"text": tiny.TinyText()}, folder / "artifacts" / "untested", options)
    return folder / "artifacts"


def test_a_category_without_test_products_has_no_scores(open_page, untested):
    app = part(open_page(untested, "3_Models"), "By category")
    table = next(frame.value for frame in app.dataframe if "Recall" in frame.value)
    last = table[~table["Category"].isin(AVERAGES)].iloc[-1]
    assert last["Category"] == "Mugs"
    assert last["Test products"] == 0
    assert last[["Precision", "Recall", "F1"]].isna().all()
    assert "1 category without test products has no scores" in words(app)
    report = Bundle.open(untested / "untested").report("text")
    macro = table.set_index("Category")["F1"]["Macro average"]
    assert report.macro_f1 == pytest.approx(macro / 100)


@pytest.mark.parametrize("folder", ["artifacts", "private"])
def test_two_models_open_on_every_kind_of_bundle(open_page, request, folder):
    app = open_page(request.getfixturevalue(folder), "3_Models")
    for view in (PAIR, GAIN):
        app = look(app, view)
        assert not app.exception
        assert app.subheader[-1].value == view


def test_without_images_there_is_nothing_to_fuse(open_page, text_only):
    app = open_page(text_only, "3_Models")
    group = next(group for group in app.get("button_group") if group.label == "Details")
    assert GAIN not in group.options
    app = look(app, PAIR)
    assert not app.exception
    assert "are right on the same products" in app.info[-1].value  # its only model, against itself


def test_a_chosen_cell_shows_its_products_with_their_images(weak, bundle):
    box = next(box for box in weak.selectbox if box.label == CELL)
    found = answers(bundle, "image", "random_forest")
    names = each_alone(bundle.classes)
    for cell in (Cell(0, 0), Cell(2, 2)):
        box.set_value(cell).run()
        places = in_cell(found.true, found.predicted, names, cell)
        listing = answer_listing(bundle, found, places)
        box = next(box for box in weak.selectbox if box.label == CELL)
        cards = listing.cards(bundle, 0, 12)
        assert [(tile["title"], tile["note"]) for tile in tiles(weak)] == [(c.title, c.note) for c in cards]
        assert f"{len(listing):,} product" in words(weak)


def test_the_cells_of_all_products_can_be_chosen_the_mistakes_first(weak, bundle):
    box = next(box for box in weak.selectbox if box.label == CELL)
    matrix = bundle.report("image", "random_forest").confusion
    assert len(box.options) == (matrix > 0).sum()
    wrong = (matrix > 0).sum() - (matrix.diagonal() > 0).sum()
    assert all("predicted as" in option for option in box.options[:wrong])
    assert all(", correct (" in option for option in box.options[wrong:])


def test_the_matrix_can_show_counts_and_mistakes_only(weak):
    for key in ("confusion-shares", "confusion-mistakes"):
        toggle = weak.toggle(key=key)
        toggle.set_value(not toggle.value).run()
        assert not weak.exception


def test_an_order_and_an_extent_can_be_chosen(weak):
    choose(weak, "Order", "together")
    assert not weak.exception
    for group in weak.get("button_group"):
        if group.label == "Shown":
            choose(weak, "Shown", "mistakes")
            assert "shown." in words(weak)


def test_a_private_bundle_shows_ids_only(open_page, private):
    app = open_page(private, "3_Models")
    bundle = Bundle.open(private / "secret")
    table = app.dataframe[-1].value
    assert list(table.columns) == ["Id", "Category", "Predicted", "Confidence"]
    assert set(table["Id"]) <= set(bundle.table["sku"])
    assert not tiles(app)
    shown = look(app, PAIR).dataframe
    assert "Name" not in {column for table in shown for column in table.value.columns}
    assert not tiles(app)


@pytest.fixture
def tested(tiny_bundle, tmp_path) -> Path:
    """A folder with a bundle that has many held-out answers, three quarters of them right."""
    with_answers(shutil.copytree(tiny_bundle, tmp_path / "artifacts" / "tiny"))
    return tmp_path / "artifacts"


def keep(app: AppTest):
    return next(button for button in app.button if button.label == "Keep")


def accepted(app: AppTest) -> pd.DataFrame:
    return next(frame.value for frame in app.dataframe if "Confidence needed" in frame.value)


def test_the_field_starts_at_the_precision_in_use_and_shows_what_it_accepts(open_page, artifacts, bundle):
    app = part(open_page(artifacts, "3_Models"), "Confidence")
    assert app.number_input[0].value == 95.0
    assert keep(app).disabled
    _, judged = answers_if_given(bundle, "fused")
    assert accepted_answers(bundle.acceptance("fused"), judged).sentence in words(app)
    table = accepted(app)
    assert set(table["Category"]) == set(bundle.classes)
    assert table["Answers"].sum() == len(judged)
    assert table["Note"].str.startswith("Untested").all()  # nine products in validation


def test_another_precision_shows_what_it_would_accept_and_counts_once_it_is_kept(open_page, tested):
    app = part(open_page(tested, "3_Models"), "Confidence")
    before = Bundle.open(tested / "tiny")
    app.number_input[0].set_value(60.0).run()
    assert not app.exception
    rule = rules_for(before, 0.6).rules["fused"]
    _, judged = answers_if_given(before, "fused")
    assert accepted_answers(rule, judged).sentence in words(app)
    assert "Not in use yet: *Predict* and files accept at 95.0% until you keep it." in words(app)
    shown = accepted(app).set_index("Category")
    for number, category in enumerate(before.classes):
        assert shown["Confidence needed"][category] == pytest.approx(100 * rule.thresholds[number])
        assert shown["Held-out answers"][category] == rule.own[number]
    assert Bundle.open(tested / "tiny").fingerprint == before.fingerprint  # nothing is written yet
    keep(app).click().run()
    assert not app.exception and not app.error
    after = Bundle.open(tested / "tiny")
    assert after.manifest.acceptance == rules_for(before, 0.6)
    assert app.number_input[0].value == 60.0
    assert keep(app).disabled
    assert "Not in use yet" not in words(app)


def test_what_is_kept_on_models_decides_on_predict(open_page, tested):
    def badge(app: AppTest) -> str:
        app.text_input(key="predict-name").set_value("ceramic mug cup with a handle")
        app = next(button for button in app.button if button.label == "Classify").click().run()
        return next(one.value for one in app.markdown if "Confidence" in one.value)

    models = part(open_page(tested, "3_Models"), "Confidence")
    models.number_input[0].set_value(60.0).run()
    keep(models).click().run()
    assert "Accepted" in badge(open_page(tested, "4_Predict"))
    models.number_input[0].set_value(99.0).run()
    keep(models).click().run()
    assert "Needs review" in badge(open_page(tested, "4_Predict"))


def test_a_bundle_that_cannot_be_written_is_one_line(open_page, tested, monkeypatch):
    def refused(manifest, file):
        raise PermissionError(13, "Permission denied")

    app = part(open_page(tested, "3_Models"), "Confidence")
    app.number_input[0].set_value(60.0).run()
    monkeypatch.setattr("core.bundle.wanted_precision.write_manifest", refused)
    keep(app).click().run()
    assert not app.exception
    assert app.error[0].value == "bundle 'tiny' cannot be written: Permission denied"


@pytest.mark.parametrize("kept", [0.9725, 0.3, 0.9995])
def test_any_precision_that_a_build_was_given_can_be_shown(open_page, tested, kept):
    keep_wanted_precision(Bundle.open(tested / "tiny"), kept)
    app = part(open_page(tested, "3_Models"), "Confidence")
    assert not app.exception
    assert app.number_input[0].value == pytest.approx(100 * kept, abs=0.051)
    assert keep(app).disabled
    assert "Not in use yet" not in words(app)


def test_sets_are_judged_on_the_test_rows(open_page, artifacts, bundle):
    app = part(open_page(artifacts, "3_Models"), "Confidence")
    shown = {metric.label: metric.value for metric in app.metric}
    found = answers(bundle, "fused")
    found = found.take(bundle.present("fused")[found.rows])
    sets = bundle.conformal("fused").sets(found.proba)
    assert shown["Categories per set"] == f"{sets.sum(axis=1).mean():.2f}"
    held = sets[range(len(sets)), found.true].mean()
    assert shown["Coverage"] == f"{held:.1%}"


def test_sets_and_thresholds_are_those_of_the_chosen_model(open_page, artifacts, bundle):
    app = open_page(artifacts, "3_Models")
    other = next(head for head in bundle.heads("text") if head != bundle.best["text"])
    app = part(choose(app, "Model", other), "Confidence")
    assert "are shown for the model marked ★: it answers" in words(app)
    assert not [frame for frame in app.dataframe if "Confidence needed" in frame.value]
    assert "Categories per set" not in {metric.label for metric in app.metric}


def test_any_two_models_are_compared(open_page, artifacts, bundle):
    app = look(open_page(artifacts, "3_Models"), PAIR)
    first, second = HeadKey("image", "random_forest"), HeadKey("text", "logistic_regression")
    app.selectbox(key="pair-tiny-A").set_value(first).run()
    app.selectbox(key="pair-tiny-B").set_value(second).run()
    assert not app.exception
    expected = difference(bundle, first, second).overall
    assert app.info[-1].value == expected.sentence
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Difference"] == f"{100 * expected.difference.value:+.1f} points"
    group = next(group for group in app.get("button_group") if group.label == "Products")
    places = disagreements(answers(bundle, *first), answers(bundle, *second))
    assert group.options == [f"{word} ({len(places[code])})" for code, word in GROUPS.items()]


def test_what_fusion_rescues_and_spoils_is_listed(open_page, artifacts, bundle):
    app = look(open_page(artifacts, "3_Models"), GAIN)
    gain = gain_of(bundle)
    group = next(group for group in app.get("button_group") if group.label == "Products")
    assert group.options == [f"Gained ({len(gain.rescued)})", f"Lost ({len(gain.spoiled)})"]
    single = better_single(bundle.models)
    assert model_name(bundle, HeadKey(single, bundle.best[single])) in words(app)
    choose(app, "Products", "second")
    assert not app.exception
    assert ("No products." in words(app)) == (len(gain.spoiled) == 0)


def test_every_figure_and_table_can_be_saved(open_page, artifacts):
    app = open_page(artifacts, "3_Models")
    keys = saved(app, "-Figure") + saved(app, "-Table")
    for name in MEASURED[1:]:
        part(app, name)
        assert saved(app, "-Figure") or saved(app, "-Table")
        keys += saved(app, "-Figure") + saved(app, "-Table")
        assert len(saved(app, "-Figure")) == len(app.get("plotly_chart"))
    assert any("confusion" in key for key in keys)


def test_a_rerun_computes_nothing_again(weak, monkeypatch):
    def never(*args):
        raise AssertionError("computed twice")

    look(look(weak, PAIR), "One model")
    monkeypatch.setattr("core.views.models.answers._read", never)
    monkeypatch.setattr("core.views.models.comparison.fusion_gain", never)
    weak.toggle(key="confusion-shares").set_value(False).run()
    assert not weak.exception
    assert not look(weak, PAIR).exception
