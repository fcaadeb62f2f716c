from pathlib import PurePosixPath

import pytest

from core.catalogue.sources.parts import join_tables, split_of
from core.catalogue.sources.raw import SET_ASIDE, Block, Event, Problems
from core.common.errors import CatalogueError, ImageError
from tests.catalogue.sources.files import rows_of, source


def join(tmp_path, tables, **options):
    problems = Problems()
    parts = {}
    for name, (columns, rows) in tables.items():
        given = source(tmp_path / "x", "x", part=name, problems=problems)
        block = Block([*range(len(rows))], rows, [Event(len(rows), SET_ASIDE, "bad")])
        parts[PurePosixPath(name)] = given.table(
            "list",
            columns,
            lambda block=block: [block],
            read_image=lambda reference, name=name: name.encode(),
            **options,
        )
    return join_tables(tmp_path, "shop", parts, problems)


def test_parts_are_one_table(tmp_path):
    table = join(tmp_path, {"a.csv": ("xy", [["1", "2"], ["3", "4"]]), "b.csv": ("yx", [["6", "5"]])})
    assert (table.name, table.kind, table.columns) == ("shop", "list", ("x", "y")) and table.details == {
        "files": "2"
    }
    assert rows_of(table) == rows_of(table) == [["1", "2"], ["3", "4"], ["5", "6"]]
    assert (
        table.problems.set_aside["bad"].places == ["a.csv row 2", "b.csv row 1"] and table.problems.rows == 3
    )
    assert table.problems.notes == ["2 files with the same columns, read as one table: a.csv, b.csv"]


def test_splits_are_a_column(tmp_path):
    table = join(tmp_path, {"train.csv": ("a", [["1"]]), "val/0.csv": ("a", [["2"]])})
    assert table.columns == ("a", "split") and rows_of(table) == [["1", "train"], ["2", "validation"]]


def test_other_columns_or_kinds_are_other_tables(tmp_path):
    with pytest.raises(CatalogueError, match=r"shop: several tables \(a\.csv, b\.csv\); give the path"):
        join(tmp_path, {"a.csv": ("a", [["1"]]), "b.csv": ("b", [["1"]])})


def test_missing_shards_are_said(tmp_path):
    table = join(tmp_path, {f"d/train-0000{n}-of-00004.pq": ("a", [["1"]]) for n in (0, 3)})
    assert table.columns == ("a",) and table.problems.notes[1] == "d/train: 2 of 4 files are missing"


def test_images_of_the_right_file(tmp_path):
    table = join(tmp_path, {"train/0.pq": ("a", [["1"]]), "test/0.pq": ("a", [["1"]])})
    assert table.image_bytes("parquet:test/0.pq#3/a#b") == b"test/0.pq"
    assert table.image_bytes("parquet:train/0.pq#3/a") == b"train/0.pq"
    with pytest.raises(ImageError, match="no such file among"):
        table.image_bytes("parquet:0.pq#3/a")


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("train.csv", "train"), ("Test/x.csv", "test"),
        ("data/validation-00000-of-00001-abc12.parquet", "validation"),
        ("dev.jsonl.gz", "validation"), ("a.csv", ""), ("training set.csv", ""),
    ],
)  # fmt: skip
def test_splits(name, split):
    assert split_of(PurePosixPath(name)) == split
