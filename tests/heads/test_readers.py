"""What the heads that read words make of them: hashes, vocabularies, clean words, readers."""

import json

import numpy as np
import pytest

from core.common.errors import CoreError
from core.features.vectors import Features
from core.heads.cleaning import clean_words
from core.heads.inputs import Inputs
from core.heads.ngrams import PIECES, piece_grams, word_grams
from core.heads.readers import FIRST, PAD, UNKNOWN, Grams, Vectors, Words, reader_from
from core.heads.vocabulary import Vocabulary, word_hash

TEXTS = (
    "Blue ceramic mug, 350 ml. Dishwasher safe!",
    "Ceramic mugs (set of 4)",
    "a",
    "",
    "Café crème – the best 🙂 cup",
    "mug mug mug",
)


def inputs(texts, width=3):
    present = np.array([bool(text) for text in texts])
    features = Features(np.ones((len(texts), width), np.float32) * present[:, None], present)
    return Inputs.of({"text": features, "image": features}, texts)


def counts(hashes):
    return sorted(np.unique(hashes, return_counts=True)[1].tolist())


@pytest.mark.parametrize("text", TEXTS)
def test_grams_are_those_of_scikit_learn(text):
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(ngram_range=(1, 2)).build_analyzer()
    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(min(PIECES), max(PIECES))).build_analyzer()
    expected = [gram for gram in pieces(text) if len(gram) >= min(PIECES)]
    assert counts(word_grams(text)) == counts(np.array(words(text)))
    # scikit-learn also keeps a word shorter than a piece, once
    assert counts(piece_grams(text)) == counts(np.array(expected))


def test_tfidf_weights_are_those_of_scikit_learn():
    from sklearn.feature_extraction.text import TfidfVectorizer

    reader = Grams.learn(TEXTS, most=1000)
    vectorizer = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2).fit(TEXTS)
    assert len(reader.words) == len(vectorizer.vocabulary_)
    for text in TEXTS:
        numbers, weights = reader.numbers(text)
        expected = vectorizer.transform([text]).data
        assert sorted(weights[numbers < len(reader.words)]) == pytest.approx(sorted(expected), abs=1e-6)


def test_a_gram_keeps_its_hash_on_every_machine():
    assert word_hash("mug") == 87999572424904667
    assert piece_grams("mug").tolist() == piece_grams("MUG").tolist()
    assert len(set(piece_grams("abcdefgh").tolist())) == len(piece_grams("abcdefgh"))


def test_a_vocabulary_keeps_what_is_frequent():
    documents = [np.uint64([5, 5, 9]), np.uint64([5, 7]), np.uint64([7, 5]), np.uint64([9, 1])]
    every = Vocabulary.learn(documents, least=2, most=10)
    assert every.hashes.tolist() == [5, 7, 9]
    assert every.numbers(np.uint64([9, 5, 6, 2**64 - 1])).tolist() == [2, 0, -1, -1]
    assert Vocabulary.learn(documents, least=2, most=1).hashes.tolist() == [5]
    assert len(Vocabulary.learn([], least=1, most=5)) == 0
    assert Vocabulary.learn([], least=1, most=5).numbers(np.uint64([3])).tolist() == [-1]
    assert Vocabulary.from_text(every.to_text()).hashes.tolist() == [5, 7, 9]


def test_merging_in_pieces_counts_the_same(monkeypatch):
    rng = np.random.default_rng(0)
    documents = [rng.integers(0, 500, 200, dtype=np.uint64) for _ in range(30_000)]
    whole = np.unique(np.concatenate([np.unique(one) for one in documents]), return_counts=True)
    found = Vocabulary.learn(documents, least=int(np.median(whole[1])), most=1000)
    assert found.hashes.tolist() == whole[0][whole[1] >= int(np.median(whole[1]))].tolist()


def test_clean_words():
    assert clean_words("The Women's running SHOES, (2 pairs) & knives!!") == [
        "woman",
        "run",
        "shoe",
        "2",
        "pair",
        "knife",
    ]
    assert clean_words("of the and") == []
    assert clean_words("ＦＵＬＬ width ½") == ["full", "width", "1", "2"]


@pytest.mark.parametrize("text", ["", "🙂🙂", "of the"])
def test_nothing_to_read_is_one_unknown_word(text):
    reader = Words(Vocabulary.learn([], least=1, most=5), longest=4)
    feeds = reader(inputs(["mug", text]))
    assert feeds["words"].tolist() == [[UNKNOWN], [UNKNOWN]]
    assert feeds["lengths"].tolist() == [1, 1]


def test_words_are_cut_and_padded():
    vocabulary = Vocabulary.learn(
        [np.array([word_hash("mug"), word_hash("blue")], np.uint64)], least=1, most=5
    )
    reader = Words(vocabulary, longest=2, pictures=True)
    feeds = reader(inputs(["blue mug mug mug", "mugs"]))
    mug = int(vocabulary.numbers(np.array([word_hash("mug")], np.uint64))[0]) + FIRST
    assert feeds["words"].tolist() == [[2 * FIRST + 1 - mug, mug], [mug, PAD]]
    assert feeds["lengths"].tolist() == [2, 1]
    assert feeds["vectors"].shape == (2, 3)


@pytest.mark.parametrize(
    "reader",
    [
        Vectors("fused"),
        Grams.learn(TEXTS, most=50),
        Words(Vocabulary.learn([np.uint64([1, 2])], least=1, most=5), 7, True),
    ],
)
def test_a_reader_comes_back_from_json(reader):
    back = reader_from(json.loads(json.dumps(reader.to_dict())))
    given = inputs([text or "x" for text in TEXTS])
    for name, array in reader(given).items():
        np.testing.assert_array_equal(back(given)[name], array)


def test_a_reader_of_another_version_is_refused():
    plain = Words(Vocabulary.learn([], least=1, most=5), 7).to_dict()
    with pytest.raises(
        CoreError, match=r"expected words cleaned by version 1, got 9; build the bundle again"
    ):
        reader_from(plain | {"cleaning": 9})
    with pytest.raises(CoreError, match="got 'tea leaves'"):
        reader_from({"reads": "tea leaves"})
