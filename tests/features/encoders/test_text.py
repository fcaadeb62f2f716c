import numpy as np

from core.features.encoders.bundled import load_onnx_encoder
from core.features.encoders.record import EncoderRecord
from core.features.encoders.text import MAX_TOKENS, TextEncoder
from tests.features.encoders.models import WORDS, write_text


def test_texts_become_vectors_of_length_one(text_encoder):
    vectors = text_encoder.encode(["red shirt", "blue cap", "cotton"])
    assert vectors.dtype == np.float32
    assert vectors.shape == (3, 3)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_no_texts(text_encoder):
    assert text_encoder.encode([]).shape == (0, 3)


def test_a_text_without_tokens_is_finite(text_encoder):
    assert np.isfinite(text_encoder.encode(["", "red"])).all()


def test_half_of_a_character_is_an_unknown_one(text_encoder):
    same = text_encoder.encode(["red \ud83d cap", "red ? cap"])
    np.testing.assert_array_equal(*same)


def test_a_text_does_not_depend_on_its_batch(text_encoder):
    texts = [" ".join(WORDS[: 1 + n % 5] * (1 + n % 7)) for n in range(50)]
    together = text_encoder.encode(texts)
    alone = np.concatenate([text_encoder.encode([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_texts_are_cut_at_256_tokens_not_where_the_file_says(text_encoder):
    long = "red " * (MAX_TOKENS - 1)
    same = text_encoder.encode([long + "red", long + "red blue", long + "blue"])
    np.testing.assert_array_equal(same[0], same[1])
    assert (same[0] != same[2]).any()


def test_a_text_model_says_itself_how_many_tokens_count(tmp_path):
    encoder = TextEncoder("tiny", 3, "abc", write_text(tmp_path / "text.onnx", max_tokens="2"))
    assert encoder.max_tokens == 2
    same = encoder.encode(["red shirt", "red shirt blue", "red blue"])
    np.testing.assert_array_equal(same[0], same[1])
    assert (same[0] != same[2]).any()
    again = load_onnx_encoder("tiny", tmp_path / "text.onnx", EncoderRecord.of(encoder))
    np.testing.assert_array_equal(again.encode(WORDS), encoder.encode(WORDS))
