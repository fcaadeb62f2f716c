import pandas as pd
import pytest

from core.catalogue.product_names import (
    normal_name,
    products_of,
    tells_products_apart,
    without_size,
    without_variant,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Blue  Shirt", "blue shirt"), ("T-Shirt (XL)", "t shirt xl"), ("Straße", "STRASSE"), ("ﬁne", "fine")],
)
def test_names_of_the_same_product_are_equal(one, other):
    assert normal_name(one) == normal_name(other)


@pytest.mark.parametrize(
    "names",
    [
        ("Linen dress, size S", "Linen dress, size 3XL", "Linen dress, Size 12", "Linen dress, size 38/40"),
        ("Linen dress S", "Linen dress XL", "Linen dress - M", "Linen dress (2XL)", "Linen dress S/M"),
        ("Linen dress large", "Linen dress Extra Small"),
        ("Leinenkleid Anna Größe 38", "Leinenkleid Anna Groesse M", "Leinenkleid Anna Gr. 44"),
        ("Robe de lin taille 38", "Robe de lin taille M"),
        (
            "Olive oil Nonna 500 ml",
            "Olive oil Nonna 0,75l",
            "Olive oil Nonna 1.5 L",
            "Olive oil Nonna 6 x 250ml",
        ),
        (
            "Oak shelf Ida 20 x 30 cm",
            "Oak shelf Ida 25x35x40 cm",
            "Oak shelf Ida 2 m",
            "Oak shelf Ida 80x120",
        ),
        ("Phone Zeta 3 64GB", "Phone Zeta 3 128 GB"),
        ('Screen Vega 27"', "Screen Vega 32 inch", "Screen Vega 24-inch"),
        ("Baby body Tim 0-3 months", "Baby body Tim 6-12 months", "Baby body Tim 2 years"),
        ("Running shoe Flo UK 7.5", "Running shoe Flo EU 42"),
        ("Slim jeans Kai W32/L34", "Slim jeans Kai W30 L32"),
        ("Gel pens Ola, pack of 3", "Gel pens Ola, pack of 12", "Gel pens Ola, 6 pcs"),
    ],
)
def test_sizes_are_found(names):
    assert len({without_size(name) for name in names}) == 1
    assert all(tells_products_apart(without_size(name)) for name in names)


@pytest.mark.parametrize(
    "names",
    [
        ("Wool hat Ben red", "Wool hat Ben dark grey", "Wool hat Ben Navy Blue", "Wool hat Ben black/white"),
        ("Wool hat Ben, Blue & Off White", "Wool hat Ben, multicoloured", "Wool hat Ben, rose gold"),
        ("Wollmütze Ben schwarz", "Wollmütze Ben weiß", "Wollmütze Ben blau und grün"),
        ("Bonnet Ben noir", "Bonnet Ben vert et blanche"),
        ("Gorro Ben rojo", "Gorro Ben amarilla"),
    ],
)
def test_colours_are_found(names):
    assert len({without_variant(name) for name in names}) == 1
    assert len({without_size(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    "names",
    [
        ("iPhone 12", "iPhone 13", "iPhone 12 Pro"),
        ("Onyx S watch", "Onyx watch", "Onyx X watch"),  # what states a size is not what states none
        ("Men's shirt Tom", "Men shirt Tom", "Men M shirt Tom"),
        ("3 in 1 printer", "2 in 1 printer"),
        ("R&S meter", "R&M meter"),
        ("L.L. coat Ann", "S.S. coat Ann"),
        ("Model 10 lamp", "Model 20 lamp"),
        ("Art. 4711 lamp", "Art. 4712 lamp"),
        ("Redwood table", "Blackwood table"),
    ],
)
def test_what_only_looks_like_a_size_or_a_colour_stays(names):
    assert len({without_variant(name) for name in names}) == len(names)


def test_vowel_signs_tell_names_apart():
    names = ["दाल", "दिल", "दील", "दूल", "दल", "ชุดนอน", "ชุดนิน", "كَتَبَ", "كتب"]
    assert len({normal_name(name) for name in names}) == len(names)
    assert normal_name("दाल-चावल (नया)") == "दाल चावल नया"
    assert normal_name("❤️ Cup") == "cup"
    assert without_variant("साड़ी लाल", "लाल") == "साड़ी colour"
    assert without_variant("लाला साड़ी", "लाल") == "लाला साड़ी"


def test_the_catalogues_own_colours_are_found_in_any_language():
    assert without_variant("Kubek Ola, miętowy", "miętowy") == without_variant("Kubek Ola, czarny", "Czarny")
    assert without_variant("Mug Ola, mint", "mint") == without_variant("Mug Ola, red")
    assert without_variant("Mug Ola, mint") != without_variant("Mug Ola, red")
    assert without_variant("Peppermint tea", "mint") == "peppermint tea"
    assert without_variant("Phone 12", "12") == "phone 12"  # a code, not a word


@pytest.mark.parametrize("name", ["Shirt red", "T-shirt M, blue", "Mug 300 ml", "XL", "", "黒 L"])
def test_a_kind_of_product_is_no_product(name):
    assert not tells_products_apart(without_variant(name))


def test_a_product_without_a_name_is_known_by_its_description():
    table = pd.DataFrame(
        {
            "name": ["Wool hat Ben, red", "Wool hat Ben, teal", "", ""],
            "description": ["warm", "cold", "A warm hat, size M", ""],
        }
    )
    assert products_of(table) == ["wool hat ben colour", "wool hat ben colour", "a warm hat size", ""]
    own = products_of(table.assign(colour=["", "", "warm", ""]))
    assert own[2] == "a colour hat size"
