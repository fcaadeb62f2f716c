"""`compact`: its weights come with the code, are small and fit the network; its vectors are sound."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from benchmarks import compact_data
from core.common.errors import EncoderError
from core.common.progress import silent
from core.features.encoders import compact
from core.features.encoders.registry import ENCODERS, load_encoder


def random_images(n: int, size: tuple[int, int] = (90, 140)) -> list[Image.Image]:
    """Made-up images: a coloured disc each, no two alike."""
    made = []
    y, x = np.mgrid[: size[1], : size[0]]
    for seed in range(n):
        generator = np.random.default_rng(seed)
        pixels = np.full((size[1], size[0], 3), 255, np.uint8)
        centre = generator.uniform(0.3, 0.7, 2) * size
        inside = (x - centre[0]) ** 2 + (y - centre[1]) ** 2 < (min(size) * generator.uniform(0.15, 0.4)) ** 2
        pixels[inside] = generator.integers(0, 256, 3)
        made.append(Image.fromarray(pixels))
    return made


def test_weights_come_with_the_code_and_are_small():
    found = ENCODERS["compact"].find(None)
    assert found is not None
    assert found.bundled
    assert found.path.stat().st_size <= 8_000_000
    assert ENCODERS["compact"].size_mb == pytest.approx(found.path.stat().st_size / 1e6, abs=0.05)


def test_committed_weights_are_the_networks():
    compact._check(compact.WEIGHTS)


def test_model_card_and_training_record_are_there():
    card = (compact.WEIGHTS.parent / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "benchmarks/train_compact.py" in card
    record = json.loads((compact.WEIGHTS.parent / "training.json").read_text(encoding="utf-8"))
    assert record[0]["epoch"] == "teacher"


def test_other_weights_are_refused(tmp_path: Path, mobilenet_weights: Path):
    with pytest.raises(EncoderError, match=r"expected 139 arrays, got 135.*\(768,\)"):
        compact.load(mobilenet_weights, silent)
    no_model = tmp_path / "no.weights.h5"
    no_model.write_text("no weights")
    with pytest.raises(EncoderError, match="is not one"):
        compact.load(no_model, silent)
    with pytest.raises(EncoderError, match="no weights at"):
        compact.load(tmp_path / "absent.weights.h5", silent)


def test_missing_from_the_installation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(compact, "WEIGHTS", tmp_path / "compact.weights.h5")
    assert compact.find(None) is None
    with pytest.raises(EncoderError, match="comes with the code"):
        compact.load(None, silent)


@pytest.mark.slow
def test_vectors_are_unit_length_and_do_not_depend_on_the_batch():
    encoder = load_encoder("compact")
    images = random_images(11)
    vectors = encoder.encode(images)
    assert vectors.dtype == np.float32
    assert vectors.shape == (11, compact.DIM)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(encoder.encode(images[4:5])[0], vectors[4], atol=1e-5)
    likeness = vectors @ vectors.T
    assert likeness[~np.eye(11, dtype=bool)].max() < 0.999
    assert encoder.encode([]).shape == (0, compact.DIM)


@pytest.mark.slow
def test_onnx_equals_keras_on_tensorflow(tmp_path: Path):
    encoder = load_encoder("compact")
    images = random_images(3)
    pixels = np.stack([np.asarray(encoder.prepare(image)) for image in images]).astype(np.float32) / 127.5 - 1
    script = (
        "import os, sys; os.environ['KERAS_BACKEND'] = 'tensorflow'\n"
        "import numpy as np\n"
        "from core.features.encoders.compact import WEIGHTS, build_compact, shapes\n"
        "model = build_compact(); model.load_weights(WEIGHTS)\n"
        "assert sum(shapes().values()) == len(model.get_weights())\n"
        "np.save(sys.argv[2], model.predict_on_batch(np.load(sys.argv[1])))\n"
    )
    root = compact.WEIGHTS.parents[2]
    given, got = tmp_path / "in.npy", tmp_path / "out.npy"
    np.save(given, pixels)
    subprocess.run([sys.executable, "-c", script, given, got], cwd=root, check=True, capture_output=True)
    expected = np.load(got)
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(encoder.encode(images), expected, atol=1e-5)


@pytest.mark.slow
@pytest.mark.data
def test_tells_held_out_products_apart(data_dir):
    """Nearest class mean on Flipkart's held-out rows: chance is 0.14, a network of random weights 0.3."""
    data = data_dir("flipkart").parent
    rows = compact_data.read_rows(data)
    rows = rows[rows["source"] == "flipkart"].reset_index(drop=True)
    vectors = load_encoder("compact").encode(list(compact_data.decoded_images(data, rows)))
    label, held = rows["label"].to_numpy(dtype=object), (rows["part"] == "test").to_numpy()
    classes = np.unique(label)
    means = np.stack([vectors[(label == one) & ~held].mean(axis=0) for one in classes])
    guesses = classes[
        (vectors[held] @ (means / np.linalg.norm(means, axis=1, keepdims=True)).T).argmax(axis=1)
    ]
    assert np.mean(guesses == label[held]) > 0.75


def test_held_out_products_share_no_name_or_image_with_others():
    generator = np.random.default_rng(0)
    n = 600
    rows = pd.DataFrame(
        {
            "source": generator.choice(["flipkart", "fashion"], n),
            "product": [f"name {i}" if i else "" for i in generator.integers(0, 250, n)],
            "digest": [f"image {i}" for i in generator.integers(0, 400, n)],
            "label": generator.choice(["a", "b", "c"], n, p=[0.7, 0.2, 0.1]),
        }
    )
    rows["group"] = compact_data._groups(rows)
    rows["part"] = compact_data._parts(rows)
    for key in ("product", "digest"):
        known = rows[rows[key] != ""]
        assert (known.groupby(["source", key])["part"].nunique() == 1).all()
    assert set(rows["part"]) == {"train", "validation", "test"}
    again = compact_data._parts(rows)
    assert (again == rows["part"].to_numpy()).all()


def test_unnamed_rows_are_not_joined_by_their_lack_of_a_name():
    rows = pd.DataFrame({"source": "grocery", "product": "", "digest": ["a", "b", "b", "c"], "label": "x"})
    groups = compact_data._groups(rows)
    assert groups[1] == groups[2]
    assert len(set(groups)) == 3
