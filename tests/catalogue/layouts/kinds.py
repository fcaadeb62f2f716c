"""Tables of every kind, written as their owners have them: four mugs and four lamps of our own making."""

import base64
import csv
import gzip
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

NAMES = [f"{colour} {what}" for what in ("mug", "lamp") for colour in ("Amber", "Slate", "Coral", "Olive")]
TOPS = ["Kitchen"] * 4 + ["Lighting"] * 4
LEAVES = ["Mugs"] * 4 + ["Lamps"] * 4
PATHS = [f"{top} > {leaf}" for top, leaf in zip(TOPS, LEAVES, strict=True)]
PRICES = [10.5 + n for n in range(8)]
SKUS = [f"{n:05d}" for n in range(1, 9)]
TEXTS = [f"A fine {name.lower()} for every day, number {n}." for n, name in enumerate(NAMES)]


def address(sku: str, more: str = "") -> str:
    return f"https://shop.example/p/{sku}{more}.jpg"


def jpeg(number: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (12 + number, 8), (20 * number, 90, 200)).save(out, "JPEG")
    return out.getvalue()


def rows_csv(header: list[str], rows: list[list[object]], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows([header, *rows])
    return out.getvalue()


def plain_rows() -> tuple[list[str], list[list[object]]]:
    header = ["sku", "name", "description", "category", "price"]
    return header, [list(row) for row in zip(SKUS, NAMES, TEXTS, PATHS, PRICES, strict=True)]


def plain_csv(folder: Path) -> None:
    (folder / "products.csv").write_text(rows_csv(*plain_rows()))


def gzipped(folder: Path) -> None:
    (folder / "products.csv.gz").write_bytes(gzip.compress(rows_csv(*plain_rows()).encode()))


def zipped(folder: Path) -> None:
    with zipfile.ZipFile(folder / "export.zip", "w") as archive:
        archive.writestr("products.csv", rows_csv(*plain_rows()))


def excel_sep(folder: Path) -> None:
    (folder / "products.csv").write_text("sep=;\n" + rows_csv(*plain_rows(), delimiter=";"))


def utf16(folder: Path) -> None:
    (folder / "products.txt").write_bytes(rows_csv(*plain_rows(), delimiter="\t").encode("utf-16"))


def json_array(folder: Path) -> None:
    header, rows = plain_rows()
    (folder / "products.json").write_text(json.dumps([dict(zip(header, row, strict=True)) for row in rows]))


def json_lines(folder: Path) -> None:
    header, rows = plain_rows()
    lines = [json.dumps(dict(zip(header, row, strict=True))) for row in rows]
    (folder / "products.jsonl").write_text("\n".join(lines))


def parquet(folder: Path) -> None:
    header, rows = plain_rows()
    columns = zip(*rows, strict=True)
    pq.write_table(pa.table(dict(zip(header, map(list, columns), strict=True))), folder / "products.parquet")


def sqlite(folder: Path) -> None:
    header, rows = plain_rows()
    with sqlite3.connect(folder / "shop.sqlite") as base:
        base.execute(f"create table products ({', '.join(header)})")
        base.executemany("insert into products values (?, ?, ?, ?, ?)", rows)


def shopify(folder: Path) -> None:
    header = ["Handle", "Title", "Body (HTML)", "Vendor", "Product Category", "Type", "Option1 Name"]
    header += ["Option1 Value", "Variant SKU", "Variant Price", "Image Src", "Image Position", "Status"]
    rows: list[list[object]] = []
    for sku, name, text, path, leaf, price in zip(SKUS, NAMES, TEXTS, PATHS, LEAVES, PRICES, strict=True):
        own = ["Acme", path, leaf, "Size", "S", f"{sku}-S", price, address(sku, "-b"), 2, "active"]
        rows.append([sku, name, f"<p>{text}</p>", *own])
        rows.append([sku, *[""] * 6, "L", f"{sku}-L", price + 1, address(sku), 1, ""])
    (folder / "products_export.csv").write_text(rows_csv(header, rows))


def woocommerce(folder: Path) -> None:
    header = ["ID", "Typ", "Artikelnummer", "Name", "Beschreibung", "Regulärer Preis", "Kategorien"]
    header += ["Bilder", "Übergeordnetes Produkt"]
    rows: list[list[object]] = []
    for number, row in enumerate(zip(SKUS, NAMES, TEXTS, PATHS, PRICES, strict=True), 1):
        sku, name, text, path, price = row
        images = f"{address(sku)}, {address(sku, '-b')}"
        rows.append([number, "variable", sku, name, text, price, f"Angebote, {path}", images, ""])
        rows.append([number + 100, "variation", f"{sku}-L", f"{name} - L", "", price, "", "", f"id:{number}"])
    (folder / "wc.csv").write_text(rows_csv(header, rows))


def merchant_tsv(folder: Path) -> None:
    header = ["id", "title", "description", "link", "image link", "additional image link", "price"]
    header += ["google product category", "product type", "item group id"]
    rows: list[list[object]] = [
        [
            sku,
            name,
            text,
            "https://shop.example/x",
            address(sku),
            address(sku, "-b"),
            f"{price} EUR",
            "632",
            path,
            "",
        ]
        for sku, name, text, path, price in zip(SKUS, NAMES, TEXTS, PATHS, PRICES, strict=True)
    ]
    (folder / "feed.tsv").write_text(rows_csv(header, rows, "\t"))


def merchant_xml(folder: Path) -> None:
    items = "".join(
        f"<item><g:id>{sku}</g:id><title>{name}</title><description>{text}</description>"
        f"<g:image_link>{address(sku)}</g:image_link>"
        f"<g:additional_image_link>{address(sku, '-b')}</g:additional_image_link>"
        f"<g:price>{price} EUR</g:price>"
        f"<g:product_type>{path.replace('>', '&gt;')}</g:product_type></item>"
        for sku, name, text, path, price in zip(SKUS, NAMES, TEXTS, PATHS, PRICES, strict=True)
    )
    (folder / "feed.xml").write_text(
        f'<rss xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title>{items}</channel></rss>'
    )


def yandex(folder: Path) -> None:
    categories = '<category id="1">Kitchen</category><category id="2" parentId="1">Mugs</category>'
    categories += '<category id="3">Lighting</category><category id="4" parentId="3">Lamps</category>'
    offers = "".join(
        f'<offer id="{sku}"><name>{name}</name><description>{text}</description><price>{price}</price>'
        f"<currencyId>RUB</currencyId><categoryId>{2 if leaf == 'Mugs' else 4}</categoryId>"
        f"<picture>{address(sku)}</picture><picture>{address(sku, '-b')}</picture></offer>"
        for sku, name, text, leaf, price in zip(SKUS, NAMES, TEXTS, LEAVES, PRICES, strict=True)
    )
    (folder / "feed.xml").write_text(
        f"<yml_catalog><shop><categories>{categories}</categories><offers>{offers}</offers></shop></yml_catalog>"
    )


def magento(folder: Path) -> None:
    header = ["sku", "product_type", "attribute_set_code", "name", "description", "categories", "price"]
    header += ["base_image", "additional_images", "configurable_variations"]
    rows: list[list[object]] = []
    for sku, name, text, path, price in zip(SKUS, NAMES, TEXTS, PATHS, PRICES, strict=True):
        tree = path.replace(" > ", "/")
        rows.append([f"{sku}-S", "simple", "Default", f"{name} S", text, tree, price, "", "", ""])
        listed = f"sku={sku}-S,size=S"
        rows.append(
            [
                sku,
                "configurable",
                "Default",
                name,
                text,
                f"{tree},Sale",
                price,
                f"/a/{sku}.jpg",
                f"/a/{sku}-b.jpg",
                listed,
            ]
        )
    (folder / "catalog_product.csv").write_text(rows_csv(header, rows))


def amazon(folder: Path) -> None:
    lines = [
        json.dumps(
            {
                "asin": sku,
                "title": name,
                "description": [text],
                "category": path.split(" > "),
                "imageURLHighRes": [address(sku), address(sku, "-b")],
                "price": f"USD {price}",
            }
        )
        for sku, name, text, path, price in zip(SKUS, NAMES, TEXTS, PATHS, PRICES, strict=True)
    ]
    (folder / "meta.jsonl").write_text("\n".join(lines))


def huggingface(folder: Path) -> None:
    images = [{"bytes": jpeg(number), "path": f"{sku}.jpg"} for number, sku in enumerate(SKUS)]
    kind = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    table = pa.table({"image": pa.array(images, kind), "label": LEAVES, "title": NAMES})
    pq.write_table(table, folder / "train.parquet")


def image_folder(folder: Path) -> None:
    for number, (sku, leaf) in enumerate(zip(SKUS, LEAVES, strict=True)):
        (folder / leaf).mkdir(exist_ok=True)
        (folder / leaf / f"{sku}.jpg").write_bytes(jpeg(number))


def label_list(folder: Path) -> None:
    (folder / "images").mkdir()
    for number, sku in enumerate(SKUS):
        (folder / "images" / f"{sku}.jpg").write_bytes(jpeg(number))
    lines = [f"images/{sku}.jpg {leaf}" for sku, leaf in zip(SKUS, LEAVES, strict=True)]
    (folder / "train.txt").write_text("\n".join(lines))


def base64_cells(folder: Path) -> None:
    rows: list[list[object]] = [
        [sku, name, leaf, base64.b64encode(jpeg(number)).decode()]
        for number, (sku, name, leaf) in enumerate(zip(SKUS, NAMES, LEAVES, strict=True))
    ]
    (folder / "products.csv").write_text(rows_csv(["sku", "name", "category", "image"], rows))


WRITERS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "plain": ("csv", plain_csv),
    "gzip": ("csv", gzipped),
    "zip": ("csv", zipped),
    "sep line": ("csv", excel_sep),
    "utf-16": ("csv", utf16),
    "json array": ("json", json_array),
    "json lines": ("json", json_lines),
    "parquet": ("parquet", parquet),
    "sqlite": ("sqlite", sqlite),
    "shopify": ("shopify", shopify),
    "woocommerce": ("woocommerce", woocommerce),
    "merchant tsv": ("merchant", merchant_tsv),
    "merchant xml": ("merchant", merchant_xml),
    "yandex": ("yandex", yandex),
    "magento": ("magento", magento),
    "amazon": ("amazon", amazon),
    "huggingface": ("huggingface", huggingface),
    "image folder": ("images", image_folder),
    "label list": ("list", label_list),
    "base64": ("csv", base64_cells),
}
"""Kind -> the format it is recognised as, and its writer."""
