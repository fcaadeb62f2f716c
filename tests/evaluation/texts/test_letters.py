from math import log

import numpy as np
import pytest

from core.evaluation.texts.letters import (
    BEGIN,
    DICTIONARY,
    END,
    LEAST,
    MOST,
    LetterModel,
    dictionary_words,
)


def test_triples_are_counted():
    model = LetterModel.fit(["ab", "ab", "b"])
    counts = dict(zip(model.triples.tolist(), model.counts.tolist(), strict=True))
    assert counts == {
        f"{BEGIN}{BEGIN}a": 2, f"{BEGIN}{BEGIN}b": 1, f"{BEGIN}ab": 2, f"{BEGIN}b{END}": 1, f"ab{END}": 2,
    }  # fmt: skip
    assert (model.triples.dtype, model.counts.dtype) == (np.dtype("<U3"), np.int32)


def test_the_likeness_of_a_word_by_hand():
    """Of the letters in ab, ab, b (with their ends) two are a, three b, three ends: 8 in all, 3 kinds."""
    total = 8 + 1.5 + 1
    a, b, end = 2.5 / total, 3.5 / total, 3.5 / total
    # After a beginning come a (2) and b (1), two kinds; single beginnings and pairs of them are the same.
    a_first = (2 + 2 * ((2 + 2 * a) / 5)) / 5
    b_after_a = (2 + 1 * ((2 + 1 * b) / 3)) / 3  # after a comes only b, twice, and so it does after BEGIN a
    end_after_b = (2 + 1 * ((3 + 1 * end) / 4)) / 3  # after b only the end: three times, after ab twice
    expected = (log(a_first / a) + log(b_after_a / b) + log(end_after_b / end)) / 3
    assert LetterModel.fit(["ab", "ab", "b"]).likeness("ab") == pytest.approx(expected)


def test_words_look_more_like_words_than_the_same_letters_in_any_order():
    model = LetterModel.fit(dictionary_words(["en"]))
    for word in ("wooden", "kitchen", "stratocaster", "headphones"):
        assert model.likeness(word) > 0 > model.likeness("".join(sorted(word)))
    for typed in ("asdfgh", "qwrtzp", "xxxxxxx", "zzkqj"):
        assert model.likeness(typed) < -0.7


def test_letters_that_no_word_has_say_nothing():
    model = LetterModel.fit(["mug", "lamp"])
    assert model.likeness("стол") == 0
    assert LetterModel.fit([]).likeness("mug") == 0


def test_a_word_says_no_more_than_it_may():
    model = LetterModel.fit(["abcdefg"] * 1000 + ["zyx"])
    assert model.likeness("abcdefg") == MOST
    assert model.likeness("gfdcabz") == LEAST


def test_dictionaries_are_read_where_there_is_one():
    words = dictionary_words(["de", "zh", "en"])
    assert DICTIONARY < len(words) <= 2 * DICTIONARY
    assert all(word == word.lower() and word.isalpha() for word in words)
    assert dictionary_words(["zh"]) == []
