import numpy as np
import pandas as pd
import pytest

from core.views.models.groupings import Grouping, level_groupings

CLASSES = ("boots", "cups", "mugs", "shoes")


def levels(**columns: list[str]) -> dict[str, Grouping]:
    labels = np.array([0, 0, 0, 1, 1, 2, 3, 3])
    return level_groupings(pd.DataFrame(columns), labels, CLASSES)


def test_a_class_belongs_to_what_most_of_its_products_say():
    groupings = levels(level_1=["foot", "foot", "kitchen", "kitchen", "kitchen", "kitchen", "foot", "foot"])
    assert groupings["level_1"].names == ("foot", "kitchen")
    assert list(groupings["level_1"].of_class) == [0, 1, 1, 0]


@pytest.mark.parametrize(
    "level",
    [
        ["a"] * 8,  # one group
        ["a", "a", "a", "b", "b", "c", "d", "d"],  # as many as classes
        ["a", "b", "c", "a", "a", "b", "a", "a"],  # no majority in the first class
        ["a", "", "", "a", "a", "b", "b", "b"],  # mostly unknown in the first class
        ["a", "a", "a", "a", "b", "b", "b", "b"],  # half is no majority
    ],
)
def test_a_level_that_makes_no_coarser_matrix_is_left_out(level):
    assert levels(level_1=level) == {}


def test_a_level_that_says_the_same_again_is_left_out():
    level = ["foot"] * 3 + ["kitchen"] * 3 + ["foot"] * 2
    assert list(levels(level_1=level, level_2=[name.upper() for name in level])) == ["level_1"]


def test_a_catalogue_without_a_taxonomy_has_no_groups():
    assert levels(name=["x"] * 8) == {}
