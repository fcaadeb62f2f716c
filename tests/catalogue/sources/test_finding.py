from pathlib import PurePosixPath

import pytest

from core.catalogue.sources.finding import ending, listed, preferred, stem, table_candidates


def found(*names):
    return [str(file) for file in table_candidates([PurePosixPath(name) for name in names])]


def test_endings_with_and_without_a_compression():
    for name in ("A.CSV", "a.csv.gz", "a.csv.XZ"):
        assert (ending(PurePosixPath(name)), stem(PurePosixPath(name))) == (".csv", "a")
    assert ending(PurePosixPath("a.gz")) == "" and ending(PurePosixPath("a.b.jsonl")) == ".jsonl"


def test_files_that_are_no_tables():
    assert found(
        "a.csv", "fetch-report.csv", "README.txt", "LICENSE.txt", "dataset_info.json", "requirements-dev.txt",
        ".b.csv",         "__MACOSX/._a.csv", "_c.csv", "d.png", "images.zip", "sha256sums.txt", "notes.md",
        "categories.json", "classes.txt",
    ) == ["a.csv"]  # fmt: skip


def test_tables_about_products_if_there_is_nothing_else():
    assert found("metadata.csv", "x.png") == ["metadata.csv"]
    assert found("readme.md", "notes.docx") == []


def test_the_outermost_in_the_order_of_their_numbers():
    assert found("part-10.csv", "part-2.csv", "old/a.csv") == ["part-2.csv", "part-10.csv"]
    assert found("data/b.csv", "data/a.csv", "data/x/y.csv") == ["data/a.csv", "data/b.csv"]


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["x.csv"], "x.csv"),
        (["Products.csv", "x.csv"], "Products.csv"),
        (["catalog.csv", "products.csv.gz"], "products.csv.gz"),
        (["products.csv", "products.xlsx"], None),
        (["a.csv", "b.csv"], None),
        ([], None),
    ],
)
def test_preferred_names(names, chosen):
    one = preferred([PurePosixPath(name) for name in names])
    assert (one and str(one)) == chosen


def test_names_for_a_message():
    assert listed([1, 2]) == "1, 2" and listed(range(9), 2) == "0, 1 and 7 more"
