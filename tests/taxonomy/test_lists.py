import pytest

from core.common.errors import CatalogueError
from core.taxonomy.lists import listed_paths

GOOGLE = """# Google_Product_Taxonomy_Version: 2021-09-21
1 - Animals & Pet Supplies
3237 - Animals & Pet Supplies > Live Animals
166 - Apparel & Accessories
1604 - Apparel & Accessories > Clothing

5322 - Apparel & Accessories > Clothing > Activewear
"""
SHOPIFY = """# Shopify Product Taxonomy - Categories: 2024-07
gid://shopify/TaxonomyCategory/ap       : Animals & Pet Supplies
gid://shopify/TaxonomyCategory/ap-1     : Animals & Pet Supplies > Live Animals
gid://shopify/TaxonomyCategory/aa-1-1-1 : Apparel & Accessories > Clothing > Activewear
"""
TREE = [("Home",), ("Home", "Lamps"), ("Home", "Lamps", "Desk"), ("Home", "Mugs"), ("Wear",)]
INDENTED = {
    "spaces": "Home\n  Lamps\n    Desk\n  Mugs\nWear\n",
    "tabs": "Home\n\tLamps\n\t\tDesk\n\tMugs\nWear\n",
    "bullets": "- Home\n  - Lamps\n    - Desk\n  - Mugs\n- Wear\n",
    "branches": "Home\n├── Lamps\n│   └── Desk\n└── Mugs\nWear\n",
    "gs1": "10000000: Home\n  10000001: Lamps\n    10000002: Desk\n  10000003: Mugs\n20000000: Wear\n",
}


def paths(text):
    return listed_paths(text.splitlines(keepends=True)).paths


def test_googles_list_is_read():
    assert paths(GOOGLE) == [
        ("Animals & Pet Supplies",),
        ("Animals & Pet Supplies", "Live Animals"),
        ("Apparel & Accessories",),
        ("Apparel & Accessories", "Clothing"),
        ("Apparel & Accessories", "Clothing", "Activewear"),
    ]


def test_shopifys_list_is_read():
    assert paths(SHOPIFY)[-1] == ("Apparel & Accessories", "Clothing", "Activewear")
    assert len(paths(SHOPIFY)) == 3


@pytest.mark.parametrize("text", INDENTED.values(), ids=INDENTED)
def test_indented_lists_are_read(text):
    listed = listed_paths(text.splitlines(keepends=True))
    assert listed.paths == TREE
    assert not listed.found


@pytest.mark.parametrize("sign", [" > ", ">>", "/", " | ", " / "])
def test_delimited_lists_are_read(sign):
    assert paths("\n".join(sign.join(path) for path in TREE)) == TREE


def test_a_list_of_names_has_one_level():
    assert paths("TV/Video\nLamps\n3 in 1\n") == [("TV/Video",), ("Lamps",), ("3 in 1",)]


def test_levels_that_skip_and_lines_that_repeat_are_found():
    assert listed_paths(["Home", "  Lamps", "      Desk", "  Mugs"]).found == {"skipped level": ["Desk"]}
    assert listed_paths(["A > B", "A > C", "A > B"]).found == {"repeated": ["A > B"]}


def test_nothing_is_read_of_nothing():
    assert paths("# a comment\n\n") == []


def test_an_unknown_separator_is_refused():
    with pytest.raises(CatalogueError, match="unknown separator"):
        listed_paths(["A ? B"], "?")
    assert listed_paths(["A - B"], "-").paths == [("A", "B")]
