import numpy as np
import pytest

from core.views.maps import layers as maps

CATEGORIES = np.array(["mug", "lamp", "mug", "chair", "sofa", "lamp"], dtype=object)
ROWS = np.arange(6)


def test_category_layers_put_the_rest_below_in_grey():
    layers = maps.category_layers(CATEGORIES, ROWS, ["mug", "lamp"])
    assert [layer.name for layer in layers] == ["2 others", "mug", "lamp"]
    assert layers[0].colour == maps.REST
    assert [list(layer.rows) for layer in layers] == [[3, 4], [0, 2], [1, 5]]


def test_category_layers_draw_each_row_once_and_only_the_given_rows():
    rows = np.array([5, 3, 0])
    layers = maps.category_layers(CATEGORIES, rows, ["mug", "lamp", "chair", "sofa"])
    assert sorted(np.concatenate([layer.rows for layer in layers])) == [0, 3, 5]
    assert len(layers) == 4


def test_rows_without_a_prediction_are_not_test_products():
    named = np.array(["mug", "", "", "chair", "", ""], dtype=object)
    layers = maps.category_layers(named, ROWS, ["mug"])
    assert [layer.name for layer in layers] == ["not a test product", "1 other", "mug"]
    assert list(layers[0].rows) == [1, 2, 4, 5]


def test_correctness_layers():
    predicted = np.array(["mug", "mug", "", "chair", "", "lamp"], dtype=object)
    layers = {layer.name: list(layer.rows) for layer in maps.correctness_layers(CATEGORIES, predicted, ROWS)}
    assert layers == {"not a test product": [2, 4], "correct": [0, 3, 5], "wrong": [1]}


def test_a_column_with_gaps_has_a_layer_of_unknown_values():
    layers = maps.category_layers(
        np.array(["red", "", "blue"], dtype=object), np.arange(3), [], unknown="none"
    )
    assert [(layer.name, list(layer.rows)) for layer in layers] == [("none", [1]), ("2 others", [0, 2])]


def test_values_on_a_scale_leave_unknown_rows_grey():
    grey, scaled = maps.scale_layers(np.array([0.5, np.nan, 1.0, 0.25]), np.array([3, 1, 0]), "Confidence")
    assert (list(grey.rows), grey.colour) == ([1], maps.REST)
    assert list(scaled.rows) == [3, 0]
    np.testing.assert_array_equal(scaled.values, [0.25, 0.5])
    assert scaled.values.dtype == np.float32


def test_bands_hold_about_as_many_products_each_and_name_their_ends():
    values = np.append(np.arange(100.0), np.nan)
    unknown, *bands = maps.band_layers(values, np.arange(101))
    assert (unknown.name, list(unknown.rows)) == ("unknown", [100])
    assert [len(band.rows) for band in bands] == [20] * 5
    assert [bands[0].name, bands[1].name, bands[-1].name] == ["below 19.8", "19.8 to 39.6", "79.2 or more"]
    assert [band.colour for band in bands] == list(maps.BANDS)


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ([3.0, 3.0, 3.0], ["3"]),
        ([0.0, 1.0, 0.0], ["below 0.2", "0.6 or more"]),
        ([0.9, 1.0, 1.0], ["below 0.94", "1"]),
        ([np.nan, np.nan, np.nan], ["unknown"]),
    ],
)
def test_bands_of_few_different_numbers_lose_no_row(values, names):
    layers = maps.band_layers(np.array(values), np.arange(3))
    assert sorted(np.concatenate([layer.rows for layer in layers])) == [0, 1, 2]
    assert [layer.name for layer in layers] == names


def test_a_name_stands_in_the_larger_of_two_heaps():
    rng = np.random.default_rng(0)
    heaps = [rng.normal(0, 0.05, (80, 2)), rng.normal(10, 0.05, (60, 2)), [[5.0, -5.0], [np.nan, np.nan]]]
    place = np.concatenate(heaps).astype(np.float32)
    layers = [maps.Layer("mug", np.arange(140)), maps.Layer("1 other", np.array([140]), maps.REST)]
    positions = maps.centres(place, [*layers, maps.Layer("none", np.empty(0, dtype=np.int64))])
    assert list(positions) == ["mug"]
    np.testing.assert_allclose(positions["mug"], [0, 0], atol=0.05)


def test_names_of_a_map_without_extent():
    place = np.zeros((3, 2), dtype=np.float32)
    np.testing.assert_array_equal(maps.centres(place, [maps.Layer("mug", np.arange(3))])["mug"], [0, 0])
    assert maps.centres(place * np.nan, []) == {}


def test_the_eleventh_category_is_the_first_of_rings():
    names = [f"c{number}" for number in range(12)]
    layers = maps.category_layers(np.array(names, dtype=object), np.arange(12), names)
    assert [layer.hollow for layer in layers] == [False] * 10 + [True] * 2


def test_answers_that_need_review_stand_apart_from_those_that_do_not():
    layers = maps.review_layers(np.array([1, 4, 5]), np.array([True, False, True]), np.array([5, 4, 2]))
    assert {layer.name: layer.rows.tolist() for layer in layers} == {
        maps.NOT_TESTED: [2],
        "needs no review": [4],
        "needs review": [5],
    }


@pytest.mark.parametrize("dims", [2, 3])
def test_a_name_stands_on_a_point_not_between_two_heaps(dims):
    far = np.zeros((40, dims), np.float32)
    far[20:, 0] = 0.05  # two heaps so close that they are in one block of cells
    corner = np.ones((1, dims), np.float32)
    place = np.concatenate([far, corner])
    centre = maps.centres(place, [maps.Layer("mug", np.arange(40))])["mug"]
    assert centre.tolist() in far.tolist()
