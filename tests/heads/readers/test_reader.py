import numpy as np
import pytest

from core.features.vectors import Features
from core.heads.inputs import Inputs
from core.heads.readers.reader import in_slices, predict_in_slices


class FewAtOnce:
    """Reads text vectors, three products at a time."""

    rows_at_once = 3
    members = ()

    def __call__(self, inputs):
        return {"vectors": inputs.vectors("text")}

    def to_dict(self):
        return {}


def products(n):
    return Inputs.of({"text": Features(np.arange(2 * n, dtype=np.float32).reshape(n, 2), np.ones(n, bool))})


@pytest.mark.parametrize("n", [0, 1, 3, 4, 9])
def test_predictions_of_slices_are_those_of_all_products(n):
    calls = []

    def predict(feeds):
        calls.append(len(feeds["vectors"]))
        return 2 * feeds["vectors"]

    proba = predict_in_slices(FewAtOnce(), products(n), predict, 2)
    assert proba.tolist() == (2 * np.arange(2 * n).reshape(n, 2)).tolist()
    assert sum(calls) == n
    assert all(0 < count <= 3 for count in calls)


def test_slices_keep_the_order():
    read = [feeds["vectors"] for feeds in in_slices(FewAtOnce(), products(7))]
    assert [len(vectors) for vectors in read] == [3, 3, 1]
    assert np.concatenate(read).ravel().tolist() == list(range(14))
