from types import SimpleNamespace

import numpy as np
import pytest

from core.evaluation.fusion_gain import fusion_gain
from core.heads.key import HeadKey
from core.views.models.comparison_tables import difference_headline, differing, gain_table


def gains():
    y = np.repeat([0, 1, 2], 40)
    single, fused = y.copy(), y.copy()
    single[:30] = 1  # class 0: fused is right 30 times more often
    fused[79] = 0  # class 1: once less often
    return fusion_gain(y, single, fused, ("bag", "cup", "hat", "unseen"))


def test_gains_by_category_largest_first_with_what_is_statistically_clear():
    table = gain_table(gains().per_class)
    assert list(table["Category"]) == ["bag", "hat", "cup"]
    assert list(table["Difference"]) == pytest.approx([75, 0, -2.5])
    assert list(table["Statistically clear"]) == [True, False, False]
    assert (table["Low"] <= table["Difference"]).all() and (table["Difference"] <= table["High"]).all()
    assert list(table["Only A right"]) == [30, 0, 0]


def test_categories_on_which_nothing_differs_are_left_out():
    table = gain_table(gains().per_class)
    assert list(differing(table)["Category"]) == ["bag", "cup"]
    assert list(differing(table, 1)["Category"]) == ["bag"]


def test_the_headline_has_both_accuracies_and_their_difference():
    accuracy = {"text": 0.9, "image": 0.75}
    bundle = SimpleNamespace(report=lambda modality, head: SimpleNamespace(accuracy=accuracy[modality]))
    shown = difference_headline(bundle, gains(), HeadKey("text", "mlp"), HeadKey("image", "mlp"))
    assert (shown["Accuracy of A"], shown["Accuracy of B"]) == ("90.0%", "75.0%")
    assert shown["Difference"] == f"{100 * (30 - 1) / 120:+.1f} points"
    assert shown["95% interval"].endswith(" points")
