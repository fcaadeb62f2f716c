import numpy as np
import pytest

from core.bundle.reader import Bundle
from core.views.maps.colouring import COLOUR_BY
from core.views.maps.numbers import NUMBERS, TRUST, number_columns, own_numbers, stored_numbers
from core.views.maps.recompute import MapRequest, available, recompute_map


@pytest.fixture
def bundle(tiny_bundle) -> Bundle:
    return Bundle.open(tiny_bundle)


def test_every_map_has_a_number_of_each_product_on_it(bundle):
    for projection in bundle.projections:
        numbers = stored_numbers(bundle, projection)
        drawn = np.isfinite(bundle.coordinates(projection.modality, projection.method, projection.dims))
        for read in numbers.values():
            np.testing.assert_array_equal(np.isfinite(read()), drawn.all(axis=1))


def test_a_recomputed_map_has_the_same_numbers(bundle):
    stored = next(one for one in bundle.projections if (one.modality, one.dims) == ("text", 2))
    own = recompute_map(bundle, MapRequest("text", "pca"), available(bundle, "text"))
    numbers = own_numbers(bundle, own)
    assert set(numbers) == set(stored_numbers(bundle, stored))
    np.testing.assert_allclose(numbers[TRUST](), stored_numbers(bundle, stored)[TRUST](), atol=0.0051)


def test_each_number_is_a_colour_and_a_column():
    numbers = {number: lambda: np.array([0.126, np.nan], dtype=np.float32) for number in NUMBERS}
    assert {COLOUR_BY[number] for number in NUMBERS} == set(number_columns(numbers))
    np.testing.assert_array_equal(number_columns(numbers)["Trustworthiness"], [0.13, np.nan])
    assert "Trustworthiness, Text" in number_columns(numbers, "Text")
