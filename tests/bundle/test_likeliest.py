import numpy as np
import pytest

from core.bundle.likeliest import LEAST, MOST, likeliest, spread

NAN = np.full(3, np.nan)
TEXT = np.array([[0.7, 0.2, 0.1], [0.0, 1.0, 0.0], NAN, [0.3, 0.3, 0.4]], dtype=np.float32)
IMAGE = np.array([NAN, [0.5, 0.5, 0.0], NAN, [0.0, 0.0, 1.0]])


def test_what_is_kept_of_some_products_comes_back():
    kept = likeliest(np.array([3, 0, 2, 3]), {"text": TEXT, "image": IMAGE})
    text, image = spread(kept, "text", 4, 3), spread(kept, "image", 4, 3)
    np.testing.assert_allclose(text, [TEXT[0], NAN, NAN, TEXT[3]])
    np.testing.assert_allclose(image, [NAN, NAN, NAN, IMAGE[3]])
    assert text.dtype == np.float32


def test_the_likeliest_comes_first_and_the_unlikely_are_left_out():
    kept = likeliest(np.arange(2), {"text": TEXT})
    assert kept["category"].tolist() == [0, 1, 2, 1]
    assert kept["row"].tolist() == [0, 0, 0, 1]
    assert kept["share"].min() >= LEAST


def test_of_many_categories_some_are_kept_and_the_best_always():
    even = np.full((2, 2000), 1 / 2000)
    even[1, 1500] += LEAST / 10
    kept = likeliest(np.arange(2), {"image": even})
    assert kept["category"].tolist() == [0, 1500]
    ranked = np.linspace(0.09, 0.01, 20)[None]
    kept = likeliest(np.array([0]), {"image": ranked})
    assert kept["category"].tolist() == list(range(MOST))


@pytest.mark.parametrize("rows", [np.array([], dtype=np.int64), np.array([2])])
def test_nothing_said_is_an_empty_table(rows):
    kept = likeliest(rows, {"text": TEXT, "image": IMAGE})
    assert len(kept) == 0
    assert np.isnan(spread(kept, "text", 4, 3)).all()
