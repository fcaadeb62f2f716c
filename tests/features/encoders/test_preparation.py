import io
import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from core.catalogue.images.decoding import open_image
from core.common.errors import EncoderError
from core.features.encoders import clip, huggingface, keras_applications
from core.features.encoders.preparation import LONGEST, Preparation, fit
from core.features.encoders.registry import ENCODERS
from tests.networks import PROCESSORS, photos

CUT = Preparation(4, 8)
HUB = {
    "convnextv2-tiny-22k-224": huggingface.convnextv2("convnextv2-tiny-22k-224").preparation,
    "convnextv2-tiny-1k-224": huggingface.convnextv2("convnextv2-tiny-1k-224").preparation,
    "vit-base": huggingface.VIT.preparation,
    "swin-tiny": huggingface.SWIN.preparation,
    "clip": clip.PREPARATION,
}
KERAS = {
    "resnet": keras_applications.CAFFE,
    "densenet": keras_applications.TORCH,
    "inception_v3": keras_applications.TF,
}


def test_fit_shows_the_whole_image_without_aliasing():
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::2] = 255
    stripes[:, 32:] = 255
    small = np.asarray(fit(Image.fromarray(stripes), 8))
    # Half grey, half white: fine stripes blend, and both ends of the image are seen.
    assert abs(int(small[:, :3].mean()) - 127) < 4
    assert small[:, 5:].min() > 250
    assert fit(Image.new("L", (30, 10)), 8).mode == "RGB"


def test_by_default_the_whole_image_goes_from_minus_one_to_one():
    (image,) = photos([(90, 50)])
    preparation = Preparation(16)
    pixels = preparation.fit(image)
    np.testing.assert_array_equal(pixels, image.resize((16, 16), Image.Resampling.BICUBIC))
    scaled = preparation.scale([pixels, pixels])
    assert (scaled.shape, scaled.dtype) == ((2, 3, 16, 16), np.float32)
    # To the bit: vectors in bundles and caches were made by this formula.
    expected = np.ascontiguousarray(pixels.transpose(2, 0, 1), dtype=np.float32)
    expected /= 127.5
    expected -= 1.0
    np.testing.assert_array_equal(scaled[1], expected)


def test_channels_are_centred_scaled_and_turned_round():
    preparation = Preparation(1, divisor=10, mean=(1, 2, 3), std=(1, 2, 4), bgr=True)
    scaled = preparation.scale([np.uint8([[[100, 50, 20]]])])
    np.testing.assert_allclose(scaled.ravel(), [2 / 10 * 10 - 1, (5 - 2) / 2, (10 - 3) / 4])


@pytest.mark.parametrize("turn", [False, True])
def test_the_middle_is_cut_out_of_an_image_whose_shape_stays(turn):
    # 24 x 8: a square of 4 from the middle covers columns 10 to 13 and rows 2 to 5.
    pixels = np.zeros((8, 24, 3), np.uint8)
    pixels[2:6, 10:14] = 200
    pixels = pixels.transpose(1, 0, 2) if turn else pixels
    assert (CUT.fit(Image.fromarray(pixels)) == 200).all()


def test_a_small_image_is_enlarged_first():
    assert CUT.fit(Image.new("RGB", (1, 1), "red")).tolist() == [[[255, 0, 0]] * 4] * 4
    assert CUT.fit(Image.new("L", (2, 3), 7)).shape == (4, 4, 3)


@pytest.mark.parametrize("size", [(150_000, 3), (3, 150_000), (LONGEST * 3 + 1, 3)])
def test_an_image_of_a_few_lines_does_not_become_huge(size, monkeypatch):
    asked = []
    resize = Image.Image.resize
    monkeypatch.setattr(
        Image.Image,
        "resize",
        lambda self, size, *args, **more: asked.append(size) or resize(self, size, *args, **more),
    )
    image = Image.new("RGB", size)
    image.paste((9, 9, 9), (size[0] // 2 - 30, size[1] // 2 - 30, size[0] // 2 + 30, size[1] // 2 + 30))
    assert (Preparation(224, 256).fit(image) == 9).all()
    assert max(asked[0]) <= 256 * LONGEST


def test_a_reduced_image_has_pixels_enough_to_cut_from():
    (photo,) = photos([(2400, 1800)])
    written = io.BytesIO()
    photo.save(written, "JPEG", quality=92)
    preparation = HUB["convnextv2-tiny-22k-224"]
    whole, reduced = (open_image(written.getvalue(), side) for side in (None, preparation.edge))
    assert reduced.width < whole.width
    assert min(reduced.size) >= 2 * 256
    difference = preparation.fit(reduced).astype(int) - preparation.fit(whole)
    assert np.abs(difference).mean() < 1


def test_a_preparation_is_kept_as_text():
    for preparation in (*HUB.values(), *KERAS.values(), Preparation(120)):
        assert Preparation.from_json(preparation.to_json()) == preparation


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "7",
        "{}",
        json.dumps({"side": 4, "colour": "red"}),
        json.dumps({"side": 4, "resampling": "nearest"}),
        json.dumps({"side": 4, "mean": [1, 2]}),
        json.dumps({"side": 4, "mean": 1}),
        json.dumps({"side": "4"}),
        json.dumps({"side": 4, "shorter_edge": 3}),
    ],
)
def test_another_text_is_refused(text):
    with pytest.raises(EncoderError, match="expected the preparation of images"):
        Preparation.from_json(text)


# --- against the libraries


@pytest.mark.slow
@pytest.mark.parametrize("name", HUB)
def test_images_are_prepared_as_transformers_does(name, tmp_path):
    from transformers import AutoImageProcessor

    assert name in ENCODERS
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(PROCESSORS[name]))
    processor = AutoImageProcessor.from_pretrained(tmp_path)
    preparation = HUB[name]
    for image in photos():
        expected = np.asarray(processor(image)["pixel_values"])
        np.testing.assert_allclose(preparation.scale([preparation.fit(image)]), expected, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("name", HUB)
def test_another_preparation_would_be_noticed(name):
    preparation = HUB[name]
    other = replace(
        preparation, resampling={"bicubic": "bilinear", "bilinear": "bicubic"}[preparation.resampling]
    )
    (image,) = photos([(500, 300)])
    assert np.abs(preparation.scale([preparation.fit(image)]) - other.scale([other.fit(image)])).max() > 0.1


@pytest.mark.slow
@pytest.mark.parametrize("module", KERAS)
def test_pixels_are_scaled_as_keras_does(module):
    import keras

    preparation = KERAS[module]
    pixels = np.stack([preparation.fit(image) for image in photos()])
    expected = getattr(keras.applications, module).preprocess_input(pixels.astype(np.float32))
    np.testing.assert_array_equal(preparation.scale(list(pixels)).transpose(0, 2, 3, 1), expected)
