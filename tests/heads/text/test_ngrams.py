import numpy as np
import pytest

from core.heads.text.ngrams import CHARACTERS, character_ngrams, word_ngrams
from tests.heads.readers.products import TEXTS


def counts(hashes):
    return sorted(np.unique(hashes, return_counts=True)[1].tolist())


@pytest.mark.parametrize("text", TEXTS)
def test_ngrams_are_those_of_scikit_learn(text):
    from sklearn.feature_extraction.text import TfidfVectorizer

    lengths = (min(CHARACTERS), max(CHARACTERS))
    words = TfidfVectorizer(ngram_range=(1, 2)).build_analyzer()
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=lengths).build_analyzer()
    # scikit-learn also keeps a word that is shorter than an n-gram, once
    expected = [gram for gram in characters(text) if len(gram) >= min(CHARACTERS)]
    assert counts(word_ngrams([text]).hashes) == counts(np.array(words(text)))
    assert counts(character_ngrams([text]).hashes) == counts(np.array(expected))


def test_case_makes_no_difference():
    assert character_ngrams(["mug"]).hashes.tolist() == character_ngrams(["MUG"]).hashes.tolist()
    assert word_ngrams(["Blue Mug"]).hashes.tolist() == word_ngrams(["blue mug"]).hashes.tolist()


def test_different_ngrams_have_different_hashes():
    hashes = character_ngrams(["abcdefgh"]).hashes.tolist()
    assert len(set(hashes)) == len(hashes)


@pytest.mark.parametrize("ngrams", [word_ngrams, character_ngrams])
def test_texts_read_together_are_read_as_alone(ngrams):
    texts = ["", *TEXTS, "a", " ", "mug", "mug"]
    together = ngrams(texts)
    for position, text in enumerate(texts):
        alone = ngrams([text]).hashes
        assert np.sort(together.hashes[together.texts == position]).tolist() == np.sort(alone).tolist()
    assert not len(ngrams([]).hashes)
