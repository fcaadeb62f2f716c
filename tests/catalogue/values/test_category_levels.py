"""Levels of category paths."""

import pytest

from core.catalogue.reading import read_catalogue
from core.catalogue.values.category_levels import at_level, label_and_level, said_of_parents, several_parents
from core.common.errors import CatalogueError


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("category", ("category", None)),
        ("category@1", ("category", 1)),
        ("Product Category@-1", ("Product Category", -1)),
        ("a@b@2", ("a@b", 2)),
        ("me@home", ("me@home", None)),
        ("@1", ("@1", None)),
    ],
)
def test_a_label_names_a_level(label, expected):
    assert label_and_level(label) == expected


def test_there_is_no_level_0():
    with pytest.raises(CatalogueError, match="there is no 0"):
        label_and_level("category@0")


def test_levels_count_from_both_ends():
    path = ("Home", "Kitchen", "Mugs")
    assert [at_level(path, level) for level in (1, 2, 3, 4)] == ["Home", "Kitchen", "Mugs", ""]
    assert [at_level(path, level) for level in (-1, -2, -3, -4)] == ["Mugs", "Kitchen", "Home", ""]
    assert at_level((), 1) == at_level((), -1) == ""


def test_names_below_several_others():
    paths = [("Phones", "Parts"), ("Cars", "Parts"), ("Cars", "Tyres"), ("Cars", "Parts")]
    assert several_parents(paths, 2) == several_parents(paths, -1) == {"Parts": 2}
    assert several_parents(paths, 1) == {}


def test_names_that_become_one_category_are_said():
    paths = [("Phones", "Parts"), ("Cars", "Parts"), ("Cars", "Tyres")]
    assert list(said_of_parents(paths, -1)) == [
        "names that stand below several categories become one each: 'Parts' (2)"
    ]
    assert list(said_of_parents(paths, 1)) == list(said_of_parents(paths, None)) == []
    many = [(top, f"n{n}") for n in range(7) for top in "ab"]
    assert next(said_of_parents(many, 2)).endswith("'n4' (2) and 2 more")


def test_levels_that_skip_one_are_counted(tmp_path):
    rows = "a,,c\na,b,c\na,b,\n,b,c\n"
    (tmp_path / "t.csv").write_text(
        "name,level 1,level 2,level 3\n" + "".join(f"thing {n},{row}\n" for n, row in enumerate(rows.split()))
    )
    notes = read_catalogue(tmp_path / "t.csv", minimum=1).notes
    assert "products whose category skips a level: 2; what is below moves up" in notes
