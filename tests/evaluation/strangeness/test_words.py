import re
from collections import Counter

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from core.evaluation.softmax import softmax
from core.evaluation.strangeness import words
from core.evaluation.strangeness.words import STRENGTH, fit_words

KINDS = ("lamp bulb shade", "mug cup handle", "shoe lace sole")


def texts(n=60, k=3, seed=0):
    """Return made-up texts and their categories."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % k
    common = ["new", "blue", "set", "fine"]
    parts = [[*rng.choice(KINDS[label].split(), 2), *rng.choice(common, 2)] for label in labels]
    return np.array([" ".join(part) for part in parts], dtype=object), labels


@pytest.mark.parametrize("k", [2, 3])
def test_the_model_is_a_logistic_regression_of_tf_idf(k):
    written, labels = texts(k=k)
    model = fit_words(written, labels)
    theirs = TfidfVectorizer(token_pattern=r"\w\w+", norm=None).fit(written)
    counts = theirs.transform(written).toarray() / theirs.idf_
    weighed = np.log1p(counts) * theirs.idf_
    weighed /= np.linalg.norm(weighed, axis=1, keepdims=True)
    expected = LogisticRegression(C=STRENGTH, max_iter=100, tol=1e-2).fit(weighed, labels)
    logits, familiar = model.read(written)
    assert softmax(logits) == pytest.approx(expected.predict_proba(weighed), abs=0.02)
    assert familiar.tolist() == [1.0] * len(written)


def test_words_that_were_never_met_by_hand():
    model = fit_words(np.array(["red lamp", "red mug", "blue mug"], dtype=object), np.array([0, 1, 1]))
    idf = {
        word: np.log(4 / (1 + count)) + 1
        for word, count in {"red": 2, "lamp": 1, "mug": 2, "blue": 1}.items()
    }
    rarest = max(idf.values())
    _, familiar = model.read(np.array(["red lamp", "red gargoyle", "gargoyle", "", "x y 7"], dtype=object))
    expected = [1, idf["red"] / (idf["red"] + rarest), 0, 1, 1]
    assert familiar == pytest.approx(expected, abs=1e-3)


def test_a_word_counts_once_whatever_its_case():
    model = fit_words(*texts())
    one, two = model.read(np.array(["Lamp GARGOYLE", "lamp gargoyle gargoyle"], dtype=object))[1]
    assert one == two


def test_texts_without_words_say_nothing():
    for written in (["", "", ""], ["a", "7", "!"]):
        model = fit_words(np.array(written, dtype=object), np.array([0, 1, 1]))
        logits, familiar = model.read(np.array(["lamp", ""], dtype=object))
        assert softmax(logits) == pytest.approx(np.full((2, 2), 0.5))
        assert familiar.tolist() == [0, 1]


def test_only_the_most_frequent_words_are_kept(monkeypatch):
    monkeypatch.setattr(words, "MOST_WORDS", 5)
    written, labels = texts()
    model = fit_words(written, labels)
    assert len(model.hashes) == 5 and (np.diff(model.hashes.astype(np.int64)) > 0).all()
    counts = Counter(word for text in written for word in set(re.findall(r"\w+", text)))
    kept = [word for word, _ in counts.most_common(4)]
    assert model.read(np.array(kept, dtype=object))[1].tolist() == [1] * 4


def test_words_cannot_be_read_from_what_is_kept():
    model = fit_words(*texts())
    assert model.hashes.dtype == np.uint32
    stored = b"".join(array.tobytes() for array in (model.hashes, model.idf, model.weights))
    assert not any(word.encode() in stored for kind in KINDS for word in kind.split())


def test_of_many_texts_some_are_learned_from(monkeypatch):
    monkeypatch.setattr("core.evaluation.strangeness.words.MOST_TEXTS", 20)
    written = np.array(["red lamp"] * 100 + ["blue mug"] * 100 + ["rare vase"], dtype=object)
    model = fit_words(written, np.array([0] * 100 + [1] * 100 + [2]))
    logits, _ = model.read(np.array(["red lamp", "blue mug", "rare vase"], dtype=object))
    assert logits.argmax(axis=1).tolist() == [0, 1, 2]
