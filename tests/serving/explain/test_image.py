"""The picture's map, against a head that looks at one corner."""

from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pytest
from PIL import Image

from core.features.encoders.encoder import Encoder
from core.features.encoders.preparation import Preparation
from core.serving.explain.case import Case
from core.serving.explain.image import ImageEffects, cell_edges, ground_colour, image_effects, overlay
from core.serving.predictor import Predictor
from tests import tiny

SIDE = 28
WHOLE = (0.0, 0.0, 1.0, 1.0)


class Corner(Encoder):
    """One number: how dark the upper left cell of seven by seven is; of pictures, not of arrays."""

    name, modality, dim, weights_id, preprocessing, side = "corner", "image", 1, "0", 1, SIDE
    bundled = True

    def __init__(self):
        self.batches = []

    def encode(self, items):
        self.batches.append(len(items))
        cell = [np.asarray(item)[: SIDE // 7, : SIDE // 7] for item in items]
        return 1 - np.array([[one.mean() / 255] for one in cell], dtype=np.float32)


class Prepared(Corner):
    """The same of what `prepare` makes: the middle square of a picture."""

    preparation = Preparation(SIDE, shorter_edge=SIDE + 4)

    def prepare(self, image):
        return self.preparation.fit(image)

    def visible_box(self, width, height):
        return self.preparation.visible_box(width, height)

    def encode(self, items):
        return super().encode(
            [item if isinstance(item, np.ndarray) else self.prepare(item) for item in items]
        )


class DarkCorner:
    """The darker the corner, the more a lamp: 0.3 without, 0.9 if black."""

    prior = np.array([0.5, 0.5], dtype=np.float32)
    heads: ClassVar[dict] = {}
    best: ClassVar[dict] = {"image": "corner"}

    def score(self, key, inputs):
        lamp = 0.3 + 0.6 * inputs.features["image"].vectors[:, 0]
        return np.stack([lamp, 1 - lamp], axis=1)


def predictor(encoder):
    bundle = SimpleNamespace(
        classes=("Lamps", "Mugs"),
        best=DarkCorner.best,
        encoders={"image": SimpleNamespace(name="corner")},
        modalities=("image",),
        placeholders=frozenset(),
        texts=None,
        other_head=lambda given: None,
    )
    return Predictor(bundle, {"image": encoder}, DarkCorner())


def saved(picture, folder):
    file = folder / "picture.png"
    picture.save(file)
    return file


@pytest.fixture
def dark_corner(tmp_path):
    picture = Image.new("RGB", (SIDE, SIDE), "white")
    picture.paste((0, 0, 0), (0, 0, SIDE // 7, SIDE // 7))
    return saved(picture, tmp_path)


def test_the_corner_the_head_looks_at_lights(dark_corner):
    encoder = Corner()
    case = Case.of(predictor(encoder), None, dark_corner)
    assert (case.category, case.confidence) == ("Lamps", pytest.approx(0.9))
    steps = []
    effects = image_effects(case, progress=lambda *step: steps.append(step))
    # All four patches over the corner's cell cover it; of those over its neighbours two, or one
    expected = np.zeros((7, 7))
    expected[0, 0], expected[0, 1], expected[1, 0], expected[1, 1] = 0.6, 0.3, 0.3, 0.15
    np.testing.assert_allclose(effects.drop, expected, atol=1e-6)
    np.testing.assert_allclose(effects.weight, expected / 0.6, atol=1e-6)
    assert effects.drop.dtype == effects.weight.dtype == np.float32
    assert (effects.place, effects.box, effects.encodings) == ("upper left", WHOLE, 64)
    assert steps[-1] == ("Encoding images", 64, 64)
    assert max(encoder.batches) <= 8


def test_what_speaks_against_the_category_is_below_zero(tmp_path):
    picture = Image.new("RGB", (SIDE, SIDE), "black")
    picture.paste((100, 100, 100), (0, 0, SIDE // 7, SIDE // 7))
    case = Case.of(predictor(Corner()), None, saved(picture, tmp_path))
    lamp = 0.3 + 0.6 * (1 - 100 / 255)
    assert (case.category, case.confidence) == ("Lamps", pytest.approx(lamp))
    effects = image_effects(case)
    assert effects.drop[0, 0] == pytest.approx(lamp - 0.9) and effects.weight[0, 0] == -1
    assert not effects.weight[2:, 2:].any()


@pytest.fixture
def plain_counts(monkeypatch):
    """Images of one colour, which show nothing, are explained like others."""
    monkeypatch.setattr("core.catalogue.images.usable.is_usable", lambda image: True)


def test_a_plain_picture_has_a_flat_map(tmp_path, plain_counts):
    for colour in ("white", "black"):
        case = Case.of(predictor(Corner()), None, saved(Image.new("RGB", (9, 30), colour), tmp_path))
        assert not image_effects(case).drop.any()


@pytest.mark.parametrize("size", [(1, 1), (3, 200)])
def test_pictures_of_few_pixels(tmp_path, size, plain_counts):
    case = Case.of(predictor(tiny.TinyImage()), None, saved(Image.new("RGB", size, "red"), tmp_path))
    effects = image_effects(case, cells=3)
    assert effects.drop.shape == (3, 3) and effects.encodings == 16
    assert np.isfinite(effects.weight).all()


def test_cells_must_be_several(dark_corner):
    with pytest.raises(ValueError, match="2 cells"):
        image_effects(Case.of(predictor(Corner()), None, dark_corner), cells=1)


def test_what_the_encoder_sees_is_covered(tmp_path):
    """A picture of 64 x 32: the encoder sees 28 of 32 rows, and as many columns, of the middle."""
    encoder = Prepared()
    picture = Image.new("RGB", (64, 32), "white")
    picture.paste((0, 0, 0), (18, 2, 22, 6))
    effects = image_effects(Case.of(predictor(encoder), None, saved(picture, tmp_path)))
    assert effects.drop[0, 0] == effects.drop.max() == pytest.approx(0.6, abs=0.05)
    np.testing.assert_allclose(effects.box, (18 / 64, 2 / 32, 46 / 64, 30 / 32))


@pytest.mark.parametrize(
    ("cell", "name"),
    [((0, 6), "upper right"), ((3, 3), "middle"), ((6, 3), "lower middle"), ((3, 0), "middle left")],
)
def test_places_have_names(cell, name):
    weight = np.zeros((7, 7), dtype=np.float32)
    weight[cell] = 1
    assert ImageEffects(weight, weight, WHOLE, 64).place == name


def test_cells_fill_a_side():
    for length in (1, 7, 120, 224):
        edges = cell_edges(length, 7)
        assert (edges[0], edges[-1], len(edges)) == (0, length, 8)
        assert (np.diff(edges) >= 0).all()


def test_the_ground_is_the_edges_colour():
    pixels = np.full((10, 12, 3), (250, 240, 230), dtype=np.uint8)
    pixels[2:-2, 2:-2] = 0
    pixels[0, :4] = 9
    assert ground_colour(pixels).tolist() == [250, 240, 230]


def test_the_overlay_is_orange_for_and_blue_against():
    weight = np.zeros((7, 7), dtype=np.float32)
    weight[:2, :2], weight[-2:, -2:] = 1, -1
    drawn = overlay(Image.new("RGB", (140, 70), (200, 50, 50)), ImageEffects(weight, weight, WHOLE, 64))
    assert (drawn.mode, drawn.size) == ("RGB", (140, 70))
    red, _, blue = drawn.getpixel((5, 3))
    assert red > blue + 80
    red, _, blue = drawn.getpixel((134, 67))
    assert blue > red + 80
    assert len(set(drawn.getpixel((130, 5)))) == 1  # grey where nothing matters


def test_the_overlay_stays_in_the_part_that_is_seen():
    weight = np.ones((7, 7), dtype=np.float32)
    box = (0.25, 0.0, 0.75, 1.0)
    drawn = np.asarray(overlay(Image.new("RGB", (80, 40), "grey"), ImageEffects(weight, weight, box, 64)))
    coloured = np.ptp(drawn.astype(int), axis=2) > 0
    assert coloured[:, 20:60].all() and not coloured[:, :20].any() and not coloured[:, 60:].any()


def test_without_a_picture_there_is_no_map(tiny_bundle):
    assert image_effects(Case.of(Predictor.load(tiny_bundle), "a mug")) is None
