import numpy as np
import pytest

from core.common.errors import CatalogueError
from core.evaluation.checks import (
    checked_classes,
    checked_groups,
    checked_predictions,
    checked_proba,
    checked_share,
)


def test_good_arrays_come_back_in_one_type():
    y, p = checked_classes(np.array([0, 2], dtype=np.int8), [1, 1], n_classes=3)
    assert y.dtype == p.dtype == np.int64
    proba = checked_proba(np.array([[0.25, 0.75]], dtype=np.float32))
    assert proba.dtype == np.float64
    assert checked_groups(np.array([7, 3, 7]), 3).tolist() == [1, 0, 1]
    assert checked_groups(np.array(["b", "a", "b"]), 3).tolist() == [1, 0, 1]
    assert checked_groups(None, 3) is None
    assert checked_share(0.5, "level") == 0.5


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: checked_classes([], []), CatalogueError, "no products to evaluate"),
        (lambda: checked_classes([0, 1], [0]), ValueError, "one per product"),
        (lambda: checked_classes([[0, 1]]), ValueError, "class numbers"),
        (lambda: checked_classes([0.0, 1.0]), ValueError, "integers, got float64"),
        (lambda: checked_classes(["bag"]), ValueError, "integers"),
        (lambda: checked_classes([0, -1]), ValueError, "from 0, got -1"),
        (lambda: checked_classes([0, 3], n_classes=3), ValueError, "from 0 to 2, got 0 to 3"),
        (lambda: checked_proba([0.5, 0.5]), ValueError, r"\(n, k\), got shape \(2,\)"),
        (lambda: checked_proba(np.empty((3, 0))), ValueError, r"got shape \(3, 0\)"),
        (lambda: checked_proba([[np.nan, 0.5]]), ValueError, "finite"),
        (lambda: checked_proba([[1.2, -0.2]]), ValueError, "from 0 to 1, got -0.2 to 1.2"),
        (lambda: checked_predictions([0, 1], [[0.5, 0.5]]), ValueError, "2 labels for 1 products"),
        (lambda: checked_predictions([2], [[0.5, 0.5]]), ValueError, "from 0 to 1"),
        (lambda: checked_groups([0, 1], 3), ValueError, "each of 3 rows"),
        (lambda: checked_groups(None, 0), CatalogueError, "no products"),
        (lambda: checked_share(1, "level"), ValueError, "level between 0 and 1, got 1"),
    ],
)
def test_unfit_arrays_are_refused(call, kind, message):
    with pytest.raises(kind, match=message):
        call()
