import numpy as np
import pytest

from core.building.build import build_bundle
from core.building.judging import choose
from core.building.options import BuildOptions
from core.building.result import BuildResult
from core.bundle.model_card import better_single
from core.bundle.reader import Bundle
from core.catalogue.reading import read_catalogue, read_chunks
from core.heads.key import HeadKey
from core.serving.bulk.evaluation import evaluate_stream
from core.serving.predictor import Predictor
from core.views.models.answers import answers
from core.views.models.comparison import difference, gain_of
from tests import tiny

HEADS = ("logistic_regression", "linear_svm", "tfidf", "blend")


def proba(y, k, sure):
    return np.where(np.eye(k)[y] > 0, sure, (1 - sure) / (k - 1))


def test_the_least_loss_is_chosen():
    y = np.arange(30) % 3
    heads = {"one": proba(y, 3, 0.6), "two": proba(y, 3, 0.9), "three": proba(y, 3, 0.4)}
    assert choose(y, heads) == "two"


def test_the_preferred_head_stays_unless_another_is_clearly_better():
    y = np.arange(50) % 3
    noisy = proba(y, 3, 0.8)
    lucky = noisy.copy()
    # Better on one row, a little worse on another.
    lucky[0], lucky[1] = [0.97, 0.02, 0.01], [0.12, 0.76, 0.12]
    assert choose(y, {"blend": noisy, "one": lucky}) == "blend"
    assert choose(y, {"blend": proba(y, 3, 0.5), "one": noisy}) == "one"


@pytest.fixture(scope="module")
def result(tmp_path_factory) -> BuildResult:
    folder = tmp_path_factory.mktemp("judged")
    tiny.register_tiny_encoders()
    catalogue = read_catalogue(tiny.write_catalogue(folder / "data", per_class=60), "csv")
    encoders = {"text": tiny.TinyText(), "image": tiny.TinyImage()}
    return build_bundle(catalogue, encoders, folder / "b", BuildOptions(heads=HEADS, methods=()))


@pytest.fixture(scope="module")
def bundle(result) -> Bundle:
    return result.bundle


def test_the_build_gives_back_what_the_bundle_holds(result, bundle):
    assert [model.to_dict() for model in result.models] == [model.to_dict() for model in bundle.models]
    assert result.gain.overall == gain_of(bundle).overall
    issues = bundle.faults[bundle.faults["is_issue"]]
    assert sum(result.issues.values()) == len(issues)
    assert set(result.issues) == set(issues["kind"])


def test_every_head_has_figures_costs_and_an_interval(bundle):
    assert {(m.modality, m.head) for m in bundle.models} == {
        *[("text", head) for head in HEADS],
        *[("image", head) for head in HEADS if head not in ("tfidf", "blend")],
        *[("fused", head) for head in HEADS if head != "tfidf"],
    }
    for model in bundle.models:
        low, high = model.intervals["accuracy"]
        assert low <= model.report.accuracy <= high
        assert 0 <= model.calibration_error <= 1
        assert 0 <= model.train_accuracy <= 1
        assert model.ms_per_product > 0 and model.peak_mb >= 0 and model.size_bytes > 0


def test_calibration_is_measured_on_the_test_products_that_have_the_input(bundle):
    for model in bundle.models:
        given = answers(bundle, *model.key)
        own = given.take(bundle.present(model.modality)[given.rows])
        assert len(own.rows) < len(given.rows), "some lack a text, some an image"
        right, confidence = own.correct, own.confidence
        bins = np.ceil(15 * confidence).astype(int)  # fifteen, as Naeini et al. have it
        gaps = [abs(right[bins == b].mean() - confidence[bins == b].mean()) for b in bins]
        assert model.calibration_error == pytest.approx(np.mean(gaps), abs=1e-4)


def test_the_predictor_says_what_the_test_rows_were_judged_by(bundle):
    """The stored predictions, of calibrated and of blended heads, come out of the served bundle again."""
    predictor = Predictor.load(bundle)
    from core.catalogue.text import product_texts
    from core.features.vectors import Features
    from core.heads.inputs import Inputs

    features = {m: Features(np.asarray(bundle.features(m)), bundle.present(m)) for m in ("text", "image")}
    every = Inputs.of(features, product_texts(bundle.table))
    for modality in bundle.modalities:
        table = bundle.predictions(modality)
        for head in bundle.heads(modality):
            kept = table[table["head"] == head]
            rows = np.array([bundle.row(sku) for sku in kept["sku"]])
            expected = kept[[f"p:{name}" for name in bundle.classes]].to_numpy()
            got = predictor.scorers.score(HeadKey(modality, head), every.take(rows))
            np.testing.assert_allclose(got, expected, atol=2e-5)


def test_a_product_without_a_picture_is_answered_by_the_model_for_texts(bundle):
    predictor = Predictor.load(bundle)
    answer = predictor.classify("lamp shade glow bulb")
    assert answer.given == "text"
    assert answer.ranked[0].category == "Lamps"
    assert answer.answered_by == ("text", bundle.best["text"])
    assert answer.ranked[0].category in answer.plausible
    assert not answer.needs_review


def test_thresholds_and_sets_are_there_for_each_modality(bundle):
    for modality in bundle.modalities:
        rule = bundle.acceptance(modality)
        assert len(rule.thresholds) == 3
        assert min(rule.thresholds) >= 0.5
        assert bundle.conformal(modality).sets(np.array([[0.9, 0.05, 0.05]])).any()


def test_products_of_the_same_kind_are_mostly_accepted(bundle, tmp_path):
    unseen = tiny.write_catalogue(tmp_path, per_class=20, seed=4)
    found = evaluate_stream(Predictor.load(bundle), read_chunks(unseen, "csv")).answers
    for given in ("text", "both"):
        assert found[given].share_sure > 0.5
        assert found[given].sure_right / found[given].sure > 0.9
    strangers = tiny.write_catalogue(tmp_path / "strangers", per_class=20, categories=("Shoes",), seed=4)
    (chunk,) = read_chunks(strangers, "csv")
    frame = Predictor.load(bundle).predict_frame(chunk)
    assert frame["needs_review"].mean() > 0.8


def test_faults_and_the_inflation_of_a_random_split_are_kept(bundle):
    faults = bundle.faults
    assert {"row", "kind", "score", "reason", "suggestion"} <= set(faults.columns)
    assert faults["row"].between(0, len(bundle.table) - 1).all()
    assert bundle.split_inflation is None or 0 <= bundle.split_inflation.seen <= 1


def test_fusion_gain_is_that_of_the_stored_predictions(bundle):
    gain = gain_of(bundle)
    fused, alone = (answers(bundle, m) for m in ("fused", better_single(bundle.models)))
    expected = (fused.predicted == fused.true).mean() - (alone.predicted == alone.true).mean()
    assert gain.overall.difference.value == pytest.approx(expected)
    assert len(gain.rescued) - len(gain.spoiled) == pytest.approx(expected * len(fused.true))


def test_a_head_does_not_differ_from_itself(bundle):
    same = difference(bundle, HeadKey("text", "tfidf"), HeadKey("text", "tfidf")).overall
    assert same.could_be_chance and same.difference.value == 0
    other = difference(bundle, HeadKey("text", "tfidf"), HeadKey("image", "linear_svm")).overall
    assert "Tf-idf" in other.first and other.n == len(bundle.rows("test"))
