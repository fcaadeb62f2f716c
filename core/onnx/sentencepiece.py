"""SentencePiece's unigram models (https://arxiv.org/abs/1808.06226) for the library `tokenizers`.

A model file is a protocol buffer
(https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto). It is read without the
package `sentencepiece`; the tokenizer is compiled code, and as JSON part of an ONNX file's metadata.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING

from core.common.errors import EncoderError
from core.onnx.protobuf import fields_of

if TYPE_CHECKING:
    from tokenizers import Tokenizer

UNKNOWN, BEGIN, END = 0, 1, 2
"""Ids of the marks that every model begins with."""
_NORMAL = 1
_SPACE = "▁"
_SPACES = "[\t\n\r\u1680\u200b\u200e\u200f\u2028\u2029\ufeff\ufffd]"
"""What the rules `nmt_nfkc` make a space, beside what NFKC does."""
_WAVE, _KEPT = "～", "\ufdd0"
"""The rules leave the full-width tilde alone, which NFKC does not: it waits as a code that no text has."""


def read_pieces(file: Path) -> list[tuple[str, float]]:
    """Return the pieces of a model and their log probabilities, in the order of their ids.

    Marks, which are no text, end in a space: no normalised text has one.

    Raises
    ------
    EncoderError
        The file is no model of SentencePiece.
    """
    content = memoryview(Path(file).read_bytes())
    try:
        pieces = [
            _piece(content, start, end)
            for number, _, start, end in fields_of(content, 0, len(content))
            if number == 1
        ]
    except (IndexError, ValueError, struct.error):
        pieces = []
    if [piece for piece, _ in pieces[: END + 1]] != ["<unk> ", "<s> ", "</s> "]:
        raise EncoderError(f"{file}: expected a SentencePiece model that begins with <unk>, <s> and </s>")
    return pieces


def unigram_tokenizer(pieces: list[tuple[str, float]]) -> Tokenizer:
    """Return a tokenizer that gives the ids that SentencePiece gives, with the marks of both ends.

    Texts are normalised by the rules `nmt_nfkc`. They are written as NFKC and the few characters that differ,
    since the library applies a model's own table of rules letter by letter and misses what is composed of
    several. A run of unknown characters is one unknown piece.

    Parameters
    ----------
    pieces
        As `read_pieces` returns them.
    """
    from tokenizers import Regex, Tokenizer, models, normalizers, processors

    result = Tokenizer(models.Unigram(pieces, unk_id=UNKNOWN))
    replace = normalizers.Replace
    result.normalizer = normalizers.Sequence(
        [
            replace(Regex(_SPACES), " "),
            replace(_WAVE, _KEPT),
            normalizers.NFKC(),
            replace(_KEPT, _WAVE),
            replace(Regex(" {2,}"), " "),
            replace(Regex("^ | $"), ""),
            normalizers.Prepend(_SPACE),
            replace(" ", _SPACE),
        ]
    )
    begin, end = pieces[BEGIN][0], pieces[END][0]
    result.post_processor = processors.TemplateProcessing(
        single=[begin, "$A", end], special_tokens=[(begin, BEGIN), (end, END)]
    )
    return result


def _piece(content: memoryview, start: int, end: int) -> tuple[str, float]:
    text, score, kind = "", 0.0, _NORMAL
    for number, value, first, last in fields_of(content, start, end):
        if number == 1:
            text = bytes(content[first:last]).decode("utf-8")
        elif number == 2:
            (score,) = struct.unpack("<f", content[last - 4 : last])
        elif number == 3:
            kind = value
    return (text if kind == _NORMAL else f"{text} "), score
