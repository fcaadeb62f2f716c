"""Which column of a table is what: tables as shops write them, and tables without telling names."""

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalogue.columns.matching import match_columns
from core.common.errors import CatalogueError

N = 24
WORDS = ("amber", "slate", "coral", "olive", "ivory", "teal")
CELLS = {
    "sku": [f"A-{n:04d}" for n in range(N)],
    "name": [f"{WORDS[n % 6].title()} {'mug' if n % 2 else 'lamp'} no {n}" for n in range(N)],
    "description": [f"A {WORDS[n % 6]} thing for the house, made with care, number {n}." for n in range(N)],
    "category": ["Mugs" if n % 2 else "Lamps" for n in range(N)],
    "path": ["Home > Kitchen > Mugs" if n % 2 else "Home > Light > Lamps" for n in range(N)],
    "price": [f"{n + 3}.50" for n in range(N)],
    "money": [f"{n + 3},50 €" for n in range(N)],
    "image": [f"img{n}.jpg" for n in range(N)],
    "address": [f"https://x.example/{n}.jpg" for n in range(N)],
    "page": [f"https://x.example/product/{n}" for n in range(N)],
    "brand": [("Acme", "Umbrella", "Initech")[n % 3] for n in range(N)],
    "kind": ["simple" if n % 3 else "variable" for n in range(N)],
    "yes": ["yes" if n % 3 else "no" for n in range(N)],
    "digits": [str(n % 4 + 100) for n in range(N)],
    "empty": [""] * N,
    "half": ["" if n % 2 else f"Half {n}" for n in range(N)],
}


def match(columns: dict[str, str], **known):
    """Match a table: column -> which of CELLS it holds."""
    return match_columns(list(columns), {column: CELLS[cells] for column, cells in columns.items()}, **known)


def test_a_plain_table():
    found = match({each: each for each in ("sku", "name", "description", "category", "price", "image")})
    assert found.to_dict() == {
        "sku": "sku", "name": "name", "description": "description", "category": "category", "price": "price",
        "images": "image",
    }  # fmt: skip
    assert found.unused == found.warnings == () and found.level is None
    assert found.matches["name"].why == "called 'name'" and "sku: sku (called 'sku')" in found.lines()


def test_shopify():
    found = match(
        {
            "Handle": "sku", "Title": "name", "Body (HTML)": "description", "Vendor": "brand",
            "Product Category": "path",
            "Type": "category", "Tags": "yes", "Variant SKU": "sku", "Variant Price": "price",
            "Image Src": "address",
            "Image Position": "digits", "Variant Image": "empty", "Status": "kind",
        }
    )  # fmt: skip
    assert found.columns_of("category") == ("Product Category",)
    assert found.columns_of("images") == ("Image Src",) and found.columns_of("price") == ("Variant Price",)
    assert (
        len(found.warnings) == 1 and "Type (2 values)" in found.warnings[0] and "--label" in found.warnings[0]
    )


def test_an_empty_path_column_gives_way():
    found = match({"Title": "name", "Product Category": "empty", "Type": "category"})
    assert found.columns_of("category") == ("Type",) and found.warnings == ()


def test_woocommerce_in_german():
    found = match(
        {
            "ID": "digits", "Typ": "kind", "Artikelnummer": "sku", "Name": "name", "Kurzbeschreibung": "name",
            "Beschreibung": "description", "Regulärer Preis": "money", "Kategorien": "path",
            "Bilder": "address",
            "Übergeordnet": "half",
        }
    )  # fmt: skip
    assert found.to_dict() == {
        "sku": "Artikelnummer", "name": "Name", "description": "Beschreibung", "category": "Kategorien",
        "price": "Regulärer Preis", "images": "Bilder", "parent": "Übergeordnet", "kind": "Typ",
    }  # fmt: skip
    assert found.warnings == () and found.unused == ("ID", "Kurzbeschreibung")


def test_merchant():
    columns = {
        "g:id": "sku", "g:title": "name", "g:description": "description", "g:link": "page",
        "g:image_link": "address",
        "g:additional_image_link": "empty", "g:price": "money", "g:google_product_category": "digits",
        "g:product_type": "path", "g:item_group_id": "digits", "g:brand": "brand",
    }  # fmt: skip
    found = match(columns)
    assert found.columns_of("images") == ("g:image_link", "g:additional_image_link")
    assert found.columns_of("category") == ("g:product_type",) and found.columns_of("url") == ("g:link",)
    assert found.columns_of("parent") == ("g:item_group_id",) and len(found.warnings) == 1


def test_kinds_of_products_are_no_category():
    found = match({"name": "name", "product_type": "kind", "brand": "brand"})
    assert "category" not in found.matches and found.columns_of("kind") == ("product_type",)
    found = match({"name": "name", "product_type": "kind", "categories": "category"})
    assert found.columns_of("category") == ("categories",) and found.warnings == ()
    found = match({"name": "name", "product_type": "category"})
    assert found.columns_of("category") == ("product_type",) and "kind" not in found.matches


def test_levels_are_one_path():
    columns = {
        "id": "sku",
        "masterCategory": "brand",
        "subCategory": "category",
        "productDisplayName": "name",
    }
    assert match(columns).columns_of("category") == ("masterCategory", "subCategory")
    found = match({**columns, "category path": "path"})
    assert found.columns_of("category") == ("category path",)
    assert any("masterCategory > subCategory" in warning for warning in found.warnings)
    assert match(columns, label="subcategory").columns_of("category") == ("subCategory",)


def test_numbered_and_further_images():
    found = match(
        {"name": "name", "image_2": "image", "image_1": "image", "image_10": "empty", "more images": "image"}
    )
    assert found.columns_of("images") == ("image_1", "image_2", "image_10", "more images")
    found = match({"name": "name", "Bild": "address", "Bild (2)": "address"})
    assert found.columns_of("images") == ("Bild", "Bild (2)")
    found = match({"name": "name", "main_image_url": "address", "other_image_url1": "address"})
    assert found.columns_of("images") == ("main_image_url", "other_image_url1")
    found = match({"name": "name", "path": "path", "picture": "image"})
    assert found.columns_of("images") == ("picture",)


def test_the_language_that_is_filled_most():
    found = match({"sku": "sku", "name_de": "half", "name_en": "name", "description_de": "description"})
    assert found.columns_of("name") == ("name_en",) and found.columns_of("description") == ("description_de",)
    assert "name_de 50.0%" in found.warnings[0] and "name_en 100.0%" in found.warnings[0]
    assert match({"name": "name", "name_en": "name"}).columns_of("name") == ("name",)


def test_an_empty_column_gives_way_to_a_full_one():
    assert match({"name": "empty", "name (2)": "name"}).columns_of("name") == ("name (2)",)
    assert match({"title": "empty", "headline": "name"}).columns_of("name") == ("headline",)
    assert match({"name": "name", "brand": "empty"}).columns_of("brand") == ("brand",)


def test_cells_decide_where_names_say_nothing():
    found = match(
        {
            "c1": "sku",
            "c2": "name",
            "c3": "description",
            "c4": "category",
            "c5": "money",
            "c6": "address",
            "c7": "yes",
        }
    )
    assert found.to_dict() == {
        "sku": "c1", "name": "c2", "description": "c3", "category": "c4", "price": "c5", "images": "c6",
    }  # fmt: skip
    assert found.unused == ("c7",)
    assert len(found.warnings) == 6 and all("guessed from its cells" in warning for warning in found.warnings)
    assert all(match.doubt for match in found.matches.values())


def test_several_guesses_of_a_category_are_named():
    (warning,) = [
        each for each in match({"name": "name", "a": "brand", "b": "category"}).warnings if "category" in each
    ]
    assert "a" in warning and "b (2 values)" in warning and "--label" in warning
    found = match({"name": "name", "a": "category", "b": "path"})
    assert found.columns_of("category") == ("b",)


def test_the_user_chooses():
    columns = {"sku": "sku", "Titel": "name", "alt": "name", "group": "brand", "category": "category"}
    found = match(columns, chosen={"name": "ALT", "image": ""}, label="group@-1")
    assert found.columns_of("name") == ("alt",) and found.matches["name"].why == "chosen"
    assert found.columns_of("category") == ("group",) and found.level == -1 and found.warnings == ()
    assert "category" in found.unused and "Titel" in found.unused
    assert match(columns, chosen={"category": "group@1"}).level == 1
    assert match({**columns, "a@1": "brand"}, label="a@1").level is None
    assert match(columns, chosen={"images": ["Titel", "alt"]}).columns_of("images") == ("Titel", "alt")
    assert "category" not in match(columns, chosen={"category": ""}).matches
    decomposed = unicodedata.normalize("NFD", "Größe ")
    assert match({**columns, decomposed: "brand"}, label="größe").columns_of("category") == (decomposed,)


@pytest.mark.parametrize(
    ("known", "message"),
    [
        ({"chosen": {"name": "Titl"}}, "no column 'Titl' among sku, Titel"),
        ({"label": "kind@1"}, "no column 'kind' among sku, Titel"),
        ({"chosen": {"nam": "Titel"}}, "unknown field 'nam'.*expected one of sku, name"),
        ({"label": "Titel@0"}, "there is no 0"),
    ],
)
def test_wrong_names_list_the_right_ones(known, message):
    with pytest.raises(CatalogueError, match=message):
        match({"sku": "sku", "Titel": "name"}, **known)


def test_a_table_of_nothing():
    found = match_columns([], {})
    assert found.matches == {} and found.unused == ()
    assert match_columns(["name"], {"name": []}).columns_of("name") == ("name",)
    assert match_columns(["name", ""], {}).unused == ("",)


@given(
    st.lists(st.text(max_size=10) | st.sampled_from(["name", "image 1", "cat 1", "cat 2", "type", "price"]),
    unique=True,
             max_size=6),
    st.lists(st.text(max_size=12) | st.sampled_from(["a.jpg", "1,50 €", "A > B", "simple", "x y"]),
    min_size=1, max_size=8),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_any_table_can_be_matched(columns, cells):
    sample = {column: cells[number:] + cells[:number] for number, column in enumerate(columns)}
    found = match_columns(columns, sample)
    taken = [column for each in found.matches.values() for column in each.columns]
    assert sorted([*taken, *found.unused]) == sorted(columns)


def test_a_wide_table_is_matched_fast():
    columns = [f"attribute {n}" for n in range(300)] + ["name"]
    sample = {column: [f"{column} value {n % 40}, and more of it" for n in range(3000)] for column in columns}
    start = time.process_time()
    match_columns(columns, sample)
    assert time.process_time() - start < 15


def test_a_category_with_one_value_is_said():
    cells = {"sku": ["1", "2", "3"], "name": ["Mug", "Cup", "Bowl"], "category": ["Home"] * 3}
    (warning,) = match_columns(list(cells), cells).warnings
    assert "all products have the same" in warning
