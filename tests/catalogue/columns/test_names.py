"""Usual column names in twelve languages, and those of shops' exports."""

import pytest

from core.catalogue.columns.fields import FIELDS
from core.catalogue.columns.matches import named_candidates
from core.catalogue.columns.names import NAMES, PATH_NAMES, key_of, more_images, usual_names

FIVE = ("sku", "name", "description", "category", "price", "images", "brand", "colour", "size", "currency")
# As shops write them, with capitals and accents: sku, name, description, category, price, images, brand, ...
HEADERS = {
    "English": "Product ID|Product Title|Description|Category|Price|Image URL|Brand|Color|Size|Currency",
    "German": "Artikel-Nr.|Bezeichnung|Beschreibung|Kategorie|Preis|Bild|Marke|Farbe|Größe|Währung",
    "French": "Référence|Désignation|Description|Catégorie|Prix TTC|Image|Marque|Couleur|Taille|Devise",
    "Spanish": "Código|Nombre|Descripción|Categoría|Precio|Imagen|Marca|Color|Talla|Moneda",
    "Italian": "Codice articolo|Nome|Descrizione|Categoria|Prezzo|Immagine|Marca|Colore|Taglia|Valuta",
    "Portuguese": "Código do produto|Nome|Descrição|Categoria|Preço|Imagem|Marca|Cor|Tamanho|Moeda",
    "Dutch": "Artikelnummer|Naam|Omschrijving|Categorie|Prijs|Afbeelding|Merk|Kleur|Maat|Valuta",
    "Polish": "Kod produktu|Nazwa|Opis|Kategoria|Cena|Zdjęcie|Marka|Kolor|Rozmiar|Waluta",
    "Russian": "Артикул|Название|Описание|Категория|Цена|Изображение|Бренд|Цвет|Размер|Валюта",
    "Turkish": "Stok Kodu|Ürün Adı|Açıklama|Kategori|Fiyat|Görsel|Marka|Renk|Beden|Para Birimi",
    "Japanese": "商品コード|商品名|商品説明|カテゴリー|価格|画像|ブランド|カラー|サイズ|通貨",
    "simplified Chinese": "商品编码|商品名称|商品描述|分类|价格|图片|品牌|颜色|尺码|币种",
    "traditional Chinese": "商品編號|商品名稱|商品描述|分類|價格|圖片|品牌|顏色|尺碼|幣別",
}
SHOPS = {
    "Handle": "sku", "Variant SKU": "sku", "Body (HTML)": "description", "Vendor": "brand",
    "Product Category": "category",
    "Variant Price": "price", "Image Src": "images", "Regular price": "price", "Regulärer Preis": "price",
    "Kategorien": "category", "UGS": "sku", "Tarif régulier": "price", "Übergeordnet": "parent",
    "Superior": "parent",
    "Категории": "category", "Базовая цена": "price", "Görseller": "images", "常规售价": "price",
    "画像": "images",
    "base_image": "images", "additional_images": "images", "g:id": "sku", "g:title": "name",
    "g:image_link": "images",
    "g:additional_image_link": "images", "g:google_product_category": "category", "g:item_group_id": "parent",
    "item_sku": "sku", "item_name": "name", "product_description": "description", "standard_price": "price",
    "main_image_url": "images", "other_image_url3": "images", "parent_sku": "parent",
    "feed_product_type": "category",
    "IMAGE10": "images", "CURRENCY_CODE": "currency", "*Title": "name", "PicURL": "images",
    "*StartPrice": "price",
    "Custom label (SKU)": "sku", "Item photo URL": "images", "Reference #": "sku",
    "Price tax included": "price",
    "Image URLs (x,y,z...)": "images", "Categories (x,y,z...)": "category", "name(en-gb)": "name",
    "image_name": "images",
    "vendorCode": "sku", "product_category_tree": "category", "productDisplayName": "name",
    "baseColour": "colour",
    "Product_id": "sku", "BrandName": "brand", "Product Title (EN)": "name", "Category*": "category",
    "Price (in Rs)": "price", "Preis in €": "price", "item title": "name",
    "produkt_beschreibung": "description",
}  # fmt: skip


def field_of(column: str) -> list[str]:
    return [field for field in FIELDS if named_candidates([column], field)]


@pytest.mark.parametrize("language", HEADERS)
def test_usual_names(language):
    names = HEADERS[language].split("|")
    assert {name: field for name, field in zip(names, FIVE, strict=True) if field not in field_of(name)} == {}
    shouted = [name.upper() for name in names] + [name.lower().replace(" ", "_") for name in names]
    assert {
        name for name, field in zip(shouted, FIVE * 2, strict=True) if field not in field_of(name)
    } == set()


@pytest.mark.parametrize("column", SHOPS)
def test_shops_own_names(column):
    assert SHOPS[column] in field_of(column)


@pytest.mark.parametrize(
    "column",
    [
        "Image Alt Text",
        "Image Position",
        "Option1 Name",
        "quantity",
        "Published",
        "Status",
        "weight",
        "Tags",
        "",
    ],
)
def test_names_of_other_things(column):
    assert field_of(column) == []


def test_the_names_themselves():
    for field, lines in NAMES.items():
        assert field in FIELDS and {
            "en",
            "de",
            "fr",
            "es",
            "it",
            "pt",
            "nl",
            "pl",
            "ru",
            "tr",
            "ja",
            "zh",
        } <= set(lines)
    assert set(NAMES) == set(FIELDS)
    several = {key: set(fields) for key, fields in usual_names().items() if len(fields) > 1}
    assert all(fields == {"category", "kind"} for fields in several.values()), several
    assert set(usual_names()) >= PATH_NAMES
    assert "additionalimagelink" in more_images() and key_of("Größe ") == "grosse"
