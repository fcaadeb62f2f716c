import re

import numpy as np
import pandas as pd
import pytest

from core.building.build import build_bundle
from core.building.options import BuildOptions
from core.bundle.reader import Bundle
from core.catalogue.reading import read_catalogue
from core.views.models.answers import answers
from core.views.review.held_out_answers import candidates, held_out_answers
from core.views.review.queue import review_items
from tests import tiny

FAULTS = [
    # row, kind, is_issue, other, reason, suggestion
    (40, "duplicate", True, 3, "Same name as another product.", "Keep one of the two."),
    (5, "label", True, -1, "Filed under Chairs, but ...", "Move it to Mugs."),
    (3, "leak", True, 40, "A duplicate ...", "Split anew ..."),
    (5, "image", True, -1, "The text speaks for ...", "Check the picture."),
    (7, "text", False, -1, "The picture speaks for ...", "Check the text."),
    (9, "from-a-later-version", True, -1, "Who knows.", "What to do."),
]


@pytest.fixture
def bundle(tiny_bundle) -> Bundle:
    """The tiny bundle with faults of our own."""
    opened = Bundle.open(tiny_bundle)
    columns = ("row", "kind", "is_issue", "other", "reason", "suggestion")
    opened.__dict__["faults"] = pd.DataFrame(FAULTS, columns=columns)
    return opened


def fault_items(bundle, **more):
    return [item for item in review_items(bundle, **more) if item.kinds != ("uncertain",)]


def test_test_products_without_faults_are_answered_by_the_bundles_own_models(bundle):
    answered = held_out_answers(bundle)
    stored = answers(bundle, "text")
    sound = np.setdiff1d(stored.rows, bundle.out_of_fold["row"])
    assert answered.by_bundle.nonzero()[0].tolist() == sound.tolist()
    rows = sound[bundle.present("text")[sound]]
    assert len(rows)
    said = np.stack([answered.of(row)["text"] for row in rows])
    np.testing.assert_allclose(said, stored.proba[np.isin(stored.rows, rows)], rtol=0, atol=1e-6)
    without_faults = np.setdiff1d(bundle.rows("train"), bundle.out_of_fold["row"])
    assert all(answered.of(row) == {} for row in without_faults)


def test_others_by_the_out_of_fold_probabilities_of_the_bundle(tiny_bundle):
    bundle = Bundle.open(tiny_bundle)
    doubtful = bundle.faults["row"].unique()
    assert 0 < np.isin(doubtful, bundle.rows("test")).sum() < len(doubtful)
    answered = held_out_answers(bundle)
    assert all(answered.of(row) for row in doubtful)
    assert not answered.by_bundle[doubtful].any()
    for modality in ("text", "image"):
        kept = bundle.out_of_fold[bundle.out_of_fold["modality"] == modality]
        assert set(kept["row"]) <= set(doubtful)
        best = kept.groupby("row").first()
        proba = np.stack([answered.of(row)[modality] for row in best.index])
        assert (proba.argmax(axis=1) == best["category"]).all()
        np.testing.assert_allclose(proba.max(axis=1), best["share"])


def test_the_faults_rest_on_the_held_out_answers(tmp_path):
    data = tiny.write_catalogue(tmp_path / "data")
    table = pd.read_csv(data / "products.csv")
    rows = [3, 5, 12, 33, 34, 44, 63, 64, 75]
    table.loc[rows, "category"] = 3 * ["Mugs"] + 3 * ["Chairs"] + 3 * ["Lamps"]
    table.to_csv(data / "products.csv", index=False)
    tiny.register_tiny_encoders()
    encoders = {"text": tiny.TinyText(), "image": tiny.TinyImage()}
    options = BuildOptions(heads=("logistic_regression",), methods=(), private=True)
    bundle = build_bundle(read_catalogue(data, "csv", minimum=5), encoders, tmp_path / "tiny", options).bundle
    doubted = bundle.faults[bundle.faults["kind"] == "label"]
    assert 0 < doubted["row"].isin(bundle.rows("test")).sum() < len(doubted)
    answered = held_out_answers(bundle)
    for row, reason in zip(doubted["row"], doubted["reason"], strict=True):
        mean = np.mean(list(answered.of(row).values()), axis=0)
        said = re.search(r"suggests? (\w+) \((.+)% against", reason)
        assert said[1] == bundle.classes[mean.argmax()]
        assert float(said[2]) == pytest.approx(100 * mean.max(), abs=0.06)  # stored with four decimals


def test_an_input_that_a_product_lacks_has_no_answer(bundle):
    answered = held_out_answers(bundle)
    for modality in ("text", "image"):
        lacking = np.flatnonzero(~bundle.present(modality))
        assert len(lacking)
        assert all(modality not in answered.of(row) for row in lacking)


def test_candidates_begin_with_what_the_finding_suggests(bundle):
    label, pair = fault_items(bundle)
    answered = {"text": np.array([0.1, 0.7, 0.2], np.float32)}
    assert candidates(bundle, label, answered, "Chairs") == ("Mugs", "Lamps")
    assert candidates(bundle, label, {}, "Chairs") == ("Mugs",)
    assert candidates(bundle, label, answered, "Mugs") == ("Lamps", "Chairs")
    other = bundle.table["category"][pair.other]
    assert candidates(bundle, pair, {}, "Mugs")[0] == other == "Chairs"


def test_the_builds_own_suggestions_are_understood():
    from core.faults.descriptions import describe_wrong_categories
    from core.faults.wrong_categories import find_wrong_categories

    proba = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.95, 0.05]])
    issues = find_wrong_categories(np.array([0, 0, 1, 1]), proba)
    faults = describe_wrong_categories(issues, proba, {"text": proba}, ("A", "B"))
    assert faults.suggestion == ["Move it to A."]
