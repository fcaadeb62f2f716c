import numpy as np
import pytest

from core.heads.inputs import Inputs
from core.heads.recurrent import glove_vectors
from core.heads.served import load_head
from core.heads.text.vocabulary import Vocabulary, hashes_of
from tests.heads.products import WORDS, products, rows, train


@pytest.mark.slow
def test_words_have_glove_vectors_where_its_file_is_installed(tmp_path, monkeypatch):
    from core.features.encoders import glove
    from core.features.encoders.encoder import Weights

    rng = np.random.default_rng(0)
    vectors = {word: rng.normal(size=100).round(4) for words in WORDS[:4] for word in words.split()}
    lines = (f"{word} {' '.join(map(str, vector))}" for word, vector in vectors.items())
    file = tmp_path / "glove.6B.100d.txt"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    monkeypatch.setattr(glove, "find", lambda named: Weights(file))
    head = train("bilstm")
    assert head.settings["word vectors"] == "GloVe, frozen"
    table = head.fitted.model.get_layer("embedding").get_weights()[0]
    number = head.fitted.reader(Inputs.of(products(rows(1)[0]).features, ["lamp"]))["words"][0, 0]
    np.testing.assert_allclose(table[number], vectors["lamp"], atol=1e-6)
    head.save(tmp_path / "head.onnx")
    inputs = products(*rows(40, seed=3))
    loaded = load_head(tmp_path / "head.onnx").predict_proba(inputs)
    assert np.abs(loaded - head.predict_proba(inputs)).max() < 1e-5


def test_word_vectors_are_read_from_the_file_that_was_named(tmp_path):
    file = tmp_path / "mine.txt"
    file.write_text(
        "".join(f"{word} {' '.join(['0.5'] * 100)}\n" for word in ("lamp", "mug")), encoding="utf-8"
    )
    texts = [["lamp", "mug"], ["lamp", "other"]]
    vocabulary = Vocabulary.learn([hashes_of([*set(words)]) for words in texts], least=1, most=10)
    table = glove_vectors(vocabulary, texts, file)
    assert table.shape == (5, 100)
    assert sorted(table.sum(axis=1).tolist()) == [0, 0, 0, 50, 50]
