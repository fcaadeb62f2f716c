"""Heads on vectors in 8 bits: taken where validation products lose nothing, checked like all heads."""

import numpy as np
import onnx
import pytest

from core.building import head_compression
from core.building.head_compression import compress_head
from core.building.head_store import HeadStore
from core.building.training_data import TrainingData
from core.evaluation.splits import Split
from core.features.vectors import Features
from core.heads.inputs import Inputs
from core.heads.key import HeadKey
from core.heads.onnx_file import write_head
from core.heads.onnx_graph import SHARES, model, node
from core.heads.readers.vectors import VectorReader
from core.onnx.head_sizes import check_head_sizes
from core.onnx.untrusted import check_onnx

KEY = HeadKey("text", "mlp")
DIM, CLASSES = 24, 3


def network_of(widths, seed=0):
    """Layers as those of `core.heads.mlp`: random, but for the last one, which is fitted in `store_of`."""
    rng = np.random.default_rng(seed)
    nodes, constants, before, width = [], {}, "vectors", DIM
    for number, units in enumerate(widths):
        constants[f"kernel{number}"] = rng.normal(size=(width, units)).astype(np.float32)
        constants |= {
            f"zeros{number}": np.zeros(units, np.float32),
            f"ones{number}": np.ones(units, np.float32),
        }
        nodes += [
            node("MatMul", [before, f"kernel{number}"], f"products{number}"),
            node("Add", [f"products{number}", f"zeros{number}"], f"sums{number}"),
            node("Mul", [f"sums{number}", f"ones{number}"], f"scaled{number}"),
            node("Add", [f"scaled{number}", f"zeros{number}"], f"normal{number}"),
            node("Relu", [f"normal{number}"], f"hidden{number}"),
        ]
        before, width = f"hidden{number}", units
    nodes += [node("MatMul", [before, "last"], "logits"), node("Softmax", ["logits"], SHARES, axis=1)]
    return nodes, constants, width


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, CLASSES, 300)
    centres = rng.normal(size=(CLASSES, DIM))
    vectors = centres[labels] + rng.normal(size=(300, DIM))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return TrainingData(
        inputs=Inputs.of({"text": Features(vectors, np.ones(300, dtype=bool))}, [""] * 300),
        labels=labels,
        classes=("a", "b", "c"),
        skus=np.arange(300).astype(object),
        split=Split(np.arange(200), np.arange(200, 250), np.arange(250, 300), 0),
        groups=np.arange(300),
        learned=np.zeros(300, dtype=bool),
    )


def store_of(folder, data, widths=(512,)):
    nodes, constants, width = network_of(widths)
    hidden = data.inputs.features["text"].vectors
    for number in range(len(widths)):
        hidden = np.maximum(hidden @ constants[f"kernel{number}"], 0)
    train = data.split.train
    penalty = 10 * np.eye(width)
    last = np.linalg.solve(
        hidden[train].T @ hidden[train] + penalty, hidden[train].T @ (6 * np.eye(CLASSES)[data.labels[train]])
    )
    store = HeadStore(folder)
    store.files[KEY] = folder / "text_mlp.onnx"
    constants["last"] = last.astype(np.float32)
    graph = model("mlp", nodes, {"vectors": (np.float32, ["rows", DIM])}, constants)
    write_head(graph, VectorReader("text"), store.files[KEY], np.arange(CLASSES), CLASSES)
    return store


def operators(file):
    return {each.op_type for each in onnx.load(file).graph.node}


def test_a_head_that_loses_nothing_is_served_in_8_bits(tmp_path, data):
    store = store_of(tmp_path, data)
    before = store.size(KEY)
    made = compress_head(data, KEY, store)
    assert made.taken
    assert made.products == 50
    assert made.right >= made.base_right > 40
    assert made.base_bytes == before
    assert made.bytes == store.size(KEY) < 0.8 * before
    assert "QuantizeLinear" in operators(store.files[KEY])
    check_onnx(store.files[KEY], head=True)
    check_head_sizes(store.files[KEY], CLASSES)


def test_a_head_that_loses_stays_as_it_is(tmp_path, data, monkeypatch):
    store = store_of(tmp_path, data)
    before = store.files[KEY].read_bytes()
    monkeypatch.setattr(head_compression, "MOST_LOST", -1.0)
    made = compress_head(data, KEY, store)
    assert not made.taken
    assert store.files[KEY].read_bytes() == before
    assert list(tmp_path.iterdir()) == [store.files[KEY]]


def test_a_head_that_would_not_be_smaller_is_not_tried(tmp_path, data):
    store = store_of(tmp_path, data, (8,))
    assert compress_head(data, KEY, store) is None
    assert "QuantizeLinear" not in operators(store.files[KEY])


@pytest.mark.parametrize("widths", [(1024, 1024), (512, 512, 512, 512)])
def test_the_largest_heads_pass_the_check_of_heads_from_elsewhere(tmp_path, data, widths, monkeypatch):
    monkeypatch.setattr(head_compression, "MOST_LOST", 100.0)
    store = store_of(tmp_path, data, widths)
    assert compress_head(data, KEY, store).taken
    check_onnx(store.files[KEY], head=True)
    check_head_sizes(store.files[KEY], CLASSES)
