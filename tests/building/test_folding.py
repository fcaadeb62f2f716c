import numpy as np
import pytest

from core.building.folding import training_out_of_fold
from core.building.training_data import Fold, TrainingData
from core.evaluation.splits import Split
from core.features.vectors import Features
from core.heads.inputs import Inputs

N, TRAIN = 60, np.arange(40)
PARTS = [TRAIN[:20], TRAIN[20:]]


def inputs(text, image=9.0):
    """Text vectors that say which encoder made them; every tenth product has none."""
    given = np.arange(N) % 10 > 0
    vectors = {
        "text": Features(np.full((N, 2), text, np.float32) * given[:, None], given),
        "image": Features(np.full((N, 2), image, np.float32), np.ones(N, dtype=bool)),
    }
    return Inputs.of(vectors, ["a"] * N)


def tuned_data(folds=True):
    def data(of, **more):
        return TrainingData(
            inputs=of,
            labels=np.arange(N) % 2,
            classes=("A", "B"),
            skus=np.arange(N).astype(object),
            split=Split(TRAIN, np.arange(40, 50), np.arange(50, 60), 0),
            groups=np.arange(N) // 2,
            learned=np.zeros(N, dtype=bool),
            **more,
        )

    before = inputs(1.0)
    image = {"image": before.features["image"]}
    of_folds = (
        tuple(Fold(rows, data(inputs(number))) for number, rows in enumerate(PARTS, 3)) if folds else ()
    )
    tuned = Inputs(dict(inputs(2.0).features) | image, before.texts)
    return data(tuned, frozen=data(before), folds=of_folds)


def asked(data, modality):
    """Which encoder's vectors each training product was answered from, by models not trained on its group."""
    by = np.full(N, np.nan)

    def fit_predict(of, train, test):
        assert set(of.groups[train]).isdisjoint(of.groups[test])
        assert set(train) | set(test) <= set(TRAIN)
        by[test] = of.inputs.features["text"].vectors[1, 0]
        return np.tile([0.25, 0.75], (len(test), 1))

    proba = training_out_of_fold(data, modality, fit_predict)
    np.testing.assert_array_equal(np.isfinite(proba).all(axis=1), np.isfinite(by))
    return by


@pytest.mark.parametrize("modality", ["text", "fused"])
def test_products_are_answered_by_the_encoder_of_their_fold(modality):
    by, present = asked(tuned_data(), modality), np.arange(N) % 10 > 0
    for number, rows in enumerate(PARTS, 3):
        assert set(by[rows[present[rows]]]) == {number}
    assert np.isnan(by[40:]).all()
    if modality == "text":
        assert np.isnan(by[~present]).all()


def test_what_was_not_fine_tuned_and_what_has_no_folds_is_frozen():
    assert set(asked(tuned_data(), "image")[TRAIN]) == {1}
    by = asked(tuned_data(folds=False), "text")
    assert set(by[np.isfinite(by)]) == {1}
