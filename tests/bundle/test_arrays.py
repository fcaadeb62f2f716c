import errno

import numpy as np
import pytest

from core.bundle.arrays import load_array, save_array
from tests.full_disk import room


@pytest.mark.parametrize(
    "array",
    [
        np.arange(12, dtype=np.float16).reshape(3, 4),
        np.array(["abc", "é"]),
        np.zeros((0, 3)),
        np.array([True]),
    ],
)
def test_an_array_is_written_as_numpy_writes_it(array, tmp_path):
    save_array(tmp_path / "ours.npy", array)
    np.save(tmp_path / "theirs.npy", array)
    assert (tmp_path / "ours.npy").read_bytes() == (tmp_path / "theirs.npy").read_bytes()


def test_an_array_in_another_order_is_the_same_array(tmp_path):
    array = np.arange(12.0).reshape(3, 4).T
    save_array(tmp_path / "a.npy", array)
    np.testing.assert_array_equal(load_array(tmp_path / "a.npy", np.float64, (4, 3)), array)


def test_a_full_disk_is_an_error_with_its_number(tmp_path):
    with room(1000), pytest.raises(OSError) as full:
        save_array(tmp_path / "a.npy", np.zeros(1000))
    assert full.value.errno == errno.EFBIG
