from itertools import pairwise

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from core.building.learning_curve import PARTS, growing_parts, learning_curve
from core.bundle.reader import Bundle
from core.common.errors import BundleError


def test_parts_grow_and_keep_groups_together():
    rows, groups = np.arange(10, 110), np.arange(120) // 3
    parts = growing_parts(rows, groups, seed=1)
    assert len(parts) == len(PARTS)
    for small, large in pairwise(parts):
        assert set(small) < set(large)
    assert parts[-1].tolist() == rows.tolist()
    for share, part in zip(PARTS, parts, strict=True):
        assert share * len(rows) <= len(part) < share * len(rows) + 3
        outside = np.setdiff1d(rows, part)
        assert not set(groups[part]) & set(groups[outside])
    again = growing_parts(rows, groups, seed=1)
    assert all(np.array_equal(a, b) for a, b in zip(parts, again, strict=True))


def test_few_rows_have_fewer_parts():
    assert growing_parts(np.empty(0, dtype=np.int64), np.arange(5), seed=0) == []
    together = growing_parts(np.arange(4), np.zeros(4, dtype=np.int64), seed=0)
    assert [part.tolist() for part in together] == [[0, 1, 2, 3]]


@pytest.mark.parametrize("modality", ["text", "fused"])
def test_the_last_point_is_all_training_products(tiny_bundle, modality):
    bundle = Bundle.open(tiny_bundle)
    points = learning_curve(bundle, modality)
    there = bundle.present(modality)
    train, test = (rows[there[rows]] for rows in (bundle.rows("train"), bundle.rows("test")))
    products = [point.products for point in points]
    assert products == sorted(set(products))
    assert products[-1] == len(train)
    vectors = np.asarray(bundle.features(modality), dtype=np.float32)
    strengths = (1.0, 10.0, 30.0, 100.0, 300.0)
    reached = [
        LogisticRegression(C=strength, max_iter=500).fit(vectors[train], bundle.labels[train])
        for strength in strengths
    ]
    scores = [model.score(vectors[test], bundle.labels[test]) for model in reached]
    assert min(scores) <= points[-1].test.value <= max(scores)
    assert all(0 <= point.training <= 1 and point.test.value in point.test for point in points)


def test_without_features_there_is_none(private_bundle):
    with pytest.raises(BundleError, match="no features"):
        learning_curve(Bundle.open(private_bundle), "text")
