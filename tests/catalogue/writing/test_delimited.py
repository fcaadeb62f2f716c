import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.catalogue.sources.opening import open_table
from core.catalogue.writing.changes import RowChange
from core.catalogue.writing.owner_table import write_table
from core.common.errors import CatalogueError

LETTERS = st.text(st.sampled_from("ab7 ,;\t\"'\n\r=-@é\\|"), max_size=8)


def back(folder, content, *, replaced=None, encoding="utf-8", name="own.csv"):
    """Write a table back with a column "new" that counts its rows; return the file's bytes."""
    own, out = folder / name, folder / "back" / name
    own.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
    table = open_table(own)
    numbers = [number for batch in table.batches(100) for number in batch.numbers]
    changes = ((number, RowChange([str(n)], replaced or {})) for n, number in enumerate(numbers))
    write_table(table, ["new"], changes, out)
    return out.read_bytes()


def rows(file):
    table = open_table(file)
    return [row for columns in table.chunks() for row in zip(*columns.values(), strict=True)]


def test_titles_empty_lines_and_rows_that_cannot_be_read_stay(tmp_path):
    content = "Our shop\r\n\r\nsku;name\r\n1;Mug\r\n\r\n2;Lamp;too;many\r\n3;Cup\r\n"
    assert back(tmp_path, content).decode() == (
        "Our shop\r\n\r\nsku;name;new\r\n1;Mug;0\r\n\r\n2;Lamp;too;many\r\n3;Cup;1\r\n"
    )


def test_sep_lines_quotes_and_cells_over_several_lines(tmp_path):
    content = 'sep=,\n"sku","name"\n"1","A ""mug"""\n"2","two\nlines"\n'
    assert back(tmp_path, content).decode() == (
        'sep=,\n"sku","name","new"\n"1","A ""mug""","0"\n"2","two\nlines","1"\n'
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1251", "cp932", "gb18030"])
def test_encodings_stay(tmp_path, encoding):
    words = {"cp932": ("商品名", "青いマグカップ"), "gb18030": ("商品名称", "蓝色的杯子")}
    title, name = words.get(encoding, ("Название", "Синяя кружка"))
    content = f"sku\t{title}\n" + "".join(f"{n}\t{name} {n}\n" for n in range(20))
    assert back(tmp_path, content, encoding=encoding).decode(encoding).splitlines()[1] == f"0\t{name} 0\t0"


def test_letters_that_the_encoding_lacks_make_it_utf_8(tmp_path):
    content = "sku;name;category\n" + "".join(f"{n};Grüner Becher {n};Töpfe\n" for n in range(9))
    written = back(tmp_path, content, replaced={"category": "Кружки"}, encoding="cp1252")
    assert written.decode("utf-8").splitlines()[1] == "0;Grüner Becher 0;Кружки;0"


def test_formulas_get_an_apostrophe_that_is_taken_away_when_read(tmp_path):
    content = "sku,name,price\n1,=1+1,-5\n2,'@home,7\n3,'quoted',8\n"
    written = back(tmp_path, content)
    assert written.decode().splitlines()[1:] == ["1,'=1+1,-5,0", "2,'@home,7,1", "3,'quoted',8,2"]
    assert [row[1] for row in rows(tmp_path / "own.csv")] == ["=1+1", "@home", "'quoted'"]
    assert [row[1] for row in rows(tmp_path / "back" / "own.csv")] == ["=1+1", "@home", "'quoted'"]


def test_backslash_quotes_stay(tmp_path):
    content = 'sku,name\n1,"a \\"mug\\""\n2,"a \\"cup\\", blue"\n3,plain\n'
    assert back(tmp_path, content).decode().splitlines()[1:] == [
        '1,"a \\"mug\\"",0', '2,"a \\"cup\\", blue",1', "3,plain,2",
    ]  # fmt: skip


def test_short_rows_are_filled(tmp_path):
    assert (
        back(tmp_path, "sku,name,brand\n1,Mug,X\n2,Lamp\n3,Cup,Y\n").decode().splitlines()[2] == "2,Lamp,,1"
    )


def test_a_table_without_header(tmp_path):
    content = "".join(f"{n}.5,https://a.example/p{n},Mugs\n" for n in range(9))
    assert back(tmp_path, content).decode().splitlines()[0] == "0.5,https://a.example/p0,Mugs,0"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(LETTERS, LETTERS, LETTERS), min_size=1, max_size=5), st.sampled_from(",;\t"))
def test_whatever_is_read_comes_back(tmp_path, cells, delimiter):
    def quoted(cell):
        return '"' + cell.replace('"', '""') + '"'

    lines = [("sku", "name", "text"), *cells]
    content = "".join(delimiter.join(map(quoted, line)) + "\n" for line in lines)
    try:
        written = back(tmp_path, content)
        before = rows(tmp_path / "own.csv")
    except CatalogueError:
        return  # no rows
    assert written
    assert [row[:-1] for row in rows(tmp_path / "back" / "own.csv")] == before
