"""A folder of Parquet parts: whole or not there, in order, nothing lost."""

import os
import time
from pathlib import Path

import pandas as pd
import pytest

from core.common.errors import CoreError
from core.serving.cluster.parts import Part, counted_try, whole_table, write_part


def written(folder: Path, rows: list[tuple[str, int]]) -> Part:
    frame = pd.DataFrame(rows, columns=["sku", "row"])
    return Part(write_part(folder, frame.to_parquet), len(rows), rows[0], rows[-1])


def test_parts_are_named_by_their_place_and_strangers_removed(tmp_path):
    out = tmp_path / "deep" / "table.parquet"
    with whole_table(out) as folder:
        last = written(folder.path, [("b", 3), ("c", 1)])
        first = written(folder.path, [("a", 0), ("b", 2)])
        written(folder.path, [("a", 0)])  # of a worker that was killed before it could tell
        assert not out.exists()
        folder.finish([last, first], 4)
    assert [file.name for file in sorted(out.iterdir())] == ["part-00000.parquet", "part-00001.parquet"]
    assert list(pd.read_parquet(out)["row"]) == [0, 2, 3, 1]
    assert list(out.parent.iterdir()) == [out]


@pytest.mark.parametrize("before", ["file", "folder"])
def test_what_was_there_is_replaced_when_the_new_is_whole(before, tmp_path):
    out = tmp_path / "table.parquet"
    if before == "folder":
        out.mkdir()
    old = out / "part-00000.parquet" if before == "folder" else out
    old.write_text("old")

    def fill(broken: bool) -> None:
        with whole_table(out) as folder:
            part = written(folder.path, [("a", 0)])
            if broken:
                raise KeyboardInterrupt
            folder.finish([part], 1)

    with pytest.raises(KeyboardInterrupt):
        fill(broken=True)
    assert old.read_text() == "old"
    fill(broken=False)
    assert len(pd.read_parquet(out)) == 1
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize(("rows", "says"), [(3, "expected 3 rows"), (2, "overlap")])
def test_lost_rows_and_disorder_are_noticed(rows, says, tmp_path):
    with pytest.raises(RuntimeError, match=says), whole_table(tmp_path / "t.parquet") as folder:
        parts = [written(folder.path, [(sku, 1)]) for sku in "aa"]
        folder.finish(parts, rows)
    assert not (tmp_path / "t.parquet").exists()


def test_a_folder_of_other_things_is_left_alone(tmp_path):
    out = tmp_path / "shop.parquet"
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    with pytest.raises(CoreError, match="other things"), whole_table(out):
        pass
    assert (out / "notes.txt").read_text() == "mine"


def test_what_a_killed_run_left_goes_after_a_day(tmp_path):
    old, young = tmp_path / ".writing-old", tmp_path / ".writing-young"
    for folder in (old, young):
        folder.mkdir()
        (folder / "half.parquet").touch()
    day_before = time.time() - 25 * 60 * 60
    os.utime(old, (day_before, day_before))
    with whole_table(tmp_path / "t.parquet") as folder:
        folder.finish([written(folder.path, [("a", 0)])], 1)
    assert not old.exists()
    assert young.exists()


def test_only_a_death_leaves_a_try(tmp_path):
    for _ in range(3):
        with counted_try(tmp_path, 7) as number:
            assert number == 1
    for expected in (1, 2):
        dying = counted_try(tmp_path, 7)
        assert dying.__enter__() == expected
    with counted_try(tmp_path, 7) as number:
        assert number == 3
