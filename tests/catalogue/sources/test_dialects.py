import pytest

from core.catalogue.sources.dialects import NONE, recognise_dialect, sep_line, usual_width
from core.catalogue.sources.quoting import Dialect


def recognise(text, delimiter=None):
    return recognise_dialect(text.splitlines(keepends=True), delimiter)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "~", "^", "\x01", "\x1f"])
def test_delimiters(delimiter):
    text = "\n".join(
        delimiter.join(row) for row in (["sku", "name", "price"], ["1", "a b", "2"], ["2", "c", "3"])
    )
    assert recognise(text) == Dialect(delimiter)


def test_a_quoted_header_full_of_commas():
    text = '"sku";"size (l, w, h)";"a, b, c"\n1;2;3\n'
    assert recognise(text).delimiter == ";"


def test_decimal_commas():
    assert recognise("sku;name;price\n1;Mug;12,50\n2;Lamp;13,00\n").delimiter == ";"


def test_lists_in_cells():
    assert recognise("sku,name,tags\n1,a,x|y|z\n2,b,x|y|z\n3,c,x|y|z\n").delimiter == ","
    assert recognise("sku,tags\n1,x;y;z\n2,x;y;z\n").delimiter == ","


def test_titles_above_the_header():
    text = "Products of my shop, 2024\n\nsku;name;price;stock\n1;Mug, blue;2;3\n2;Lamp;4;5\n"
    assert recognise(text).delimiter == ";"


def test_free_text_in_the_last_column():
    text = "sku,text\n1,Nice, warm, blue\n2,Lamp\n3,For tea, coffee\n4,Red, or not\n"
    assert recognise(text).delimiter == ","


def test_one_column():
    assert recognise("name\nBlue mug\nLamp, red\nChair\nTable\n").delimiter == NONE


def test_the_file_may_name_its_delimiter():
    assert recognise("a,b;c,d\n", ";") == Dialect(";")
    assert [sep_line(line) for line in ("sep=;\r\n", '"sep=,"\n', "SEP=\t\n", "sep", "sep=ab", "step=;")] == [
        ";", ",", "\t", None, None, None,
    ]  # fmt: skip


def test_single_quotes():
    assert recognise("'sku','name'\n'1','a, b'\n'2','c'\n").quote == "'"
    assert recognise("sku,name\n1,'t Hof\n2,d'or\n").quote == '"'


def test_backslashes_before_quotes():
    assert recognise('sku,name\n1,"12\\" lamp"\n2,"a"\n').escape == "\\"
    assert recognise('sku,path\n1,"C:\\dir\\"\n2,"a"\n').escape == ""
    assert recognise('sku,json\n1,"{""a"": ""x\\""y""}"\n').escape == ""


def test_spaces_before_quotes():
    assert recognise('sku, name\n1, "a, b"\n2, "c"\n').spaced
    assert not recognise('sku,name\n1,"a, b"\n2,"c"\n').spaced


def test_the_usual_width():
    assert usual_width([1, 1, 1, 3, 3, 4]) == 3
    assert usual_width([2, 4]) == 4
    assert usual_width([1]) == usual_width([]) == 1
