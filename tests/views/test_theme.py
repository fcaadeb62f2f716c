import json
import tomllib

import numpy as np
import plotly.graph_objects as go
import pytest

from core.views import theme as figures
from tests.paths import ROOT

# Severe colour blindness in linear RGB: Machado, Oliveira and Fernandes, 2009.
VISION = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.01182, 0.04294, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.3039],
    ],
    "full": np.eye(3).tolist(),
}


def linear(colour: str) -> np.ndarray:
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ rgb
    f = np.cbrt(xyz / [0.9505, 1, 1.089])
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.fixture(scope="module")
def theme() -> dict:
    return tomllib.loads((ROOT / ".streamlit/config.toml").read_text())["theme"]


@pytest.mark.parametrize("name", ["light", "dark"])
def test_categorical_colours_stay_apart_for_the_colour_blind_too(theme, name):
    colours = theme[name]["chartCategoricalColors"]
    assert len(colours) == 10
    for matrix in VISION.values():
        seen = [lab(np.clip(np.array(matrix) @ linear(c), 0, 1)) for c in colours]
        nearest = min(np.linalg.norm(a - b) for i, a in enumerate(seen) for b in seen[:i])
        assert nearest >= 15


@pytest.mark.parametrize("name", ["light", "dark"])
def test_text_and_charts_stand_out_from_the_ground(theme, name):
    ground = theme[name]["backgroundColor"]
    assert contrast(theme[name]["textColor"], ground) >= 7
    assert contrast(theme[name]["primaryColor"], ground) >= 3
    assert contrast(theme[name]["primaryColor"], "#FFFFFF") >= 3  # the words on a button
    assert min(contrast(c, ground) for c in theme[name]["chartCategoricalColors"]) >= 2.8


def test_nothing_is_fetched_from_elsewhere(theme):
    assert "http" not in json.dumps(theme)


def test_shorten():
    assert figures.shorten("lamp") == "lamp"
    assert figures.shorten("a" * 40, 10) == "a" * 9 + "…"


def test_bars_keep_the_order_given():
    figure = figures.bars(["b", "a"], [1, 2], unit="products")
    assert list(figure.data[0].y) == ["b", "a"]
    assert figure.layout.yaxis.autorange == "reversed"
    assert figure.layout.yaxis.type == "category"  # "2024" is a name, not a number


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("values", [[3.0], [5, 5, 5], [0.01, 7, 1e6], np.geomspace(0.3, 700, 500)])
def test_a_histogram_loses_no_product(values, log):
    figure = figures.histogram(np.asarray(values), unit="price", log=log)
    assert sum(figure.data[0].y) == len(values)


def test_a_bubbles_area_is_its_count():
    figure = figures.image_sizes(np.array([60, 80]), np.array([80, 60]), np.array([30, 3]))
    assert figure.data[0].marker.sizemode == "area"
    assert list(figure.data[0].marker.size) == [30, 3]


def test_compare_leaves_out_what_is_not_there():
    figure = figures.compare(["Random forest"], {"Text": [0.9], "Image": [None]}, unit="accuracy")
    assert [trace.name for trace in figure.data] == ["Text", "Image"]
    assert figure.data[1].x[0] is None


def test_all_figures_become_json():
    for figure in (
        figures.missing(np.array([[0.5], [0.0]]), ["a", "b"], ["Brand"]),
        figures.bars([], [], unit="products"),
    ):
        assert isinstance(figure, go.Figure)
        assert "NaN" not in figure.to_json()
