import pytest

from core.catalogue.sources.label_lists import NO_ENTRY, list_columns, read_list
from tests.catalogue.sources.files import counts, rows_of, source, text


def read(folder, content):
    given = source(folder / "train.txt", content)
    columns = list_columns(text(given))
    return columns and read_list(given, text(given), columns)


@pytest.mark.parametrize("between", [" ", "\t", ", ", ";", "  "])
def test_images_and_labels(tmp_path, between):
    table = read(tmp_path, f"a/1.jpg{between}0\nb c/2.PNG{between}1\n")
    assert (table.kind, table.columns, table.unit) == ("list", ("image", "category"), "line")
    assert rows_of(table) == [["a/1.jpg", "0"], ["b c/2.PNG", "1"]]


def test_labels_of_several_words(tmp_path):
    assert rows_of(read(tmp_path, "1.jpg Blue mugs\n2.jpg Lamps\n"))[0] == ["1.jpg", "Blue mugs"]


def test_several_labels(tmp_path):
    table = read(tmp_path, "a/1.jpg, 0, 2\nb/2.jpg, 1, -1\n")
    assert table.columns == ("image", "label 1", "label 2") and rows_of(table) == [
        ["a/1.jpg", "0", "2"],
        ["b/2.jpg", "1", "-1"],
    ]
    assert read(tmp_path, "a/1.jpg 0 2\nb/2.jpg 1 3\n").columns == ("image", "label 1", "label 2")


def test_lines_that_are_no_entries_are_counted(tmp_path):
    table = read(tmp_path, "".join(f"{n}.jpg {n % 3}\n" for n in range(40)) + "\n# end\n")
    assert len(rows_of(table)) == 40 and counts(table) == {NO_ENTRY: 1} and table.problems.blank == 1


@pytest.mark.parametrize(
    "content",
    [
        "image,label\n1.jpg,0\n",
        "1.jpg\n2.jpg\n",
        "1.jpg,Blue mug,Mugs,12\n2.jpg,Red lamp,Lamps,13\n",
        "a,b\n1,2\n",
    ],
)
def test_tables_are_no_lists(tmp_path, content):
    assert read(tmp_path, content) is None
