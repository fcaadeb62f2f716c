import numpy as np
import pytest

from core.bundle.hundredths import from_hundredths, to_hundredths


def test_shares_take_a_byte_each_and_keep_two_decimals():
    shares = np.array([0, 0.004, 0.005001, 0.5, 0.989, 1, np.nan])
    stored = to_hundredths(shares)
    assert stored.dtype == np.uint8
    assert stored.tolist() == [0, 0, 1, 50, 99, 100, 255]
    np.testing.assert_allclose(from_hundredths(stored), [0, 0, 0.01, 0.5, 0.99, 1, np.nan])
    assert from_hundredths(stored).dtype == np.float32


@pytest.mark.parametrize(
    "stored",
    [np.array([0.5]), np.array([[1]], np.uint8), np.array([101], np.uint8), np.array([254], np.uint8)],
)
def test_what_was_not_written_as_hundredths_is_refused(stored):
    with pytest.raises(ValueError, match="expected hundredths"):
        from_hundredths(stored)
