import json
import tomllib

import numpy as np
import pytest

from tests.colours import contrast, lab, linear
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


@pytest.fixture(scope="module")
def theme() -> dict:
    return tomllib.loads((ROOT / ".streamlit/config.toml").read_text())["theme"]


def test_no_other_server_is_asked_for_anything_at_the_start():
    """Without `serverAddress`, Streamlit asks another server for the machine's external address.

    It prints that at the start, and compares the origin of connections with it.
    """
    browser = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())["browser"]
    assert browser["serverAddress"] == "localhost"
    assert browser["gatherUsageStats"] is False


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
    assert contrast(theme[name]["primaryColor"], "#FFFFFF") >= 4.5  # the words on a button
    assert min(contrast(c, ground) for c in theme[name]["chartCategoricalColors"]) >= 2.8


def test_nothing_is_fetched_from_elsewhere(theme):
    assert "http" not in json.dumps(theme)
