import numpy as np
import pandas as pd
import pytest

from core.catalogue.grouping import SharedBy, group_products

LONG = "Hand-turned from one piece of maple, oiled twice and polished."


def table_of(names, **columns) -> pd.DataFrame:
    n = len(names)
    table = pd.DataFrame(
        {
            "sku": [f"s{row}" for row in range(n)],
            "name": names,
            "description": [""] * n,
            "category": [f"c{row % 2}" for row in range(n)],
            "image_digest": [""] * n,
        }
    )
    return table.assign(**columns)


def groups_of(names, **columns) -> list[int]:
    return group_products(table_of(names, **columns)).numbers.tolist()


def unique_names(n: int) -> list[str]:
    return [f"thing{row} of kind{row % 7}" for row in range(n)]


def test_groups_join_by_name_or_image_transitively():
    names = ["Shirt", "shirt!", "Trousers", "Hat", "", "", "---", "Cap"]
    digests = ["a", "b", "b", "c", "", "d", "", "c"]
    assert groups_of(names, image_digest=digests) == [0, 0, 0, 1, 2, 3, 4, 1]


def test_groups_of_nothing():
    grouping = group_products(table_of([]))
    assert grouping.numbers.tolist() == [] and grouping.numbers.dtype == np.int64
    assert grouping.shared == ()


def test_long_chains_are_one_group():
    n = 5000
    names = [f"n{row // 2}" for row in range(n)]
    digests = [f"d{(row + 1) // 2}" for row in range(n)]
    assert set(groups_of(names, image_digest=digests)) == {0}


def test_a_long_description_is_an_identity():
    said = [LONG, LONG.upper() + "!", "Nice.", "Nice.", LONG.replace("twice", "once"), ""]
    assert groups_of(list("abcdef"), description=said) == [0, 0, 1, 2, 3, 4]


def test_sizes_and_colours_in_a_description_do_not_matter():
    said = [f"{LONG} Size {size}, {colour}." for size, colour in (("S", "red"), ("XXL", "navy blue"))]
    assert groups_of(["Bowl Ida", "Dish Ida"], description=said) == [0, 0]


def test_a_description_that_stands_everywhere_is_no_identity():
    said = [LONG if row % 3 else "" for row in range(60)]
    grouping = group_products(table_of(unique_names(60), description=said))
    assert len(set(grouping.numbers)) == 60
    assert grouping.shared == (SharedBy("description", 0, 0, (), 40),)


def test_a_parent_joins_its_variants_and_itself():
    names = [f"thing{row}" for row in range(6)]
    table = table_of(names, parent=["S5", "s5", "other", "", "other", ""])
    grouping = group_products(table)
    assert grouping.numbers.tolist() == [0, 0, 1, 2, 1, 0]
    assert grouping.shared == (SharedBy("parent", 5, 2, ("s0", "s1")),)


def test_a_column_of_categories_is_no_parent():
    parents = [f"p{row % 2}" for row in range(60)]
    assert len(set(groups_of(unique_names(60), parent=parents))) == 60


def test_names_that_differ_in_size_or_colour_are_one_product():
    names = [
        *("Bowl Ida, S", "Bowl Ida, M", "Bowl Ida", "Bowl Ida red, L", "Bowl Ida navy blue, XL"),
        *("iPhone 12", "iPhone 13", "iPhone 12 64 GB", "iPhone 12 128 GB"),
    ]
    assert groups_of(names) == [0, 0, 1, 2, 2, 3, 4, 5, 5]


def test_the_colour_column_is_used():
    names = ["Bowl Ida, mint", "Bowl Ida, sage", "Bowl Ida, thyme"]
    assert groups_of(names, colour=["mint", "sage", ""]) == [0, 0, 1]


def test_names_of_a_kind_are_no_variants():
    """Every name of the shop is a kind and a colour: no two of its shirts are one product."""
    colours = ["red", "blue", "green", "black"]
    assert len(set(groups_of([f"Shirt {colour}" for colour in colours]))) == 4
    names = [f"Rondo women {colours[row % 4]} heels" for row in range(40)]
    images = [f"d{row}" for row in range(40)]
    grouping = group_products(table_of(names, image_digest=images))
    assert len(set(grouping.numbers)) == 4  # equal names stay together, as ever
    assert grouping.shared[-1] == SharedBy("variant", 0, 0, (), 40)


def test_rows_entered_twice_do_not_make_variants_a_kind():
    names = ["Bowl Ida, S", "Bowl Ida, M"] * 3
    assert set(groups_of(names, image_digest=["a", "b"] * 3)) == {0}


def test_variants_do_not_take_a_whole_category():
    """Thirty names that differ in size and colour alone are a way of naming: only the sizes are joined."""
    names = [f"Cotton shirt {c} {s} cm" for c in ("red", "blue", "teal") for s in range(10)]
    table = table_of([*names, *unique_names(30)], category=["Shirts"] * 30 + ["Others"] * 30)
    sizes = np.bincount(group_products(table).numbers)
    assert sorted(sizes.tolist())[-4:] == [1, 10, 10, 10]


@pytest.mark.parametrize("rows", [2, 8])
def test_what_was_joined_is_counted_with_an_example_of_its_own(rows):
    names = ["Bowl Ida"] * rows + ["Dish Ida, S", "Dish Ida, M"]
    grouping = group_products(table_of(names, image_digest=["x"] * rows + ["", ""]))
    assert grouping.shared == (
        SharedBy("name", rows, 1, ("s0", "s1")),
        SharedBy("image", rows, 1, ("s0", "s1")),
        SharedBy("variant", 2, 1, (f"s{rows}", f"s{rows + 1}")),
    )
    renamed = ["Bowl Ida", "Bowl Ida", "Platter Ida"]
    by_image = group_products(table_of(renamed, image_digest=["x"] * 3)).shared[1]
    assert by_image == SharedBy("image", 3, 1, ("s0", "s2"))


def test_the_terminal_is_told():
    said = [LONG] * 15 + [""] * 2
    grouping = group_products(table_of([*unique_names(15), "Dish Ida, S", "Dish Ida, M"], description=said))
    assert grouping.lines() == [
        "  products that stay together: 2, groups: 1",
        "    same long description: 0, groups: 0, too common to count: 15",
        "    same name but for size and colour: 2, groups: 1",
    ]


@pytest.mark.data
def test_real_names_keep_their_largest_group(data_dir):
    import csv

    with (data_dir("fashion") / "styles.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = [row["productDisplayName"] for row in rows]
    table = table_of(
        names,
        image_digest=[row["id"] for row in rows],
        colour=[row["baseColour"] for row in rows],
        category=[row["subCategory"] for row in rows],
    )
    sizes = np.bincount(group_products(table).numbers)
    assert sizes.max() < 100
    assert len(sizes) > 20_000
