"""Several batches through one model at a time, and the encoders that use it."""

import threading
from pathlib import Path

import numpy as np
import pytest

from core.features.encoders import text
from core.features.encoders.text import TextEncoder
from core.features.encoders.word_mean import write as write_words
from core.onnx.lanes import Lanes, onnx_lanes
from tests.onnx.test_sessions import write_scaling

WORDS = ["red", "blue", "shirt", "mug", "lamp"]


@pytest.fixture(scope="module")
def words_file(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("words") / "words.onnx"
    write_words(WORDS, np.random.default_rng(0).normal(size=(len(WORDS), 6)).astype(np.float32), path)
    return path


@pytest.fixture
def encoder(words_file) -> TextEncoder:
    return TextEncoder("words", 6, "0" * 16, words_file, bundled=True)


def test_outputs_come_in_the_order_of_the_parts():
    together = threading.Barrier(2, timeout=10)

    def run(feed):
        if feed["x"][0] < 2:
            together.wait()  # only two at a time come through
        return feed["x"] * 2

    outputs = Lanes(run, 2).map(lambda part: {"x": np.array([part])}, list(range(9)))
    assert [int(output[0]) for output in outputs] == [0, 2, 4, 6, 8, 10, 12, 14, 16]


def test_an_error_in_a_lane_is_raised():
    def run(feed):
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        Lanes(run, 2).map(lambda part: {}, [1, 2, 3])


def test_nothing_to_do():
    assert Lanes(lambda feed: feed["x"], 3).map(lambda part: {}, []) == []


def test_lanes_of_onnx_runtime_have_a_core_each(tmp_path, monkeypatch):
    monkeypatch.setenv("PRODUCT_LENS_THREADS", "3")
    write_scaling(tmp_path / "model.onnx", 3)
    lanes = onnx_lanes(tmp_path / "model.onnx")
    assert lanes.count == 3
    outputs = lanes.map(lambda part: {"input": np.full((1, 2), part, np.float32)}, list(range(20)))
    assert [float(output[0, 0]) for output in outputs] == [3.0 * n for n in range(20)]


def test_many_texts_get_the_vectors_that_each_gets_alone(encoder):
    rng = np.random.default_rng(1)
    texts = [" ".join(rng.choice(WORDS, rng.integers(0, 120))) for _ in range(200)] + ["", "unknown", "!"]
    together = encoder.encode(texts)
    assert together.dtype == np.float32
    np.testing.assert_allclose(together, np.concatenate([encoder.encode([one]) for one in texts]), atol=1e-6)
    assert encoder.encode([]).shape == (0, 6)


def test_batches_hold_texts_of_one_length_and_not_too_many_tokens(encoder):
    shapes = []

    def lanes(path):
        def run(feed):
            shapes.append(feed["input_ids"].shape)
            assert feed["attention_mask"].all()  # nothing but texts of one length: no padding
            return np.ones((len(feed["input_ids"]), 6), np.float32)

        return Lanes(run, 1)

    lengths = [2] * 300 + [8] * 64 + [64] * 8 + [256] * 2
    texts = [" ".join(["red"] * length) for length in lengths]
    np.random.default_rng(0).shuffle(texts)
    encoder.on(lanes, "fp32").encode(texts)
    assert sum(rows for rows, _ in shapes) == len(texts)
    assert max(rows * tokens for rows, tokens in shapes[:-2]) <= text.BATCH_TOKENS
    assert shapes[0] == (128, 2)


def test_the_same_encoder_on_something_else_leaves_the_first_as_it_is(encoder):
    other = encoder.on(lambda path: Lanes(lambda feed: np.full((1, 6), -1, np.float32), 1), "bf16")
    assert (other.precision, encoder.precision) == ("bf16", "fp32")
    assert (other.encode(["red"]) < 0).all()
    assert not (encoder.encode(["red"]) < 0).all()
    assert (other.name, other.weights_id) == (encoder.name, encoder.weights_id)
