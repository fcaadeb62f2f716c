import os
import time

import numpy as np
import pytest

from core.building.unfinished.forms import ARRAY
from core.building.unfinished.steps import KEPT_DAYS, Form, Steps, steps_of


def refuse():
    raise AssertionError("done again")


def test_a_finished_step_is_not_done_again(tmp_path):
    first = Steps(tmp_path)
    made = first.take("a step", ARRAY, lambda: np.arange(3))
    again = Steps(tmp_path)
    np.testing.assert_array_equal(again.take("a step", ARRAY, refuse), made)
    assert (first.taken_up, again.taken_up) == ([], ["a step"])
    assert again.take("another step", ARRAY, lambda: np.ones(1)).tolist() == [1]


def test_nothing_is_kept_without_a_folder():
    steps = Steps()
    assert steps.take("a step", ARRAY, lambda: np.zeros(1)).tolist() == [0]
    assert steps.take("a step", ARRAY, lambda: np.ones(1)).tolist() == [1]
    assert not steps.taken_up


def test_a_step_that_fails_leaves_nothing(tmp_path):
    def write(value, folder):
        (folder / "half").write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Steps(tmp_path).take("a step", Form(write, refuse), lambda: 1)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_ends_the_keeping_and_not_the_build(tmp_path, caplog):
    def write(value, folder):
        raise OSError(28, "No space left on device")

    assert Steps(tmp_path).take("a step", Form(write, refuse), lambda: 7) == 7
    assert "No space left" in caplog.text
    assert not list(tmp_path.iterdir())


def test_a_damaged_step_is_done_again(tmp_path, caplog):
    Steps(tmp_path).take("a step", ARRAY, lambda: np.arange(3))
    file = tmp_path / "a step" / "array.npy"
    file.write_bytes(file.read_bytes()[:-4])
    steps = Steps(tmp_path)
    assert steps.take("a step", ARRAY, lambda: np.arange(3)).tolist() == [0, 1, 2]
    assert "damaged" in caplog.text and not steps.taken_up
    assert Steps(tmp_path).take("a step", ARRAY, refuse).tolist() == [0, 1, 2]


def test_steps_go_when_the_build_ends_and_stay_when_it_is_ended(tmp_path):
    with pytest.raises(KeyboardInterrupt), steps_of(tmp_path, "ab") as steps:
        steps.take("a step", ARRAY, lambda: np.arange(3))
        raise KeyboardInterrupt
    with steps_of(tmp_path, "cd") as other:
        other.take("a step", ARRAY, lambda: np.zeros(1))
    with steps_of(tmp_path, "ab") as steps:
        assert steps.take("a step", ARRAY, refuse).tolist() == [0, 1, 2]
    assert not list(tmp_path.iterdir())


def test_what_a_kill_left_half_written_goes(tmp_path):
    (tmp_path / "ab" / ".writing-x").mkdir(parents=True)
    with steps_of(tmp_path, "ab"):
        assert not list((tmp_path / "ab").iterdir())


def test_of_two_builds_at_once_the_second_keeps_nothing(tmp_path):
    with steps_of(tmp_path, "ab") as first:
        first.take("a step", ARRAY, lambda: np.zeros(1))
        with steps_of(tmp_path, "ab") as second:
            assert second.folder is None
        assert first.take("a step", ARRAY, refuse).tolist() == [0]


def test_where_nothing_can_be_written_the_build_goes_its_way(tmp_path, caplog):
    (tmp_path / "file").write_text("no folder")
    with steps_of(tmp_path / "file", "ab") as steps:
        assert steps.take("a step", ARRAY, lambda: np.zeros(1)).tolist() == [0]
    assert steps.folder is None and "cannot write" in caplog.text
    with steps_of(None, "ab") as steps:
        assert steps.folder is None


def test_steps_that_nobody_took_up_go_after_a_while(tmp_path):
    for name, days in (("ab", KEPT_DAYS + 1), ("cd", KEPT_DAYS - 1)):
        (tmp_path / name).mkdir()
        at = time.time() - days * 24 * 60 * 60
        os.utime(tmp_path / name, (at, at))
    with steps_of(tmp_path, "ef"):
        assert sorted(each.name for each in tmp_path.iterdir()) == ["cd", "ef"]


def test_large_arrays_are_mapped_and_what_is_written_to_them_changes_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr("core.building.unfinished.forms.LARGE", 0)
    array = Steps(tmp_path).take("a step", ARRAY, lambda: np.arange(3.0))
    assert isinstance(array.base, np.memmap)
    array[0] = 9
    assert Steps(tmp_path).take("a step", ARRAY, refuse).tolist() == [0, 1, 2]
