import numpy as np
import pytest

from core.heads.inputs import Inputs
from core.heads.readers.tfidf import TfidfReader
from tests.heads.readers.products import TEXTS


def test_tfidf_weights_are_those_of_scikit_learn():
    from sklearn.feature_extraction.text import TfidfVectorizer

    reader = TfidfReader.learn(TEXTS, most=1000)
    vectorizer = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2).fit(TEXTS)
    assert len(reader.words) == len(vectorizer.vocabulary_)
    for text in TEXTS:
        _, numbers, weights = reader.weights([text])
        expected = vectorizer.transform([text]).data
        assert sorted(weights[numbers < len(reader.words)]) == pytest.approx(sorted(expected), abs=1e-6)


def test_many_texts_are_read_as_each_alone():
    texts = [*TEXTS, "", "unheard of", *TEXTS]
    reader = TfidfReader.learn(TEXTS, most=1000)
    together = reader.matrix(texts).toarray()
    feeds = reader(Inputs({}, np.array(texts, dtype=object)))
    for row, text in enumerate(texts):
        _, numbers, weights = reader.weights([text])
        alone = np.zeros(len(reader.idf), dtype=np.float32)
        alone[numbers] = weights
        np.testing.assert_array_equal(together[row], alone)
        padded = np.zeros_like(alone)
        np.add.at(padded, feeds["numbers"][row], feeds["weights"][row])
        np.testing.assert_array_equal(padded, alone)


def test_of_many_texts_some_are_learned_from(monkeypatch):
    monkeypatch.setattr("core.heads.readers.tfidf.MOST_TEXTS", 4)
    reader = TfidfReader.learn(["blue mug"] * 50 + ["red lamp"] * 50, most=1000)
    assert len(reader.words) == 6
    assert reader.idf.max() <= np.log(5 / 3) + 1 + 1e-6
