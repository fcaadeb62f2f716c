"""Word vectors as a text encoder: a table and a mean in one ONNX file, with a tokenizer for words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tokenizers import Tokenizer

OPSET = 17
UNKNOWN = "[UNK]"
"""Name of id 0: unknown words and padding. No text contains it, since texts are lower-cased."""

# Contractions are split as the Penn Treebank splits them ("don't": do n't, "women's": women 's) and numbers
# keep their points and commas, as in the texts that GloVe was trained on.
_WORD = r"\d+(?:[.,:]\d+)*|\p{L}+?(?=n't\b)|n't\b|'(?:s|re|ve|ll|d|m)\b|[\p{L}\p{M}\p{N}]+"


def tokenizer(words: Sequence[str]) -> Tokenizer:
    """Return a tokenizer for lower-case words: word i has id i + 1, an unknown word 0.

    Texts are lower-cased and split into runs of letters and digits. A word of `words` with punctuation inside
    ("t-shirt", "u.s.") stays whole if it stands alone; other compounds are split ("cotton-blend": cotton,
    blend). Punctuation alone is not a word.

    Parameters
    ----------
    words
        The known words, in lower case, each once.
    """
    from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers

    ids = {UNKNOWN: 0} | {word: number for number, word in enumerate(words, 1)}
    split = pre_tokenizers.Split(Regex(_WORD), "removed", invert=True)
    result = Tokenizer(models.WordLevel(ids, unk_token=UNKNOWN))
    result.normalizer = normalizers.Lowercase()
    result.pre_tokenizer = split
    # Added tokens are matched before the text is split.
    compounds = [
        word
        for word in words
        if not word.isalnum()
        and word == word.lower()
        and any(letter.isalnum() for letter in word)
        and [part for part, _ in split.pre_tokenize_str(word)] != [word]
    ]
    result.add_tokens([AddedToken(word, single_word=True, normalized=True) for word in compounds])
    return result


def write(words: Sequence[str], vectors: np.ndarray, path: Path) -> None:
    """Write an ONNX file for `TextEncoder`: the mean of a text's known words.

    Parameters
    ----------
    words
        n words, each once.
    vectors
        float32 (n, dim).
    path
        The file to write. A text without a known word gets zeros.
    """
    from onnx import TensorProto, helper, numpy_helper, save

    table = np.concatenate([np.zeros((1, vectors.shape[1]), np.float32), vectors.astype(np.float32)])
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["words"]),
        helper.make_node("Greater", ["input_ids", "zero"], ["known"]),
        helper.make_node("Cast", ["known"], ["known_weight"], to=TensorProto.FLOAT),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["mask", "known_weight"], ["flat_weight"]),
        helper.make_node("Unsqueeze", ["flat_weight", "last"], ["weight"]),
        helper.make_node("Mul", ["words", "weight"], ["weighted"]),
        helper.make_node("ReduceSum", ["weighted", "tokens_axis"], ["sum"], keepdims=0),
        helper.make_node("ReduceSum", ["weight", "tokens_axis"], ["count"], keepdims=0),
        helper.make_node("Max", ["count", "one"], ["at_least_one"]),
        helper.make_node("Div", ["sum", "at_least_one"], ["output"]),
    ]
    free = ["batch", "tokens"]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, free)
        for name in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info("output", TensorProto.FLOAT, ["batch", table.shape[1]])
    constants = {
        "table": table,
        "zero": np.int64(0),
        "last": np.array([2], np.int64),
        "tokens_axis": np.array([1], np.int64),
        "one": np.float32(1),
    }
    graph = helper.make_graph(nodes, "word_mean", inputs, [output])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    # Added to the finished model, because the helpers copy their arguments and the table is large.
    for name, value in constants.items():
        model.graph.initializer.append(numpy_helper.from_array(np.asarray(value), name))
    helper.set_model_props(model, {"tokenizer": tokenizer(words).to_str()})
    save(model, path)
