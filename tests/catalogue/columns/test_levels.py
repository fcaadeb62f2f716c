"""Columns that are the levels of one category."""

import pytest

from core.catalogue.columns.levels import find_levels, level_paths

TREE = [
    ("Home", "Kitchen", "Mugs"),
    ("Home", "Kitchen", "Pots"),
    ("Home", "Bath", "Towels"),
    ("Mode", "Bags", "Totes"),
]


def levels_of(*columns: str, rows=TREE):
    cells = list(map(list, zip(*rows, strict=True)))
    sample = {column: cells[n] if n < len(cells) else ["x"] * len(rows) for n, column in enumerate(columns)}
    return find_levels(columns, sample)


@pytest.mark.parametrize(
    "columns",
    [
        ("masterCategory", "subCategory", "articleType"),
        ("level_1", "level_2", "level_3"),
        ("Level1", "Level2", "Level3"),
        ("Cat1", "Cat2", "Cat3"),
        ("category", "category2", "category3"),
        ("Category L1", "Category L2", "Category L3"),
        ("category_level_1", "category_level_2", "category_level_3"),
        ("Level 1 Category", "Level 2 Category", "Level 3 Category"),
        ("product_category_0", "product_category_1", "product_category_2"),
        ("Department", "Category", "Subcategory"),
        ("Main Category", "Sub Category", "Sub Sub Category"),
        ("Kategorie 1", "Kategorie 2", "Kategorie 3"),
        ("Catégorie niveau 1", "Catégorie niveau 2", "Catégorie niveau 3"),
        ("Категория 1", "Категория 2", "Категория 3"),
        ("大カテゴリ", "中カテゴリ", "小カテゴリ"),
        ("大分類", "中分類", "小分類"),
        ("一级分类", "二级分类", "三级分类"),
        ("一級分類", "二級分類", "三級分類"),
    ],
)
def test_three_levels(columns):
    levels = levels_of(*columns)
    assert levels is not None and levels.columns == columns and levels.doubt == ""


@pytest.mark.parametrize(
    "columns",
    [
        ("Hauptkategorie", "Unterkategorie"),
        ("Warengruppe", "Unterwarengruppe"),
        ("Catégorie", "Sous-catégorie"),
        ("Categoría", "Subcategoría"),
        ("Categoria", "Sottocategoria"),
        ("Categoria principal", "Subcategoria"),
        ("Hoofdcategorie", "Subcategorie"),
        ("Kategoria główna", "Podkategoria"),
        ("Категория", "Подкатегория"),
        ("Ana Kategori", "Alt Kategori"),
        ("カテゴリ", "サブカテゴリ"),
        ("主分类", "子分类"),
        ("product_category", "product_subcategory"),
    ],
)
def test_two_levels(columns):
    assert levels_of(*columns).columns == columns
    assert levels_of(*reversed(columns)).columns == columns  # by their names, not by where they stand


@pytest.mark.parametrize(
    "columns",
    [
        ("category", "image"),
        ("image1", "image2"),
        ("level 3", "level 5"),
        ("category",),
        ("price1", "price2"),
    ],
)
def test_what_is_no_series(columns):
    assert levels_of(*columns) is None


def test_empty_columns_are_no_levels():
    assert find_levels(["cat1", "cat2"], {"cat1": ["a"], "cat2": [""]}) is None
    assert find_levels(["cat1", "cat2", "cat3"], {"cat1": ["a"], "cat2": ["b"], "cat3": [" "]}).columns == (
        "cat1",
        "cat2",
    )


def test_levels_that_are_no_tree_are_doubted():
    rows = [(a, b) for a in "ABC" for b in "xyz"]
    assert "stand below several" in levels_of("category1", "category2", rows=rows).doubt


def test_paths_of_levels():
    assert level_paths([["Home", "Home ", ""], ["Mugs &amp; Cups", "", "x"]]) == [
        ("Home", "Mugs & Cups"),
        ("Home",),
        ("x",),
    ]


@pytest.mark.parametrize(
    ("upper", "lower"),
    [("Rayon", "Sous-rayon"), ("Раздел", "Подраздел"), ("Rubrik", "Unterrubrik"), ("Dział", "Poddział")],
)
def test_a_level_may_be_called_as_the_one_above_with_sub_before_it(upper, lower):
    cells = {"name": ["a", "b"], lower: ["Cups", "Bowls"], upper: ["Home", "Home"]}
    found = find_levels(list(cells), cells)
    assert found is not None and found.columns == (upper, lower)
