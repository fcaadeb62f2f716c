import shutil

import numpy as np
import pytest

from core.bundle.layout import WORDS
from core.bundle.marking_words import (
    FEWEST,
    SUREST,
    counted_words,
    marking_words,
    words_by_split,
    words_of,
    words_table,
)
from core.bundle.reader import Bundle
from core.common.errors import BundleError
from tests.bundle.sealing import reseal

MUGS = [f"Blue mug of stoneware {i} {'cups' if i % 2 else 'cup'}" for i in range(20)]
LAMPS = [f"Blue lamp {i} with a shade" for i in range(30)]


@pytest.fixture
def counts():
    return marking_words(MUGS + LAMPS, ["Mugs"] * 20 + ["Lamps"] * 30)


def test_each_text_counts_a_word_once_and_each_word_in_its_dictionary_form():
    counts = marking_words(["mug mug mugs", "Mug!", "a mugs", "lamp"] * 1, ["M", "M", "M", "L"])
    assert counts.words == ("mug",)  # lamp is in one text only
    assert counts.having.tolist() == [[0], [3]]
    assert counts.texts.tolist() == [1, 3]


def test_vowel_signs_belong_to_their_words():
    counts = marking_words(["दाल 1", "दाल 2", "दाल 3", "दिल 4", "दिल 5", "दिल 6"], ["A"] * 3 + ["B"] * 3)
    assert set(counts.words) == {"दाल", "दिल"}
    assert counts.having.sum() == 6


def test_words_that_mark_and_words_that_do_not(counts):
    marking = counts.of("Mugs")
    assert set(marking["Word"]) == {"mug", "stoneware", "cup"}
    assert (marking["This category"] == 1).all()
    assert (marking["Other categories"] == 0).all()
    assert "blue" in counts.words
    assert counts.strength("Mugs")[counts.words.index("blue")] == pytest.approx(0, abs=1e-6)
    assert counts.strength("Lamps")[counts.words.index("mug")] < -SUREST


def test_the_strength_is_the_root_of_the_likelihood_ratio():
    # A word in 30 of 100 texts here, 10 of 200 elsewhere: Dunning's G², written out.
    texts = [f"{'lamp' if i < 30 else 'chair'} {'x' * (i + 2)}" for i in range(100)]
    texts += [f"{'lamp' if i < 10 else 'chair'} {'y' * (i + 2)}" for i in range(200)]
    counts = marking_words(texts, ["A"] * 100 + ["B"] * 200)
    cells = np.array([[30, 70], [10, 190]])
    expected = cells.sum(axis=1, keepdims=True) * cells.sum(axis=0) / cells.sum()
    g2 = 2 * (cells * np.log(cells / expected)).sum()
    at = counts.words.index("lamp")
    assert counts.strength("A")[at] == pytest.approx(np.sqrt(g2))
    assert counts.strength("B")[at] == pytest.approx(-np.sqrt(g2))


def test_a_common_word_of_the_category_comes_before_its_rare_brand():
    texts = [f"watch {'casio' if i % 5 == 0 else 'steel'} {'ab'[i % 2] * (i + 3)}" for i in range(50)]
    texts += [f"{'watch' if i == 0 else 'steel'} chain {'cd'[i % 2] * (i + 3)}" for i in range(50)]
    marking = marking_words(texts, ["Watches"] * 50 + ["Chains"] * 50).of("Watches")
    assert marking["Word"].tolist() == ["watch", "casio"]


def test_texts_that_are_the_same_count_once():
    counts = marking_words(["fine mug"] * 50 + ["mug one", "mug two"], ["Mugs"] * 52)
    assert counts.texts.tolist() == [3]
    assert counts.words == ("mug",)


def test_numbers_letters_stop_words_and_rare_words_are_left_out():
    texts = [f"the t 240 x500 with lamp {'abcdefgh'[i] * 3}" for i in range(FEWEST)]
    assert marking_words(texts, ["L"] * FEWEST).words == ("lamp",)


def test_a_word_is_shown_as_most_texts_write_it():
    texts = ["shoes one", "shoes two", "shoe three"]
    assert marking_words(texts, ["S"] * 3).words == ("shoes",)


def test_one_category_marks_nothing_and_no_text_is_no_word():
    assert marking_words(["lamp a", "lamp b", "lamp c"], ["L"] * 3).of("L").empty
    nothing = marking_words(["", ""], ["L", "M"])
    assert nothing.categories == () and nothing.words == ()
    assert nothing.overview([]).empty


def test_the_overview_lists_the_given_categories(counts):
    listed = counts.overview(["Lamps"], most=2)
    assert listed.to_dict("list") == {
        "Category": ["Lamps"],
        "Texts": [30],
        "Marking words": ["lamp, shade"],
    }


def test_each_text_needs_a_category():
    with pytest.raises(ValueError, match="each of 2 texts, got 1"):
        marking_words(["a", "b"], ["A"])


def same(one, other):
    assert (one.categories, one.words) == (other.categories, other.words)
    np.testing.assert_array_equal(one.having, other.having)
    np.testing.assert_array_equal(one.texts, other.texts)


SPLITS = ["train", "train", "test", "validation", "test"] * 10


def test_a_split_is_counted_as_if_the_others_were_not_there():
    texts, categories = [*MUGS, *LAMPS[:25], *MUGS[:5]], ["Mugs"] * 20 + ["Lamps"] * 30
    counted = words_by_split(texts, categories, SPLITS)
    assert set(counted) == {"", "train", "test", "validation"}
    for split, words in counted.items():
        rows = [row for row, own in enumerate(SPLITS) if split in ("", own)]
        alone = marking_words([texts[row] for row in rows], [categories[row] for row in rows])
        assert words.categories == alone.categories and set(words.words) == set(alone.words)
        assert words.texts.tolist() == alone.texts.tolist()
        for category in alone.categories:
            np.testing.assert_allclose(
                words.strength(category)[[words.words.index(word) for word in alone.words]],
                alone.strength(category),
            )


def test_what_is_stored_is_what_was_counted():
    counted = words_by_split(MUGS + LAMPS, ["Mugs"] * 20 + ["Lamps"] * 30, SPLITS)
    stored = words_table(counted)
    assert stored["texts"].min() > 0
    for split, words in counted.items():
        same(words_of(stored, split), words)
    assert words_of(stored, "nowhere").categories == ()


def test_a_bundle_stores_its_words_and_one_without_counts_them(tiny_bundle, tmp_path):
    stored = Bundle.open(tiny_bundle)
    assert WORDS in stored.manifest.files
    older = shutil.copytree(tiny_bundle, tmp_path / "older")
    (older / WORDS).unlink()
    reseal(older, lambda manifest: manifest["files"].pop(WORDS))
    for split in ("", "train", "validation", "test"):
        same(stored.marking_words(split), counted_words(stored.table)[split])
        same(Bundle.open(older).marking_words(split), stored.marking_words(split))


def test_a_private_bundle_stores_no_words(private_bundle):
    assert WORDS not in Bundle.open(private_bundle).manifest.files


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("texts", 0, "expected how many texts"),
        ("split", "weekday", "expected a split"),
        ("word", "x", "first"),
    ],
)
def test_a_table_of_words_that_is_none_is_refused(tiny_bundle, tmp_path, column, value, message):
    import pandas as pd

    damaged = shutil.copytree(tiny_bundle, tmp_path / "damaged")
    table = pd.read_parquet(damaged / WORDS)
    table.loc[0, column] = value
    table.to_parquet(damaged / WORDS, index=False)
    reseal(damaged)
    with pytest.raises(BundleError, match=message):
        Bundle.open(damaged).marking_words("")
