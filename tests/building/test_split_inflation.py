from functools import partial

import numpy as np
import pytest
import scipy.stats

from core.building.split_inflation import logistic_regression, split_inflation
from core.common.errors import CatalogueError

measured = partial(split_inflation, modality="text")


def nearest(X, y, new):
    """Remembers rows: the worst offender where copies are on both sides."""
    return y[((new[:, None] - X) ** 2).sum(axis=2).argmin(axis=1)]


def copies(products=60, each=4, seed=0):
    """Features that say nothing about the class, and rows of a product that are all but the same."""
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(products), each)
    vectors = rng.normal(size=(products, 6))[groups] + 0.01 * rng.normal(size=(len(groups), 6))
    labels = np.array(["bag", "hat", "shoe"])[np.arange(products) % 3][groups]
    return vectors.astype(np.float32), labels, groups


def test_copies_on_both_sides_inflate_the_score():
    inflation = measured(*copies(), train_and_predict=nearest)
    assert inflation.random.value > 0.9
    assert inflation.grouped.value < 0.6
    assert inflation.difference.value == pytest.approx(inflation.random.value - inflation.grouped.value)
    assert inflation.difference.low > 0.2
    assert inflation.seen > 0.9
    assert (inflation.modality, inflation.rows) == ("text", 240)


def test_without_copies_there_is_nothing_to_inflate():
    vectors, labels, _ = copies(each=1, products=120)
    inflation = measured(vectors, labels, np.arange(120), train_and_predict=nearest)
    assert inflation.seen == 0
    assert inflation.difference.value == inflation.difference.low == inflation.difference.high == 0
    assert inflation.sentence.startswith("No product appears twice in a random split")


def test_the_intervals_are_those_of_overlapping_splits():
    scores, sizes = [], []

    def score(X, y, new):
        predicted = nearest(X, y, new)
        sizes.append((len(X), len(new)))
        return predicted

    inflation = split_inflation(
        *copies(), modality="text", train_and_predict=score, seeds=(3, 4, 5), level=0.9
    )
    assert len(sizes) == 6
    ratio = np.mean([test / train for train, test in sizes[3:]])
    from core.evaluation.splits import make_split

    vectors, labels, groups = copies()
    for seed in (3, 4, 5):
        split = make_split(labels, groups, seed=seed)
        predicted = nearest(vectors[split.train], labels[split.train], vectors[split.test])
        scores.append((predicted == labels[split.test]).mean())
    error = np.sqrt((1 / 3 + ratio) * np.var(scores, ddof=1))
    half = scipy.stats.t.ppf(0.95, 2) * error
    assert inflation.grouped.value == pytest.approx(np.mean(scores))
    assert inflation.grouped.low == pytest.approx(max(np.mean(scores) - half, 0))
    assert inflation.grouped.high == pytest.approx(min(np.mean(scores) + half, 1))
    assert inflation.grouped.level == 0.9


def test_the_callable_gets_training_rows_and_numbers_from_zero():
    vectors, labels, groups = copies()

    def check(X, y, new):
        assert X.dtype == new.dtype == np.float32
        assert sorted(set(y.tolist())) == [0, 1, 2]
        assert len(X) == len(y) > len(new)
        return np.zeros(len(new), dtype=int)

    inflation = split_inflation(
        vectors, labels, groups, modality="text", train_and_predict=check, seeds=(0, 1)
    )
    assert inflation.random.value == pytest.approx(1 / 3, abs=0.1)


def test_the_usual_model_is_the_linear_head():
    rng = np.random.default_rng(0)
    y = np.arange(90) % 3
    vectors = (np.eye(3)[y] + 0.2 * rng.normal(size=(90, 3))).astype(np.float32)
    predicted = logistic_regression(vectors[:60], y[:60], vectors[60:])
    assert (predicted == y[60:]).mean() > 0.95
    inflation = measured(vectors, y.astype(str), np.arange(90) // 2, seeds=(0, 1))
    assert inflation.random.value > 0.9


def test_in_words():
    words = measured(*copies(), train_and_predict=nearest).sentence
    assert "of the test products also appear in training" in words
    assert "could be chance" not in words
    luck = split_inflation(
        *copies(), modality="text", train_and_predict=lambda X, y, new: np.zeros(len(new), dtype=int)
    ).sentence
    assert luck.endswith(", which could be chance.")


@pytest.mark.parametrize(
    ("change", "settings", "kind", "message"),
    [
        (lambda X, y, g: (X[:3], y, g), {}, ValueError, "got 3 vectors, 240 labels"),
        (lambda X, y, g: (X, y, g[:3]), {}, ValueError, "each of 240 rows"),
        (lambda X, y, g: (X[:0], y[:0], g[:0]), {}, CatalogueError, "no products"),
        (lambda X, y, g: (X, y, g * 0), {}, CatalogueError, "too few different products"),
        (lambda X, y, g: (X, y, g), {"seeds": [1]}, ValueError, "two seeds or more, got 1"),
        (lambda X, y, g: (X, y, g), {"level": 0}, ValueError, "level between"),
        (
            lambda X, y, g: (X, y, g),
            {"train_and_predict": lambda X, y, new: np.zeros(3)},
            ValueError,
            r"predictions, got shape \(3,\)",
        ),
    ],
)
def test_mistakes_are_told(change, settings, kind, message):
    with pytest.raises(kind, match=message):
        measured(*change(*copies()), **{"train_and_predict": nearest, **settings})
