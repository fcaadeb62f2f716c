import pandas as pd
import pytest

from core.catalogue.own_names import category_paths, is_own_name, said_of_own_names
from core.catalogue.private import without_private
from core.catalogue.reading import read_catalogue


@pytest.mark.parametrize(
    ("category", "product", "expected"),
    [
        ("Oak Lamp", "oak  lamp", True),
        ("Oak Lamp With a Shade of ...", "Oak Lamp With a Shade of Paper", True),
        ("Oak Lamp (Brass, Pack of…", "Oak Lamp", True),
        ("Oak Lamp (Brass)", "Oak Lamp", True),
        ("Oak Lamp", "Oak Lamp Brass", False),  # may be a category of several
        ("Oak Lamp Shades", "Oak Lamp", False),
        ("...", "Oak Lamp", False),
        ("Oak Lamp", "", False),
    ],
)
def test_a_name_is_known_whole_cut_and_with_brackets(category, product, expected):
    assert is_own_name(category, product) is expected


def test_names_are_dropped_where_all_products_of_a_category_are_called_so():
    paths = ["Home > Oak Lamp", "Home > Mug", "Home > Mug", "Bowl", "Home"]
    kept, count = category_paths(paths, ["Oak Lamp", "Mug", "Red Mug", "Bowl", "Home"])
    assert kept == ["Home", "Home > Mug", "Home > Mug", "Bowl", "Home"]
    assert count == 1
    assert "1 of 5" in said_of_own_names(count, 5)[0]
    assert said_of_own_names(0, 5) == []


def test_without_levels_there_are_no_paths():
    assert category_paths(["Bowl", "Home"], ["Bowl", "x"]) == ([], 0)


def write(folder, rows):
    pd.DataFrame(rows, columns=["sku", "name", "category"]).to_csv(folder / "products.csv", index=False)
    return folder


def test_a_catalogue_keeps_whole_paths_of_any_depth(tmp_path):
    deep = " > ".join("abcdefgh")
    rows = [(f"s{n}", f"Lamp {n}", deep) for n in range(5)]
    rows += [("t0", "Oak Lamp", "a > Oak Lamp"), *((f"t{n}", f"Mug {n}", "a") for n in range(1, 5))]
    catalogue = read_catalogue(write(tmp_path, rows), "csv", minimum=1)
    assert list(catalogue.table["category_path"]) == [deep] * 5 + ["a"] * 5
    assert any("own name: 1 of 10" in note for note in catalogue.notes)
    assert (
        "category_path"
        not in read_catalogue(
            write(tmp_path, [(f"s{n}", f"Lamp {n}", "Lamps") for n in range(3)]), "csv", minimum=1
        ).table
    )


@pytest.mark.data
def test_flipkarts_paths_end_before_the_products_names(data_dir):
    catalogue = read_catalogue(data_dir("flipkart"))
    assert any("own name: 216 of 735" in note for note in catalogue.notes)
    depths = catalogue.table["category_path"].str.count(" > ") + 1
    assert (depths.min(), depths.max()) == (2, 6)
    public = without_private(catalogue.table.assign(part="train", group=0))
    first_two = public["category_path"].str.split(" > ").str[:2].str.join(" > ").value_counts()
    assert first_two.min() >= 5
