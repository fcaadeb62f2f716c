import numpy as np

from core.evaluation.strangeness.sample import sampled


def test_a_sample_has_every_category():
    labels = np.array([0] * 500 + [1] * 400 + [2, 3])
    rows = sampled(labels, 100, seed=0)
    assert 100 <= len(rows) <= 102
    assert len(np.unique(rows)) == len(rows)
    assert set(labels[rows]) == {0, 1, 2, 3}
    assert sampled(labels, 100, seed=0).tolist() == rows.tolist() != sampled(labels, 100, seed=1).tolist()


def test_few_rows_are_all_taken():
    assert sampled(np.array([1, 0, 1]), 3, seed=0).tolist() == [0, 1, 2]
