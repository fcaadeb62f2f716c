"""The looks of a map's categories: that those next to each other in frequency are told apart by everyone."""

import tomllib

import numpy as np
import pytest

from core.views.maps.layers import COLOURS, SOLID, Layer
from tests.colours import contrast, lab, linear
from tests.pages.test_theme import VISION
from tests.paths import ROOT

STRENGTH = Layer("", np.empty(0, dtype=np.int64)).strength
"""Points are a little transparent: their colours are mixed with the ground."""


def ciede2000(one: np.ndarray, other: np.ndarray) -> float:
    """The difference of two Lab colours: Sharma, Wu and Dalal, 2005, with all weights 1."""
    (light_1, a_1, b_1), (light_2, a_2, b_2) = one, other
    mean = (np.hypot(a_1, b_1) + np.hypot(a_2, b_2)) / 2
    scale = 1.5 - 0.5 * np.sqrt(mean**7 / (mean**7 + 25**7))
    a_1, a_2 = a_1 * scale, a_2 * scale
    chroma_1, chroma_2 = np.hypot(a_1, b_1), np.hypot(a_2, b_2)
    hue_1, hue_2 = (np.degrees(np.arctan2(b, a)) % 360 for a, b in ((a_1, b_1), (a_2, b_2)))
    grey = chroma_1 * chroma_2 == 0
    turn = 0.0 if grey else (hue_2 - hue_1 + 180) % 360 - 180
    hue_step = 2 * np.sqrt(chroma_1 * chroma_2) * np.sin(np.radians(turn / 2))
    hue = hue_1 + hue_2 if grey else (hue_1 + turn / 2) % 360
    light, chroma = (light_1 + light_2) / 2, (chroma_1 + chroma_2) / 2
    cosines = zip((-0.17, 0.24, 0.32, -0.2), (1, 2, 3, 4), (30, 0, -6, 63), strict=True)
    t = 1 + sum(c * np.cos(np.radians(k * hue - shift)) for c, k, shift in cosines)
    weight_light = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    weight_chroma, weight_hue = 1 + 0.045 * chroma, 1 + 0.015 * chroma * t
    around = 30 * np.exp(-(((hue - 275) / 25) ** 2))
    rotation = -np.sin(np.radians(2 * around)) * 2 * np.sqrt(chroma**7 / (chroma**7 + 25**7))
    steps = (
        (light_2 - light_1) / weight_light,
        (chroma_2 - chroma_1) / weight_chroma,
        hue_step / weight_hue,
    )
    return float(np.sqrt(sum(step**2 for step in steps) + rotation * steps[1] * steps[2]))


@pytest.mark.parametrize(
    ("one", "other", "difference"),
    [  # from the table of Sharma, Wu and Dalal, 2005
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_difference_is_that_of_its_authors(one, other, difference):
    assert ciede2000(np.array(one), np.array(other)) == pytest.approx(difference, abs=1e-4)


@pytest.fixture(scope="module")
def theme() -> dict:
    return tomllib.loads((ROOT / ".streamlit/config.toml").read_text())["theme"]


def seen(colour: str, ground: str, vision: str) -> np.ndarray:
    """Lab of a point on the ground, as somebody sees it."""
    mixed = [
        round(STRENGTH * int(colour[i : i + 2], 16) + (1 - STRENGTH) * int(ground[i : i + 2], 16))
        for i in (1, 3, 5)
    ]
    shown = linear("#" + "".join(f"{value:02X}" for value in mixed))
    return lab(np.clip(np.array(VISION[vision]) @ shown, 0, 1))


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("name", ["light", "dark"])
def test_categories_of_neighbouring_frequency_differ_for_everyone(theme, name, vision):
    colours = theme[name]["chartCategoricalColors"]
    assert len(colours) == SOLID  # so that a colour comes twice: as a disc and as a ring
    points = [seen(colour, theme[name]["backgroundColor"], vision) for colour in colours]
    neighbours = [ciede2000(points[i % SOLID], points[(i + 1) % SOLID]) for i in range(COLOURS - 1)]
    assert min(neighbours) >= NEIGHBOURS
    all_of_a_shape = [ciede2000(a, b) for i, a in enumerate(points) for b in points[:i]]
    assert min(all_of_a_shape) >= ANY


NEIGHBOURS, ANY = 20, 6
"""CIEDE2000; about 2 is just seen by those who compare two areas side by side."""


@pytest.mark.parametrize("name", ["light", "dark"])
def test_names_on_their_plates_and_the_card_are_readable_on_any_ground(theme, name):
    ground = theme[name]["backgroundColor"]
    plate = [round(0.8 * dark + 0.2 * int(ground[i : i + 2], 16)) for dark, i in ((23, 1), (34, 3), (46, 5))]
    assert contrast("#FFFFFF", "#" + "".join(f"{value:02X}" for value in plate)) >= 4.5
    # The names in the legend have the colour of the text; those on the dark card are at 85%.
    assert contrast(theme[name]["textColor"], ground) >= 4.5
    small = [round(0.85 * 255 + 0.15 * dark) for dark in (23, 34, 46)]
    assert contrast("#" + "".join(f"{value:02X}" for value in small), "#17222E") >= 4.5
