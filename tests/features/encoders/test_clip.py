"""CLIP's two sides, compared with transformers."""

import json
from dataclasses import replace
from math import exp
from pathlib import Path

import numpy as np
import pytest

from core.cli.commands import main
from core.common.errors import EncoderError
from core.common.progress import silent
from core.features.encoders import clip
from core.features.encoders import registry as encoders
from core.features.encoders.image import ImageEncoder
from core.features.encoders.pretrained import Pretrained
from core.features.encoders.registry import ENCODERS, load_encoder
from core.features.encoders.text import TextEncoder
from core.features.encoders.text_side import load_text_side
from tests import tiny
from tests.features.encoders.bundles import check_bundle_stands_alone
from tests.networks import PROCESSORS, photos, run, save_photos

pytestmark = pytest.mark.usefixtures("own_cache")


TEXTS = [
    "red shoe",
    "RED   SHOE\n",
    "",
    "a",
    "a photo of a shoe. " * 30,
    "Ärmelloses Kleid – größe 38 / 尺码 🙂",
    "don't: 3.5 m, 100% cotton!",
    *(f"product number {n} " * (1 + n % 5) for n in range(9)),
]


MADE = """
import json, sys
import numpy as np
import torch
import transformers
from PIL import Image
from tokenizers import pre_tokenizers

folder = sys.argv[1]
wanted = json.load(open(f"{folder}/wanted.json"))
letters = sorted(pre_tokenizers.ByteLevel.alphabet())
merges = [("s", "h"), ("sh", "o"), ("sho", "e</w>"), ("r", "e"), ("re", "d</w>")]
tokens = [*letters, *(f"{one}</w>" for one in letters), *map("".join, merges)]
tokens += ["<|startoftext|>", "<|endoftext|>"]
tokenizer = transformers.CLIPTokenizer(
    vocab={token: place for place, token in enumerate(tokens)}, merges=merges, model_max_length=77
)
tokenizer.save_pretrained(folder)
text = wanted["text"] | {"bos_token_id": len(tokens) - 2}
# OpenAI's own config.json says 2, which is not the token's number: the library knows.
text["eos_token_id"] = 2 if wanted["as_published"] else len(tokens) - 1
config = transformers.CLIPConfig(text_config=text, vision_config=wanted["vision"])
torch.manual_seed(0)
model = transformers.CLIPModel(config).eval()
with torch.no_grad():
    for name, values in model.named_parameters():
        if name == "logit_scale":
            values.fill_(wanted["logit_scale"])
        elif values.ndim < 2 or "norm" in name:
            values.add_(torch.randn_like(values) * 0.2)
        elif "position" not in name:
            values.mul_(2.0)
model.save_pretrained(folder)

def vectors(output):
    return torch.nn.functional.normalize(getattr(output, "pooler_output", output)).numpy()

processor = transformers.AutoImageProcessor.from_pretrained(folder)
images = [Image.fromarray(pixels) for pixels in np.load(f"{folder}/images.npz").values()]
texts = json.load(open(f"{folder}/texts.json"))
with torch.no_grad():
    x = torch.from_numpy(np.concatenate([np.asarray(processor(one)["pixel_values"]) for one in images]))
    np.save(f"{folder}/image.npy", vectors(model.get_image_features(pixel_values=x)))
    x = tokenizer(texts, padding="max_length", truncation=True, max_length=77, return_tensors="pt")
    np.save(f"{folder}/text.npy", vectors(model.get_text_features(**x)))
"""


LAYERS = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 24}


TINY = Pretrained(
    "clip", "org/tiny", {"model_type": "clip"}, {"visual_projection.weight": (512, 16)}, clip.CLIP.files
)


def make_clip(folder: Path, *, text: dict, vision: dict, as_published: bool) -> Path:
    """Save a CLIP with random weights, a tokenizer of letters, and its vectors of photos and `TEXTS`."""
    folder.mkdir(exist_ok=True)
    wanted = {"text": text, "vision": vision, "as_published": as_published, "logit_scale": 4.6052}
    (folder / "wanted.json").write_text(json.dumps(wanted))
    (folder / "texts.json").write_text(json.dumps(TEXTS))
    (folder / "preprocessor_config.json").write_text(json.dumps(PROCESSORS["clip"]))
    save_photos(folder / "images.npz", photos())
    run(MADE, folder)
    return folder


def compare(image: ImageEncoder, text: TextEncoder, folder: Path) -> None:
    for encoder, items in ((image, photos()), (text, TEXTS)):
        expected = np.load(folder / f"{encoder.modality}.npy")
        assert (expected @ expected.T)[0, 2:].max() < 0.995  # else equality would prove little
        vectors = encoder.encode(items)
        np.testing.assert_allclose(vectors, expected, atol=1e-5)
        alone = np.concatenate([encoder.encode([item]) for item in items])
        np.testing.assert_allclose(alone, vectors, atol=1e-5)


def test_both_sides_are_looked_for_in_one_place():
    image, text = (ENCODERS[name].find.args[0] for name in ("clip", "clip-text"))
    assert replace(text, name="clip") == image


@pytest.mark.parametrize("named", [True, False])
def test_build_takes_both_sides_from_the_weights_named(tmp_path, monkeypatch, named):

    asked = {}

    def load(name, weights=None, *, modality=None, progress=silent):
        asked[name] = weights
        if len(asked) == 2:
            raise EncoderError("enough")

    monkeypatch.setattr(encoders, "load_encoder", load)
    tiny.write_catalogue(tmp_path / "data", per_class=12)
    text = "clip-text" if named else "minilm"
    command = ["build", "--data", str(tmp_path / "data"), "--out", str(tmp_path / "out")]
    assert main([*command, "--image", "clip", "--text", text, "--weights", "folder"]) == 2
    assert asked == {"clip": Path("folder"), text: Path("folder") if named else None}


@pytest.fixture(scope="module")
def tiny_clip(tmp_path_factory):
    vision = LAYERS | {"patch_size": 32}
    return make_clip(tmp_path_factory.mktemp("tiny") / "clip", text=LAYERS, vision=vision, as_published=False)


@pytest.fixture
def exported_once(tiny_clip, monkeypatch):
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(tiny_clip.parent / "cache"))


@pytest.fixture
def tiny_pair(tiny_clip, exported_once):
    image = clip.load_image(TINY, 512, clip.PREPARATION, tiny_clip, silent)
    return image, load_text_side(image)


@pytest.mark.slow
def test_a_tiny_clip_equals_transformers(tiny_clip, tiny_pair):
    image, text = tiny_pair
    assert (image.name, image.dim, image.side) == ("clip", 512, 224)
    assert (text.name, text.max_tokens, text.weights_id) == ("clip-text", 77, image.weights_id)
    compare(image, text, tiny_clip)
    assert image.logit_scale == text.logit_scale == pytest.approx(exp(4.6052), rel=1e-6)


@pytest.mark.slow
def test_a_bundle_of_both_sides_classifies_with_nothing_but_itself(
    tiny_clip, tiny_pair, tmp_path, monkeypatch
):
    image, text = tiny_pair
    check_bundle_stands_alone({"text": text, "image": image}, tmp_path, tiny_clip, monkeypatch)


@pytest.mark.slow
def test_a_long_text_is_cut_where_clip_cuts_it(tiny_clip, exported_once):
    text = clip.load_text(replace(TINY, name="clip-text"), 512, tiny_clip, silent)
    long = "a " * 75
    same = text.encode([long, long + "b", "a " * 74])
    np.testing.assert_allclose(same[0], same[1], atol=1e-6)
    assert np.abs(same[0] - same[2]).max() > 1e-4


@pytest.mark.slow
def test_the_published_architecture_equals_transformers(tmp_path):
    folder = make_clip(tmp_path / "clip", text={}, vision={}, as_published=True)
    image = load_encoder("clip", folder)
    text = load_encoder("clip-text", folder / "model.safetensors")
    compare(image, text, folder)
    assert image.logit_scale == pytest.approx(100, rel=1e-4)
    assert not image.bundled
