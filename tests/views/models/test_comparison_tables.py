import numpy as np
import pytest

from core.evaluation.fusion_gain import fusion_gain
from core.views.models.comparison_tables import differing, gain_table


def gains():
    y = np.repeat([0, 1, 2], 40)
    single, fused = y.copy(), y.copy()
    single[:30] = 1  # class 0: fused is right 30 times more often
    fused[79] = 0  # class 1: once less often
    return fusion_gain(y, single, fused, ("bag", "cup", "hat", "unseen"))


def test_gains_by_category_largest_first_with_what_is_hardly_chance():
    table = gain_table(gains().per_class)
    assert list(table["Category"]) == ["bag", "hat", "cup"]
    assert list(table["Difference"]) == pytest.approx([75, 0, -2.5])
    assert list(table["Hardly chance"]) == [True, False, False]
    assert (table["Low"] <= table["Difference"]).all() and (table["Difference"] <= table["High"]).all()
    assert list(table["Only A right"]) == [30, 0, 0]


def test_categories_on_which_nothing_differs_are_left_out():
    table = gain_table(gains().per_class)
    assert list(differing(table)["Category"]) == ["bag", "cup"]
    assert list(differing(table, 1)["Category"]) == ["bag"]
