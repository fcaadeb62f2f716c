import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalogue.sources.lines import Lines
from core.catalogue.sources.quoting import MOST_LINES, Dialect, Grammar
from tests.catalogue.sources.files import PROPERTY


def read(text, width, delimiter=",", **dialect):
    """Return the rows of a text, and which of them have stray quotes."""
    lines = Lines(io.StringIO(text, newline="\n"))
    grammar = Grammar(Dialect(delimiter, **dialect), width)
    rows, stray = [], []
    while lines.line(0) is not None:
        record = grammar.record(lines)
        rows.append(record.cells)
        stray.append(record.stray)
        lines.take(record.lines)
    return rows, stray


def test_two_stray_quotes_swallow_no_rows():
    text = '1,Mug,Mugs\n2,"Cosy lamp,Lamps\n3,Ivory cup,Mugs\n4,"Big lamp,Lamps\n5,Table 12",Tables\n'
    rows, stray = read(text, 3)
    assert rows == [line.split(",") for line in text.splitlines()]
    assert stray == [False, True, False, True, False]


def test_a_cell_over_several_lines():
    text = '1,"a\nb, c\n\nsaid ""d""",x\n2,y,z\n'
    assert read(text, 3) == ([["1", 'a\nb, c\n\nsaid "d"', "x"], ["2", "y", "z"]], [False, False])


def test_a_last_cell_over_several_lines_one_of_which_looks_like_a_row():
    text = '1,Mug,"first\nred, blue, green\nlast"\n2,y,z\n'
    assert read(text, 3)[0] == [["1", "Mug", "first\nred, blue, green\nlast"], ["2", "y", "z"]]


def test_two_cells_over_several_lines():
    text = '1,"a\nb","c\nd"\n'
    assert read(text, 3) == ([["1", "a\nb", "c\nd"]], [False])


def test_a_stray_quote_whose_partner_closes_a_later_cell():
    text = '1,"Cosy lamp,x,Lamps\n2,Ivory,"with, comma",Mugs\n3,a,b,c\n'
    rows, stray = read(text, 4)
    assert rows == [
        ["1", '"Cosy lamp', "x", "Lamps"],
        ["2", "Ivory", "with, comma", "Mugs"],
        ["3", "a", "b", "c"],
    ]
    assert stray == [True, False, False]


def test_quotes_that_are_not_doubled():
    text = '"Lamp 12"",x,"y"\n"say "hi" now",x,y\n"a"b,x,y\n'
    rows, stray = read(text, 3)
    assert rows == [['Lamp 12"', "x", "y"], ['say "hi" now', "x", "y"], ['"a"b', "x", "y"]]
    assert stray == [True, True, True]


def test_inches_between_tabs():
    rows, stray = read('1\t"Lamp 12" x 4"\tLamps\n2\t"Mug\tMugs\n3\t"a ""b"""\tc\n', 3, "\t")
    assert rows == [["1", 'Lamp 12" x 4', "Lamps"], ["2", '"Mug', "Mugs"], ["3", 'a "b"', "c"]]
    assert stray == [True, True, False]
    assert read('1\t"Mug\t12"\tLamps\n', 4, "\t")[0] == [["1", '"Mug', '12"', "Lamps"]]


def test_backslashes_before_quotes():
    text = '1,"M\\"u,g","c\\\\"\na\\,b,C:\\Shop,"x\n\\"y"\n'
    rows, stray = read(text, 3, escape="\\")
    assert rows == [["1", 'M"u,g', "c\\"], ["a,b", "C:\\Shop", 'x\n"y']]
    assert stray == [False, False]


def test_spaces_before_quotes():
    assert read('1, "a, b", c\n', 3, spaced=True)[0] == [["1", "a, b", "c"]]
    assert read('"a" ,"b" , c\n', 3)[0] == [["a", "b", " c"]]


def test_single_quotes():
    assert read("1,'a, b','it''s'\n", 3, quote="'")[0] == [["1", "a, b", "it's"]]


def test_a_quote_that_nothing_closes_is_looked_for_once():
    text = "".join(f'{n},"x,y\n' for n in range(30_000))  # slow for ever if each is searched to the end
    rows, stray = read(text, 3)
    assert rows == [[str(n), '"x', "y"] for n in range(30_000)] and all(stray)


def test_a_cell_may_not_take_the_whole_file():
    text = '1,"a,x\n' + "b\n" * (MOST_LINES + 5) + '2,c",y\n'
    assert read(text, 3)[0][0] == ["1", '"a', "x"]


_CELLS = st.text(st.sampled_from(list('ab ,;"\n\\é')), max_size=6)


@settings(PROPERTY, max_examples=150)
@given(st.lists(st.lists(_CELLS, min_size=3, max_size=3), min_size=1, max_size=5), st.sampled_from(",;\t|"))
def test_what_the_csv_module_writes_is_read_back(rows, delimiter):
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    text = file.getvalue()
    found = read(text, 3, delimiter)[0]
    swallowed = any(cell.count("\n") for row in rows for cell in row)
    assert (
        found == rows or swallowed
    )  # cells whose lines are rows by themselves cannot be told from stray quotes


@settings(PROPERTY, max_examples=200)
@given(st.text(st.sampled_from(list('ab,"\n \\')), max_size=60), st.sampled_from(["", "\\"]), st.booleans())
def test_any_text_is_read_to_its_end_without_losing_a_letter(text, escape, spaced):
    rows, _ = read(text, 3, escape=escape, spaced=spaced)
    kept = "".join(cell for row in rows for cell in row)
    assert kept.count("a") == text.count("a") and kept.count("b") == text.count("b")


@pytest.mark.parametrize("width", [None, 2])
def test_rows_that_keep_the_rules_are_what_the_csv_module_reads(width):
    text = 'a,b\n"x, y",z\n,\n"",""\n12" lamp,c\n'
    assert read(text, width)[0] == list(csv.reader(io.StringIO(text)))
