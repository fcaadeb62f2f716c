import struct
import unicodedata

import pytest

from core.common.errors import EncoderError
from core.onnx.sentencepiece import read_pieces, unigram_tokenizer

PIECES = ["▁", "▁red", "red", "▁が", "が", "か", "～", "~", "s", "<", ">", "▁a", "b"]


def piece(text: str, score: float, kind: int = 1) -> bytes:
    content = bytes([0x0A, len(text.encode())]) + text.encode() + b"\x15" + struct.pack("<f", score)
    content += bytes([0x18, kind])
    return bytes([0x0A, len(content)]) + content


@pytest.fixture
def pieces(tmp_path):
    file = tmp_path / "sp.model"
    marks = piece("<unk>", 0, 2) + piece("<s>", 0, 3) + piece("</s>", 0, 3)
    file.write_bytes(marks + b"".join(piece(text, -n) for n, text in enumerate(PIECES, 1)))
    return read_pieces(file)


@pytest.fixture
def cut(pieces):
    tokenizer = unigram_tokenizer(pieces)
    names = [text.strip() for text, _ in pieces]
    return lambda text: [names[number] for number in tokenizer.encode(text).ids][1:-1]


def test_pieces_are_read_with_their_scores(pieces):
    assert pieces[:4] == [("<unk> ", 0), ("<s> ", 0), ("</s> ", 0), ("▁", -1)]
    assert pieces[4:6] == [("▁red", -2), ("red", -3)]


def test_texts_have_marks_at_both_ends(pieces):
    tokenizer = unigram_tokenizer(pieces)
    assert tokenizer.encode("red").ids == [1, 4, 2]
    assert tokenizer.encode("").ids == tokenizer.encode(" \n").ids == [1, 2]


def test_spaces_of_all_kinds_are_one(cut):
    assert cut("red red") == cut("  red\t\u00a0\u3000red\n") == ["▁red", "▁red"]


def test_letters_are_composed_and_the_full_width_tilde_stays(cut):
    assert cut(unicodedata.normalize("NFD", "が")) == cut("が") == ["▁が"]
    assert cut("red～") == ["▁red", "～"]
    assert cut("red~") == ["▁red", "~"]


def test_a_run_of_unknown_letters_is_one_piece_and_marks_in_a_text_are_letters(cut):
    assert cut("red ωψ") == ["▁red", "▁", "<unk>"]
    assert cut("<s>") == ["▁", "<", "s", ">"]


@pytest.mark.parametrize("content", [b"", b"no model", piece("<unk>", 0, 2), b"\x0a\xff\xff"])
def test_another_file_is_refused(tmp_path, content):
    (tmp_path / "sp.model").write_bytes(content)
    with pytest.raises(EncoderError, match="expected a SentencePiece model"):
        read_pieces(tmp_path / "sp.model")
