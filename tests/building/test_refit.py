import hashlib
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from core.building import refit
from core.building.build import build_bundle
from core.building.costs import Size, estimate_refit
from core.building.encoding import encode_catalogue
from core.building.options import BuildOptions
from core.building.preparation import training_data
from core.building.refit_bundle import keep_refit, refit_path
from core.bundle.manifest import RefitSource
from core.bundle.reader import Bundle
from core.catalogue.reading import read_catalogue
from core.common.errors import BundleError, CoreError
from core.features.encoders.registry import ENCODERS
from core.serving.predictor import Predictor
from core.views.review.refit_comparison import changed_table, changes_table, model_changes, sides
from tests import tiny


@pytest.fixture(scope="module")
def misfiled(tiny_bundle):
    """The tiny bundle as if 16 of its mugs that teach were filed under lamps; and the true labels."""
    tiny.register_tiny_encoders()
    bundle = Bundle.open(tiny_bundle)
    true = bundle.labels
    teaching = bundle.rows("train")
    mugs = teaching[true[teaching] == bundle.classes.index("Mugs")][:16]
    wrong = bundle.table.copy()
    wrong.loc[mugs, "category"] = "Lamps"
    opened = Bundle.open(tiny_bundle)
    opened.__dict__["table"] = wrong
    return opened, true


@pytest.fixture(scope="module")
def both(misfiled):
    bundle, true = misfiled
    before = refit.train(bundle, bundle.labels)
    return before, refit.train(bundle, true)


def test_corrections_make_the_heads_better_on_the_same_rows(misfiled, both):
    bundle, true = misfiled
    assert refit.corrected_counts(bundle, true) == (16, 0)
    found = model_changes(bundle, *both)
    assert set(found) == set(bundle.modalities)
    text = found["text"]
    assert text.accuracy[1] > text.accuracy[0] + 0.05
    assert text.comparison.n == len(bundle.rows("test"))
    assert text.comparison.difference.value == pytest.approx(text.accuracy[1] - text.accuracy[0])
    rows = bundle.rows("test")
    after = both[1].predicted["text"]
    assert text.accuracy[1] == pytest.approx((after == true[rows]).mean())
    assert len(text.differ) == (after != both[0].predicted["text"]).sum()
    table = changes_table(found)
    assert list(table["Input"]) == ["Text", "Image", "Text + image"]
    assert table["Accuracy after"].tolist() == [one.accuracy[1] for one in found.values()]


def test_the_products_that_are_answered_otherwise_are_listed(misfiled, both):
    bundle, _ = misfiled
    table = changed_table(bundle, "text", *both)
    found = model_changes(bundle, *both)["text"]
    assert len(table) == len(found.differ) > 0
    verdicts = table["Change"].value_counts()
    gained = verdicts.get("Now correct", 0) - verdicts.get("Now wrong", 0)
    assert gained == round((found.accuracy[1] - found.accuracy[0]) * len(bundle.rows("test")))
    assert (table["Before"] != table["After"]).all()


def test_a_refit_learns_from_names_as_the_build_did(tmp_path, monkeypatch):
    tiny.register_tiny_encoders()
    several = replace(ENCODERS["tiny-text"], languages=frozenset(("en", "de")))
    monkeypatch.setitem(ENCODERS, "tiny-text", several)
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(tmp_path / "cache"))
    catalogue = read_catalogue(tiny.write_catalogue(tmp_path / "data", per_class=14), "csv", minimum=5)
    encoders = {"text": tiny.TinyText()}
    options = BuildOptions(heads=("logistic_regression",), methods=())
    _, features = encode_catalogue(catalogue, encoders, None)
    _, built = training_data(catalogue, encoders, features, options)
    bundle = build_bundle(catalogue, encoders, tmp_path / "languages", options).bundle
    again = refit.training_data(bundle, bundle.labels)
    assert again.names.present.sum() > 0
    np.testing.assert_array_equal(again.names.present, built.names.present)
    np.testing.assert_array_equal(again.names.vectors, built.names.vectors)
    # With the categories unchanged, so are the heads.
    kept = keep_refit(bundle, bundle.labels, tmp_path / "refit")
    theirs, own = (one.predictions("text")["confidence"].to_numpy() for one in (kept, bundle))
    np.testing.assert_allclose(theirs, own, atol=1e-4)
    assert kept.manifest.encoders == bundle.manifest.encoders


def test_the_same_labels_train_the_same_heads(tiny_bundle):
    bundle = Bundle.open(tiny_bundle)
    one, other = (refit.train(bundle, bundle.labels) for _ in range(2))
    for modality in bundle.modalities:
        np.testing.assert_array_equal(one.predicted[modality], other.predicted[modality])
    found = model_changes(bundle, one, other)["fused"]
    assert found.accuracy[0] == found.accuracy[1]
    assert "are right on the same products" in found.comparison.sentence
    assert changed_table(bundle, "fused", one, other).empty


def test_corrected_test_rows_change_the_yardstick_alone(misfiled, both):
    bundle, _ = misfiled
    before = both[0]
    labels = before.labels.copy()
    row = bundle.rows("test")[0]
    labels[row] = (labels[row] + 1) % 3
    after = replace(before, labels=labels)
    assert refit.corrected_counts(bundle, labels) == (16 - 16, 1)
    text = model_changes(bundle, before, after)["text"]
    assert text.accuracy[0] == text.accuracy[1]
    assert text.accuracy[0] == pytest.approx((before.predicted["text"] == labels[bundle.rows("test")]).mean())
    assert text.accuracy[0] != model_changes(bundle, before, before)["text"].accuracy[0]


def test_one_training_at_a_time(tiny_bundle):
    bundle = Bundle.open(tiny_bundle)
    with refit.one_training(), pytest.raises(CoreError, match="Another training job is running"):
        refit.train(bundle, bundle.labels)
    with refit.one_training():
        pass


def test_a_private_bundle_says_why_not(tiny_bundle):
    bundle = Bundle.open(tiny_bundle)
    files = {name: entry for name, entry in bundle.manifest.files.items() if "features/" not in name}
    bundle.manifest = replace(bundle.manifest, files=files)
    assert "no features to train on" in refit.why_not(bundle)
    with pytest.raises(BundleError, match="no features to train on"):
        refit.train(bundle, bundle.labels)


def test_quick_heads_of_the_bundle_are_trained_or_one_where_there_are_none(tiny_bundle):
    bundle = Bundle.open(tiny_bundle)
    assert refit.refit_heads(bundle) == ("logistic_regression",)
    bundle.__dict__["models"] = ()
    assert refit.refit_heads(bundle) == ("logistic_regression",)


def contents(folder):
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()}


def test_a_kept_refit_is_a_bundle_that_says_what_it_came_from(misfiled, both, tmp_path):
    bundle, true = misfiled
    was = contents(bundle.path)
    heard: list[str] = []
    kept = keep_refit(bundle, true, tmp_path / "tiny-refit", lambda stage, *_: heard.append(stage))
    expected = list(estimate_refit(Size(1, 1, 1)))
    assert [stage for stage in dict.fromkeys(heard) if stage in expected] == expected
    assert contents(bundle.path) == was
    assert kept.manifest.refit == RefitSource("tiny", bundle.fingerprint, 16, 0)
    assert "16 categories corrected in review" in kept.manifest.data.origin
    np.testing.assert_array_equal(kept.labels, true)
    assert len(kept.projections) == len(bundle.projections)
    assert {model.head for model in kept.models} == {"logistic_regression"}
    np.testing.assert_array_equal(kept.features("text"), bundle.features("text"))
    assert kept.thumbnail(kept.table["sku"][0])
    before, after = sides(kept)
    for side, trained in zip((before, after), both, strict=True):
        assert side.chosen == trained.chosen
        np.testing.assert_array_equal(side.labels, trained.labels)
        for modality, predicted in trained.predicted.items():
            np.testing.assert_array_equal(side.predicted[modality], predicted)
    assert sides(bundle) is None
    answer = Predictor.load(kept.path).classify(text="ceramic mug cup with a handle")
    assert answer.ranked[0].category == "Mugs"


def test_a_refit_takes_no_other_bundles_place(tiny_bundle, tmp_path):
    bundle = Bundle.open(tiny_bundle)
    with pytest.raises(BundleError, match="tiny already exists and is not a refit of this catalogue"):
        refit_path(bundle, "tiny")
    assert refit_path(bundle, " tiny-refit ") == tiny_bundle.parent / "tiny-refit"
    for name in ("", "../tiny", "a/b", ".hidden", "x" * 90, "ends."):
        with pytest.raises(BundleError, match="expected a name"):
            refit_path(bundle, name)


def test_the_page_starts_without_a_training_framework():
    program = (
        "import sys; from core.building import refit; from core.bundle import decisions; "
        "from core.views.review import decision_table, product_panel, progress, refit_comparison; "
        "print({'sklearn', 'tensorflow', 'torch', 'scipy', 'onnx'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
