import pytest

from core.heads.readers.tfidf import TfidfReader
from tests.heads.readers.products import TEXTS


def test_tfidf_weights_are_those_of_scikit_learn():
    from sklearn.feature_extraction.text import TfidfVectorizer

    reader = TfidfReader.learn(TEXTS, most=1000)
    vectorizer = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2).fit(TEXTS)
    assert len(reader.words) == len(vectorizer.vocabulary_)
    for text in TEXTS:
        numbers, weights = reader.weights(text)
        expected = vectorizer.transform([text]).data
        assert sorted(weights[numbers < len(reader.words)]) == pytest.approx(sorted(expected), abs=1e-6)
