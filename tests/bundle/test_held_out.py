import shutil

import numpy as np
import pandas as pd
import pytest

from core.bundle.guards import Guards
from core.bundle.held_out import checked_held_out, held_out_answers
from core.bundle.reader import Bundle
from core.common.errors import BundleError
from tests.bundle.sealing import reseal

NAN = np.nan
FRAME = pd.DataFrame(
    {
        "given": ["text", "text", "image", "fused"],
        "row": np.array([3, 0, 2, 3], dtype=np.int32),
        "predicted": np.array([1, 0, 1, 2], dtype=np.int32),
        "confidence": np.array([0.75, 0.5, 1.0, 0.25], dtype=np.float32),
    }
)
GUARDS = Guards.rounded(
    {
        "text": np.array([0.1, 0.2, 0.3, 0.4]),
        "image": np.array([0.5, 0.6, 0.7, 0.8]),
        "fused": np.array([NAN, NAN, NAN, 0.9]),
    },
    np.array([0.9, 0.9, 0.9, 0.25]),
    (np.array([True, False, True, False]), np.array([False, False, False, True])),
)
LABELS = np.array([0, 1, 2, 1])
VALIDATION = np.array([1, 3])


def test_each_answer_stands_with_what_guards_measured_of_its_product():
    answers = held_out_answers(FRAME, "text", GUARDS, LABELS, VALIDATION)
    assert (answers.true.tolist(), answers.predicted.tolist()) == ([1, 0], [1, 0])
    assert answers.confidence.tolist() == [0.75, 0.5]
    assert answers.strangeness.tolist() == pytest.approx([0.4, 0.1])
    assert np.isnan(answers.disagreement).all()  # the text alone cannot disagree
    assert answers.unknown_language.tolist() == [False, True]
    assert answers.meaningless.tolist() == [True, False]
    assert answers.in_validation.tolist() == [True, False]


def test_an_image_is_not_unreadable_because_its_text_is():
    answers = held_out_answers(FRAME, "image", GUARDS, LABELS, VALIDATION)
    assert (answers.true.tolist(), answers.unreadable.tolist()) == ([2], [False])
    both = held_out_answers(FRAME, "fused", GUARDS, LABELS, VALIDATION)
    assert (both.disagreement.tolist(), both.unreadable.tolist()) == ([0.25], [True])
    assert both.strangeness.tolist() == pytest.approx([0.9])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.drop(columns="row"), r"held_out\.parquet\.row: expected int, got no such column"),
        (lambda f: f.assign(confidence="high"), r"held_out\.parquet\.confidence: expected float"),
        (lambda f: f.assign(given="smell"), r"given: expected one of text, image, fused, got smell"),
        (lambda f: f.assign(row=[0, 1, 4, -1]), r"row: expected positions from 0 to 3, got 4"),
        (lambda f: f.assign(predicted=[0, 0, 0, 3]), r"predicted: expected positions from 0 to 2, got 3"),
        (lambda f: f.assign(confidence=[0.1, NAN, 0.1, 0.1]), r"confidence: expected numbers from 0 to 1"),
    ],
)
def test_what_is_not_as_expected_is_named(change, message):
    with pytest.raises(BundleError, match=message):
        checked_held_out(change(FRAME), 4, 3, ("text", "image", "fused"))


def test_a_bundle_keeps_answers_to_products_that_the_models_had_not_seen(tiny_bundle):
    bundle = Bundle.open(tiny_bundle)
    rows = pd.read_parquet(tiny_bundle / "held_out.parquet")
    assert not rows["row"].isin(bundle.rows("test")).any()  # test products choose nothing
    for given in bundle.modalities:
        answers, own = bundle.held_out(given), rows[rows["given"] == given]
        assert own["row"].is_unique
        assert bundle.present(given)[own["row"]].all()
        validation = bundle.rows("validation")
        assert set(validation[bundle.present(given)[validation]]) <= set(own["row"])
        assert answers.true.tolist() == bundle.labels[own["row"]].tolist()


def test_a_bundle_whose_file_holds_something_else_is_damaged(tiny_bundle, tmp_path):
    copy = shutil.copytree(tiny_bundle, tmp_path / "tiny")
    FRAME.assign(row=np.int32(10**6)).to_parquet(copy / "held_out.parquet")
    opened = Bundle.open(reseal(copy))
    with pytest.raises(
        BundleError, match=r"bundle 'tiny' is damaged: held_out\.parquet\.row: .*build it again"
    ):
        opened.held_out("text")
