"""Category cells of many shops, and what separates what in them."""

import json
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalogue.values.categories import decide_categories
from core.common.errors import CatalogueError


def read(*cells: str, **known: str) -> list[str]:
    return ["/".join(path) for path in decide_categories(cells, **known).read_column(cells).paths]


@pytest.mark.parametrize(
    ("sign", "name"),
    [
        (" > ", ">"), (">", ">"), (" >> ", ">"), (">>", ">"), (" -> ", ">"), (" » ", ">"), ("›", ">"),
        (" → ", ">"), ("&gt;", ">"), (" &amp;gt; ", ">"), ("|", "|"), (" | ", "|"), ("::", "::"), ("\\",
        "\\"),
        ("/", "/"), (" / ", " / "), (":", ":"), (": ", ":"), (" - ", " - "), (" – ", " - "), (";", ";"),
    ],
)  # fmt: skip
def test_every_usual_separator(sign, name):
    cells = [
        f"{top}{sign}{middle}{sign}{leaf}"
        for top, middle in (("Haus", "Küche"), ("Haus", "Bad"), ("Mode", "Damen"))
        for leaf in (f"{middle} Eins", f"{middle} Zwei", f"{middle} Drei")
    ]
    rule = decide_categories(cells)
    assert rule.separator == name and not rule.doubts and not rule.placements
    assert rule.split_path(cells[0]) == ("Haus", "Küche", "Küche Eins")
    assert read(*cells)[-1] == "Mode/Damen/Damen Drei"
    assert len(rule.said) == 1


@pytest.mark.parametrize(
    "cells",
    [
        ["TV/Video", "Audio", "Mugs", "Lamps", "Chairs"],
        ["T-Shirts - long", "Mugs", "Lamps", "Chairs", "Socks - wool"],
        ["Size: small", "Mugs", "Lamps", "Chairs"],
        ["Bath & Body", "Mugs, Cups", "Kitchen, Dining & Bar"],
        ["Women - Shoes", "Men - Bags"],
        ["AC\\/DC", "Rock\\/Pop"],
        ["C++", "<M", "None"],
        ["Mugs"],
    ],
)
def test_signs_in_names_are_no_separators(cells):
    rule = decide_categories(cells)
    assert rule.separator == "" and rule.placements == ""
    assert [len(path) for path in rule.read_column(cells).paths] == [1] * len(cells)


def test_a_weak_decision_is_said():
    rule = decide_categories(["TV/Video", "Audio/Hifi"])
    assert rule.split_path("TV/Video") == ("TV", "Video") and len(rule.doubts) == 1
    assert not decide_categories(["Home/Kitchen/Mugs", "Home/Bath/Towels"]).doubts


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (
            ["Kitchen > Mugs, Sale", "Lighting > Lamps", "Sale, Kitchen > Mugs", "Kitchen, Kitchen > Mugs"],
            ["Kitchen/Mugs", "Lighting/Lamps", "Kitchen/Mugs", "Kitchen/Mugs"],
        ),
        (["A > B; C > D", "A > B;C > D > E"], ["A/B", "C/D/E"]),
        (["A > B|C > D", "C > D | A"], ["A/B", "C/D"]),
        (["A > B\nC > D > E", "A > B"], ["C/D/E", "A/B"]),
        (["Root/Men/Tops,Root/Men,Root", "Root/Women,Root"], ["Root/Men/Tops", "Root/Women"]),
        (["Sale|New", "New|Sale", "Mugs|New", "New|Mugs"], ["Sale", "New", "Mugs", "New"]),
        # What always stands together is one name.
        (
            ["Clothing, Shoes & Jewelry > Women", "Clothing, Shoes & Jewelry > Men > Ties"],
            ["Clothing, Shoes & Jewelry/Women", "Clothing, Shoes & Jewelry/Men/Ties"],
        ),
        # Escaped signs belong to the name.
        (
            ["Salt\\, pepper > Mills, Sale", "Sale, Tools \\> 5 m", "Sale"],
            ["Salt, pepper/Mills", "Sale", "Sale"],
        ),
        (["Home > AC\\/DC", "Home > a\\|b"], ["Home/AC/DC", "Home/a|b"]),
        (["> Home > Mugs >", "Home >> > Lamps"], ["Home/Mugs", "Home/Lamps"]),
        (["Mugs &amp; Cups", "Mugs  &\u00a0Cups", " Mugs & Cups"], ["Mugs & Cups"] * 3),
        ([unicodedata.normalize("NFD", "Möbel > Stühle")], ["Möbel/Stühle"]),
        (["", " ", "A > B"], ["", "", "A/B"]),
    ],
)
def test_the_deepest_category_of_a_cell(cells, expected):
    assert read(*cells) == expected


def test_several_categories_are_counted():
    cells = ["A > B; C > D", "A > B", "C > D; A"]
    found = decide_categories(cells).read_column(cells)
    assert found.several == 2
    assert found.lines() == ["products in several categories: 2; the deepest is taken, the first of equals"]


def test_a_shop_says_what_its_cells_are():
    assert read("Tools, Hand & Power", placements="") == ["Tools, Hand & Power"]
    assert read("Kitchen > Mugs, Sale", placements=",") == ["Kitchen/Mugs"]
    assert read("A/B", separator="") == ["A/B"] and read("A - B", separator=" - ") == ["A/B"]
    assert decide_categories(["A - B"], separator="").split_path("A - B") == ("A - B",)
    with pytest.raises(CatalogueError, match="unknown separator '#'"):
        decide_categories(["A#B"], separator="#")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (['["Home >> Mugs >> Big Mugs"]', '["Home >> Lamps"]'], ["Home/Mugs/Big Mugs", "Home/Lamps"]),
        (["['Home >> Mugs', 'Sale']", "['Lamps']"], ["Home/Mugs", "Lamps"]),
        (['["Clothing", "Women", "Shoes"]', '["Clothing", "Men"]'], ["Clothing/Women/Shoes", "Clothing/Men"]),
        (['[["A", "B"], ["A", "C", "D"]]', '[["A"]]'], ["A/C/D", "A"]),
        (['["Sale", "New"]', '["New", "Sale"]'], ["Sale", "New"]),
        (["[Mugs]", "[Lamps]"], ["[Mugs]", "[Lamps]"]),
        (["[]", '["A > B"]', "[null]"], ["", "A/B", ""]),
        (["[" * 5000, '["A"]'], ["[" * 5000, "A"]),
    ],
)
def test_lists_in_cells(cells, expected):
    assert read(*cells) == expected


def test_placeholders_stand_for_no_category():
    cells = [
        "Uncategorized",
        "Mugs",
        "None",
        "NA",
        "-",
        "Home > Unknown",
        "Uncategorized, Mugs",
        "Sin categoría",
    ]
    rule = decide_categories(cells, placements=",")
    found = rule.read_column(cells)
    assert found.paths == [(), ("Mugs",), ("None",), ("NA",), (), ("Home",), ("Mugs",), ()]
    assert found.placeholders == {"Uncategorized": 1, "-": 1, "Sin categoría": 1}
    assert found.lines()[-1] == (
        "placeholders that stand for no category: 'Uncategorized' (1), '-' (1), 'Sin categoría' (1)"
    )
    kept = rule.read_column(cells, keep_placeholders=True)
    assert kept.paths[0] == ("Uncategorized",) and not kept.placeholders


names = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=8).map(
    lambda name: unicodedata.normalize("NFC", name)
)


@given(st.lists(names, min_size=2, max_size=4), st.sampled_from([">", "|", "\\", "::"]))
@settings(max_examples=60, deadline=None)
def test_a_path_is_read_as_it_was_written(path, sign):
    assert decide_categories(["A", sign.join(path)], separator=sign).split_path(sign.join(path)) == tuple(
        path
    )


@given(st.lists(st.text(st.sampled_from("AB>|/:;,\\-\n []\"'&")) | st.text(), max_size=8))
@settings(max_examples=150, deadline=None)
def test_any_cell_can_be_read(cells):
    found = decide_categories(cells).read_column(cells)
    assert len(found.paths) == len(cells)
    assert all(name and name == name.strip() for path in found.paths for name in path)


def test_many_cells_take_linear_time():
    cells = [f"Top {n % 50} > Middle {n % 700} > Leaf {n % 9000}, Sale" for n in range(200_000)]
    cells += [sign * 50_000 for sign in (">", "a>", ", ", "- ", " / ", "|", "[", "::", "\\", "a;")]
    start = time.process_time()
    decide_categories(cells).read_column(cells)
    assert time.process_time() - start < 10


def test_lists_that_json_and_python_write():
    from core.catalogue.values.lists import list_of

    assert list_of(json.dumps(["a", 1, None, ["b"]])) == ["a", "1", ["b"]]
    assert list_of("('a',)") is None and list_of("[1 + 1]") is None and list_of("{}") is None
