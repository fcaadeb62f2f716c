from dataclasses import dataclass

import numpy as np
import pytest

from core.common.digest import content_digest


@dataclass
class Pair:
    first: object
    second: object


def test_equal_content_has_an_equal_digest(tmp_path):
    def content() -> tuple:
        file = tmp_path / "words.txt"
        file.write_text("cup 1 2")
        texts = np.array(["cup", "", "\ud800"], dtype=object)
        numbers = np.arange(6, dtype=np.float32).reshape(3, 2)
        return {"a": Pair(numbers, None)}, texts, frozenset({"de", "en"}), file, [1, 2.5, True]

    assert content_digest(*content()) == content_digest(*content())
    mapped = np.lib.format.open_memmap(tmp_path / "a.npy", "w+", np.float32, (3, 2))
    mapped[:] = np.arange(6).reshape(3, 2)
    assert content_digest(mapped) == content_digest(np.asarray(mapped).copy())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["ab", "c"], ["a", "bc"]),
        (["a", ["b"]], [["a"], "b"]),
        (1, 1.0),
        (True, 1),
        ("1", 1),
        (None, "None"),
        (Pair(1, 2), Pair(2, 1)),
        ({"a": 1}, {"a": 2}),
        (np.zeros(4, np.float32), np.zeros(4, np.int32)),
        (np.zeros((2, 3)), np.zeros((3, 2))),
        (np.array(["a", "b"], dtype=object), np.array(["ab", ""], dtype=object)),
    ],
)
def test_other_content_has_another_digest(one, other):
    assert content_digest(one) != content_digest(other)


def test_a_file_counts_by_what_it_holds(tmp_path):
    file = tmp_path / "words.txt"
    file.write_text("cup")
    before = content_digest(file)
    file.write_text("mug")
    assert content_digest(file) != before


def test_a_change_in_a_late_row_shows():
    rows = np.zeros((70_000, 1), np.float32)
    before = content_digest(rows)
    rows[-1] = 1
    assert content_digest(rows) != before


def test_what_is_unknown_is_refused():
    with pytest.raises(TypeError, match="object"):
        content_digest(object())
