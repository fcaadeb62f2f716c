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
    assert counts(word_ngrams(text)) == counts(np.array(words(text)))
    assert counts(character_ngrams(text)) == counts(np.array(expected))


def test_case_makes_no_difference():
    assert character_ngrams("mug").tolist() == character_ngrams("MUG").tolist()
    assert word_ngrams("Blue Mug").tolist() == word_ngrams("blue mug").tolist()


def test_different_ngrams_have_different_hashes():
    hashes = character_ngrams("abcdefgh").tolist()
    assert len(set(hashes)) == len(hashes)
