"""Small models, weight files and images for tests of encoders."""

import json
import struct
from pathlib import Path

import numpy as np
from PIL import Image

from core.onnx.onnx_graph import add_metadata

WORDS = ["red", "blue", "shirt", "cap", "cotton"]


def write_text_model(path: Path) -> None:
    """A text encoder of 3 numbers: a table of word vectors, averaged over the mask; with a tokenizer that,
    like MiniLM's, comes with a fixed length."""
    from onnx import TensorProto, helper, numpy_helper, save
    from tokenizers import Tokenizer, models, pre_tokenizers

    vocabulary = {word: place for place, word in enumerate(["[PAD]", "[UNK]", *WORDS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.enable_truncation(4)
    tokenizer.enable_padding(length=4)
    table = np.random.default_rng(0).normal(size=(len(vocabulary), 3)).astype(np.float32)
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["words"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["weight"]),
        helper.make_node("Mul", ["words", "weight"], ["weighted"]),
        helper.make_node("ReduceSum", ["weighted", "tokens_axis"], ["output"], keepdims=0),
    ]
    free = ["batch", "tokens"]
    graph = helper.make_graph(
        nodes,
        "words",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, free)
            for name in ("input_ids", "attention_mask")
        ],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["batch", 3])],
        [
            numpy_helper.from_array(table, "table"),
            numpy_helper.from_array(np.int64([2]), "last"),
            numpy_helper.from_array(np.int64([1]), "tokens_axis"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, {"tokenizer": tokenizer.to_str()})
    save(model, path)


def write_image_model(path: Path, side: int = 4) -> None:
    """An image encoder of 3 numbers: the mean of each channel."""
    from onnx import TensorProto, helper, save

    graph = helper.make_graph(
        [helper.make_node("ReduceMean", ["input"], ["output"], axes=[2, 3], keepdims=0)],
        "means",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", 3, side, side])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["batch", 3])],
    )
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)


def noise(count: int, side: int = 40) -> list[Image.Image]:
    random = np.random.default_rng(0)
    return [Image.fromarray(random.integers(0, 256, (side, side + n, 3), np.uint8)) for n in range(count)]


def write_hdf5(path: Path, shapes) -> Path:
    import h5py

    with h5py.File(path, "w") as file:
        for place, shape in enumerate(shapes):
            file.create_dataset(f"layers/layer_{place}/vars/0", shape, "float32")
    return path


def write_safetensors(folder: Path, shapes: dict[str, tuple[int, ...]]) -> Path:
    folder.mkdir(exist_ok=True)
    header = json.dumps({name: {"dtype": "F32", "shape": shape} for name, shape in shapes.items()}).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(header)) + header)
    for file in ("config.json", "tokenizer.json"):
        (folder / file).write_text("{}")
    return folder


def write_text(path: Path, **metadata: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text_model(path)
    add_metadata(str(path), metadata)
    return path
