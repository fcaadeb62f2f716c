import gzip
import json
import os
import random
import sqlite3
from contextlib import closing

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalogue.sources.opening import open_table
from core.common.errors import CatalogueError
from tests.catalogue.sources.files import PROPERTY, ods, rows_of, xls, xlsx, zipped

CSV = b"sku,name\n1,Blue mug\n2,Lamp\n"
ROWS = [["1", "Blue mug"], ["2", "Lamp"]]
IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


def write(folder, **files):
    """Write files whose names have _ for a dot and __ for a slash."""
    for name, content in files.items():
        file = folder / name.replace("__", "/").replace("_", ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def parquet(**columns):
    target = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), target)
    return target.getvalue().to_pybytes()


def database():
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE p (sku, name)")
        connection.executemany("INSERT INTO p VALUES (?, ?)", ROWS)
        connection.commit()
        return connection.serialize()


KINDS = {
    "delimited": CSV,
    "sheet": xlsx({"S": [["sku", "name"], *ROWS]}),
    "json": json.dumps([{"sku": sku, "name": name} for sku, name in ROWS]).encode(),
    "parquet": parquet(sku=["1", "2"], name=["Blue mug", "Lamp"]),
    "xml": b"<r>" + b"".join(f"<i><sku>{s}</sku><name>{n}</name></i>".encode() for s, n in ROWS) + b"</r>",
    "list": b"a/1.jpg Mugs\nb/2.jpg Lamps\n",
    "sqlite": database(),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["t.csv", "t", "t.dat"])
def test_the_content_decides_what_a_file_is(tmp_path, kind, name):
    (tmp_path / name).write_bytes(KINDS[kind])
    table = open_table(tmp_path / name)
    assert table.kind == kind and len(rows_of(table)) == 2
    if kind != "list":
        assert table.columns == ("sku", "name") and rows_of(table) == ROWS


@pytest.mark.parametrize("kind", KINDS)
def test_compressed_files(tmp_path, kind):
    (tmp_path / "t.gz").write_bytes(gzip.compress(KINDS[kind]))
    (tmp_path / "t.zip").write_bytes(
        zipped({"products.txt.gz": gzip.compress(KINDS[kind]), "images/1.jpg": "x"})
    )
    for name, compression in (("t.gz", "gzip"), ("t.zip", "gzip")):
        table = open_table(tmp_path / name)
        assert (
            table.kind == kind
            and table.path == tmp_path / name
            and table.details["compression"] == compression
        )
        assert len(rows_of(table)) == len(rows_of(table)) == 2


def test_an_unpacked_file_lives_as_long_as_its_rows_are_read(tmp_path):
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(CSV))
    batches = open_table(tmp_path / "t.csv.gz").batches(1)
    assert [batch.columns["sku"] for batch in batches] == [["1"], ["2"]]


def test_excel_97_under_a_wrong_name(tmp_path):
    (tmp_path / "t.xlsx").write_bytes(xls())
    assert open_table(tmp_path / "t.xlsx").name == "t.xlsx, sheet Stock"


def test_the_table_of_a_folder(tmp_path):
    folder = write(tmp_path, my_csv=CSV, README_md="a,b\n1,2\n", images__1_jpg="x", _hidden_csv="x")
    table = open_table(folder)
    assert (table.name, table.path) == ("my.csv", folder) and rows_of(table) == ROWS


def test_a_preferred_name_among_others(tmp_path):
    table = open_table(write(tmp_path, products_csv=CSV, orders_csv="a,b\n1,2\n"))
    assert table.name == "products.csv" and table.problems.notes == [
        "read products.csv; not read: orders.csv"
    ]


def test_files_with_the_same_columns(tmp_path):
    table = open_table(write(tmp_path, part1_csv=CSV, part2_csv="name,sku\nCup,3\n"))
    assert rows_of(table) == [*ROWS, ["3", "Cup"]] and table.details["files"] == "2"


def test_several_tables(tmp_path):
    with pytest.raises(CatalogueError, match=r"several tables \(a\.csv, b\.csv\); give the path"):
        open_table(write(tmp_path, a_csv=CSV, b_csv="x,y\n1,2\n"))
    with pytest.raises(CatalogueError, match=r"several tables \(a\.csv, b\.csv, c\.xlsx\)"):
        open_table(write(tmp_path, c_xlsx=KINDS["sheet"]))


def test_shards_of_hugging_face(tmp_path):
    images = [{"bytes": b"one", "path": None}, {"bytes": b"two", "path": None}]
    for split in ("train", "test"):
        for shard in range(2):
            content = parquet(image=pa.array(images, IMAGE), text=[f"{split} {shard} a", "b"])
            name = f"data/{split}-0000{shard}-of-00002.parquet"
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_bytes(content)
    table = open_table(tmp_path)
    assert table.columns == ("image", "text", "split") and len(rows_of(table)) == 8
    reference, text, split = rows_of(table)[4]
    assert (text, split) == ("train 0 a", "train")
    assert reference == "parquet:data/train-00000-of-00002.parquet#0/image"
    assert table.image_bytes(reference.replace("#0", "#1")) == b"two"


def test_images_without_a_table(tmp_path):
    folder = write(tmp_path / "f", Mugs__1_jpg="x", Lamps__2_png="x", README_md="x")
    table = open_table(folder)
    assert table.kind == "images" and rows_of(table) == [["Lamps/2.png", "Lamps"], ["Mugs/1.jpg", "Mugs"]]
    (tmp_path / "t.zip").write_bytes(
        zipped({"x/Mugs/1.jpg": "", "x/Lamps/2.jpg": "", "__MACOSX/x/Mugs/._1.jpg": ""})
    )
    assert rows_of(open_table(tmp_path / "t.zip")) == [["x/Lamps/2.jpg", "Lamps"], ["x/Mugs/1.jpg", "Mugs"]]


def test_a_folder_with_a_zip_alone(tmp_path):
    (tmp_path / "export.zip").write_bytes(zipped({"a/products.csv": CSV}))
    table = open_table(tmp_path)
    assert table.name == "export.zip, a/products.csv" and rows_of(table) == ROWS


def test_choices_of_the_owner(tmp_path):
    write(
        tmp_path,
        a_csv="имя,цена\nКружка,1\n".encode("cp866"),
        b_xlsx=xlsx({"A": [["x", "y"], ["1", "2"]], "B": [["z"], ["3"]]}),
    )
    assert open_table(tmp_path / "a.csv", encoding="cp866").columns == ("имя", "цена")
    assert rows_of(open_table(tmp_path / "b.xlsx", sheet="B")) == [["3"]]
    with pytest.raises(CatalogueError, match="no sheets"):
        open_table(tmp_path / "a.csv", encoding="cp866", sheet="B")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"%PDF-1.7\n", "this is a PDF, not a table"),
        (b"\x89PNG\r\n\x1a\n", "this is an image"),
        (b"\x80\x04\x95\x00", "a Python pickle, which is never opened"),
        (b"7z\xbc\xaf\x27\x1c\x00", "unpack it first"),
        (b"\x00" * 257 + b"ustar\x0000", "a tar archive; unpack it first"),
        (bytes(range(256)) * 9, "not a text file"),
        (zipped({"a.docx": "x"}), r"no product table in this zip \(a\.docx\)"),
        (zipped({}), r"no product table in this zip \(empty\)"),
        (zipped({"xl/workbook.bin": ""}), "save it as xlsx"),
        (gzip.compress(gzip.compress(gzip.compress(gzip.compress(CSV)))), "compressed more than 3 times"),
        (b"<html><body><table></table>", "a web page"),
    ],
)
def test_files_that_are_no_tables(tmp_path, content, message):
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(CatalogueError, match=message):
        open_table(tmp_path / "t.csv")


def test_nothing_there(tmp_path):
    with pytest.raises(CatalogueError, match="no such file or folder"):
        open_table(tmp_path / "none")
    with pytest.raises(CatalogueError, match="no product table found"):
        open_table(tmp_path)


def delivered(file):
    """Read a file to its end if that is possible; anything but a table or a clear line is a failure."""
    try:
        table = open_table(file)
        for chunk in table.chunks(7):
            assert tuple(chunk) == table.columns and len({len(cells) for cells in chunk.values()}) == 1
            for cells in chunk.values():
                "".join(cells).encode()  # text, without halves of letters
    except CatalogueError as error:
        assert "\n" not in str(error) and len(str(error)) < 1000


SEEDS = [
    *KINDS.values(),
    xls(),
    ods(
        '<table:table-row><table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell>'
        "</table:table-row>"
    ),
    gzip.compress(CSV),
    zipped({"products.csv": CSV}),
    "имя;цена\nКружка синяя;1\nЛампа;2\n".encode("cp1251"),
    "sku\tname\n1\tTasse\n".encode("utf-16"),
    b'{"a": [{"x": 1, "y": {"z": [1]}}, {"x": 2}]}',
    b"{'a': 'x', 'b': [1]}\n{'a': 'y'}\n",
    b'sku\tname\n1\t"Lamp 12"\n2\t"x" y\n3\t"a\nb"\n',
]


@settings(PROPERTY, max_examples=100)
@given(
    st.binary(max_size=400)
    | st.text(st.sampled_from(list("{}[]<>\"',;\t\n\x00é1a:/")), max_size=80).map(str.encode)
)
def test_arbitrary_bytes_give_a_table_or_a_clear_line(tmp_path, content):
    (tmp_path / "t").write_bytes(content)
    delivered(tmp_path / "t")


@settings(PROPERTY, max_examples=150)
@given(st.sampled_from(SEEDS), st.floats(0, 1))
def test_files_that_are_cut_off_give_a_table_or_a_clear_line(tmp_path, content, share):
    (tmp_path / "t").write_bytes(content[: int(share * len(content))])
    delivered(tmp_path / "t")


@settings(PROPERTY, max_examples=250)
@given(st.sampled_from(SEEDS), st.integers(0, 1 << 30))
def test_damaged_files_give_a_table_or_a_clear_line(tmp_path, content, seed):
    chance = random.Random(seed)
    damaged = bytearray(content)
    for _ in range(chance.choice((1, 2, 5))):
        place = chance.randrange(len(damaged))
        if chance.random() < 0.5:
            damaged[place] = chance.randrange(256)
        else:
            damaged[place : place + chance.randrange(9)] = bytes(
                chance.choices(b'"\n,;\\\x00\xff<{[a1', k=chance.randrange(9))
            )
    (tmp_path / "t").write_bytes(bytes(damaged))
    delivered(tmp_path / "t")


@pytest.mark.usefixtures("never_blocked")
@pytest.mark.parametrize("pipe", ["products.csv", "products.yml", "a.zip", "a.jpg"])
def test_a_pipe_in_a_folder_is_no_table(tmp_path, pipe):
    os.mkfifo(tmp_path / pipe)
    with pytest.raises(CatalogueError, match=r"no product table found|no folder per category"):
        open_table(tmp_path)
    write(tmp_path, items_csv=CSV)
    assert rows_of(open_table(tmp_path)) == ROWS
