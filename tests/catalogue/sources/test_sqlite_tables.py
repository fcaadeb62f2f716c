import sqlite3
from contextlib import closing

import pytest

from core.catalogue.sources import sqlite_tables
from core.catalogue.sources.sqlite_tables import BINARY, read_sqlite
from core.common.errors import CatalogueError
from tests.catalogue.sources.files import mended, numbers_of, rows_of, source

PRODUCTS = "CREATE TABLE products (sku TEXT, name TEXT, price REAL, photo BLOB)"


def database(folder, *statements, name="shop.db"):
    with closing(sqlite3.connect(folder / name)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return folder / name


def read(folder, *statements, **options):
    return read_sqlite(source(database(folder, *statements), **options))


def test_the_only_table(tmp_path):
    table = read(
        tmp_path, PRODUCTS,
        "INSERT INTO products VALUES ('007', 'Mug', 12.0, NULL), (8, 'Cup', 1.25, X'FFD8FE'), "
        "(NULL, NULL, NULL, NULL), ('9', 'x', 2, CAST('text' AS BLOB))",
    )  # fmt: skip
    assert (table.kind, table.name, table.details) == (
        "sqlite",
        "shop.db, table products",
        {"table": "products"},
    )
    assert rows_of(table) == rows_of(table) == [
        ["007", "Mug", "12", ""], ["8", "Cup", "1.25", ""], ["9", "x", "2", "text"],
    ]  # fmt: skip
    assert numbers_of(table) == [1, 2, 4] and table.problems.blank == 1 and mended(table) == {BINARY: 1}


def test_several_tables(tmp_path):
    statements = (
        PRODUCTS,
        "INSERT INTO products VALUES (1, 2, 3, 4)",
        "CREATE TABLE orders (id)",
        "CREATE VIEW v AS SELECT sku FROM products",
    )
    with pytest.raises(
        CatalogueError, match=r"several tables \(products, orders, v\); choose one with --sheet"
    ):
        read(tmp_path, *statements)
    file = tmp_path / "shop.db"
    assert read_sqlite(source(file, sheet="V")).columns == ("sku",)
    with pytest.raises(CatalogueError, match="no table 'w' among"):
        read_sqlite(source(file, sheet="w"))


def test_views_beside_the_only_table(tmp_path):
    table = read(
        tmp_path,
        PRODUCTS,
        "INSERT INTO products VALUES (1, 2, 3, 4)",
        "CREATE VIEW v AS SELECT sku FROM products",
    )
    assert table.details == {"table": "products"} and table.problems.notes == [
        "read table products; views not read: v"
    ]


def test_names_that_need_quotes(tmp_path):
    table = read(tmp_path, 'CREATE TABLE "a ""b"" ; c" ("x y")', 'INSERT INTO "a ""b"" ; c" VALUES (1)')
    assert table.columns == ("x y",) and rows_of(table) == [["1"]]


def test_nothing_is_written(tmp_path):
    table = read(tmp_path, PRODUCTS, "INSERT INTO products VALUES (1, 2, 3, 4)")
    before = sorted(file.name for file in tmp_path.iterdir()), (tmp_path / "shop.db").read_bytes()
    rows_of(table)
    assert before == (sorted(file.name for file in tmp_path.iterdir()), (tmp_path / "shop.db").read_bytes())


@pytest.mark.parametrize(
    ("statements", "message"),
    [((), "not an SQLite database|without tables"), ((PRODUCTS,), "table 'products' has no rows")],
)
def test_nothing_to_read(tmp_path, statements, message):
    with pytest.raises(CatalogueError, match=message):
        read(tmp_path, *statements)


def test_a_damaged_database(tmp_path):
    file = database(tmp_path, PRODUCTS, "INSERT INTO products VALUES (1, 2, 3, 4)")
    content = file.read_bytes()
    with pytest.raises(CatalogueError, match=r"shop\.db: (not an SQLite database|damaged)"):
        rows_of(read_sqlite(source(file, content[:4000])))


def test_a_view_that_never_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite_tables, "_MOST_SECONDS", 0.05)
    numbers = "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r)"
    endless = f"CREATE VIEW v AS {numbers} SELECT sum(x) FROM r"
    with pytest.raises(CatalogueError, match="interrupted"):
        read(tmp_path, endless)
