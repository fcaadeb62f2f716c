import numpy as np
import pytest

from core.heads.text.vocabulary import Vocabulary, word_hash

DOCUMENTS = [np.uint64([5, 9]), np.uint64([5, 7]), np.uint64([7, 5]), np.uint64([9, 1])]


def test_a_word_has_the_same_hash_on_every_machine():
    assert word_hash("mug") == 87999572424904667


def test_a_vocabulary_keeps_what_is_frequent():
    assert Vocabulary.learn(DOCUMENTS, least=2, most=10).hashes.tolist() == [5, 7, 9]
    assert Vocabulary.learn(DOCUMENTS, least=2, most=1).hashes.tolist() == [5]


def test_unknown_words_have_the_number_minus_one():
    vocabulary = Vocabulary.learn(DOCUMENTS, least=2, most=10)
    assert vocabulary.numbers(np.uint64([9, 5, 6, 2**64 - 1])).tolist() == [2, 0, -1, -1]
    empty = Vocabulary.learn([], least=1, most=5)
    assert len(empty) == 0
    assert empty.numbers(np.uint64([3])).tolist() == [-1]


def test_a_vocabulary_survives_text():
    vocabulary = Vocabulary.learn(DOCUMENTS, least=2, most=10)
    assert Vocabulary.from_text(vocabulary.to_text()).hashes.tolist() == [5, 7, 9]


@pytest.mark.parametrize("at_once", [1, 300, 1 << 22])
def test_merging_in_parts_counts_the_same(at_once):
    rng = np.random.default_rng(0)
    documents = [rng.choice(500, 200, replace=False).astype(np.uint64) for _ in range(100)]
    entries, counts = np.unique(np.concatenate(documents), return_counts=True)
    least = int(np.median(counts))
    learned = Vocabulary.learn(documents, least=least, most=1000, at_once=at_once)
    assert learned.hashes.tolist() == entries[counts >= least].tolist()
