import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_info, threadpool_limits

from core.common.errors import CatalogueError
from core.evaluation.strangeness import fitting
from core.evaluation.strangeness.fitting import GIVENS, fit_strangeness
from core.evaluation.strangeness.reference import fit_references
from tests.evaluation.strangeness.clusters import around, categories, centres, nothing_written, unit


def fitted(vectors, labels, groups=None, texts=None, **present):
    """Learn from products which have the given sides, all of them where nothing else is said; no words."""
    sides = present or {"text": np.ones(len(labels), dtype=bool)}
    groups = np.arange(len(labels)) if groups is None else groups
    texts = nothing_written(len(labels)) if texts is None else texts
    return fit_strangeness(dict.fromkeys(sides, vectors), sides, texts, labels, groups)


def said(learned, given, vectors):
    """How strange products are which show the same on both sides."""
    both = {"text": vectors, "image": vectors}
    return learned.strangeness.of(given, both, nothing_written(len(vectors)))


def everywhere(labels):
    return np.ones(len(labels), dtype=bool)


@pytest.fixture(scope="module")
def learned():
    vectors, labels = categories(6)
    return fitted(vectors, labels, text=everywhere(labels), image=everywhere(labels))


@pytest.mark.parametrize("given", GIVENS)
def test_products_of_an_unknown_category_are_strange_and_new_ones_of_known_categories_are_not(learned, given):
    known = np.concatenate([around(centre, 20, seed=99 + at) for at, centre in enumerate(centres(6))])
    unknown = around(centres(8)[7], 40, seed=7)

    of_known, of_unknown = (said(learned, given, each) for each in (known, unknown))
    assert of_unknown.min() > of_known.max()
    assert np.median(of_unknown) > 0.7 and np.median(of_known) < 0.3


@pytest.mark.parametrize("given", GIVENS)
def test_the_catalogues_own_products_are_not_strange(learned, given):
    of_training = learned.of_training[given]
    assert of_training.shape == (240,)
    assert np.median(of_training) < 0.3
    far = said(learned, given, around(centres(8)[7], 20))
    assert (of_training < far.min()).mean() > 0.95


def test_between_two_categories_is_stranger_than_in_one(learned):
    one, two = centres(2)
    between, within = said(learned, "text", around(one + two, 20)), said(learned, "text", around(one, 20, 5))
    assert between.min() > np.quantile(within, 0.9)


def with_outliers(count, group_apart):
    """Return products of four categories, the first `count` of which are copies of one that is far away."""
    vectors, labels = categories(4)
    vectors[:count] = unit(centres(8)[7])
    groups = np.arange(len(labels))
    if not group_apart:
        groups[:count] = 0
    return vectors, labels, groups


def test_a_training_product_is_scored_by_what_had_not_seen_it():
    """An outlier listed ten times: whoever has seen a copy finds the others familiar."""
    vectors, labels, groups = with_outliers(10, group_apart=False)
    own = fitted(vectors, labels, groups)
    outliers, others = own.of_training["text"][:10], own.of_training["text"][10:]
    assert outliers.min() > np.quantile(others, 0.99)
    seen = said(own, "text", vectors)
    assert seen[:10].max() < outliers.min()
    apart = fitted(*with_outliers(10, group_apart=True)).of_training["text"]
    assert np.median(apart[:10]) < outliers.min()


def test_groups_are_never_divided(monkeypatch):
    """No reference that scores a product has seen one of its group, or one of a hidden category."""
    vectors, labels = categories(5, each=12)
    groups = np.arange(len(labels)) // 3
    groups[::12] = 1000  # a group across all categories
    learnt_from = []

    def recorded(vectors, present, texts, labels, seed, rows=None):
        learnt_from.append(vectors["text"][slice(None) if rows is None else rows, 0])
        return fit_references(vectors, present, texts, labels, seed, rows)

    monkeypatch.setattr(fitting, "fit_references", recorded)
    scored_by = []
    add = fitting._Lessons.add

    def added(self, rows, signals, labels, *, strange):
        scored_by.append((rows, strange, len(learnt_from) - 1))
        add(self, rows, signals, labels, strange=strange)

    monkeypatch.setattr(fitting._Lessons, "add", added)
    of_training = fitted(vectors, labels, groups).of_training["text"]
    assert len(learnt_from) == 6  # one in each round, and one of all
    for rows, strange, reference in scored_by:
        seen = np.isin(vectors[:, 0], learnt_from[reference])
        assert not np.isin(groups[rows], groups[seen]).any() or strange
        if strange:
            assert not np.isin(labels[rows], labels[seen]).any()
        else:
            assert np.isin(labels[rows], labels[seen]).all()
    known = np.concatenate([rows for rows, strange, _ in scored_by if not strange])
    assert len(set(known.tolist())) == len(known)  # each once
    assert np.isfinite(of_training[known]).all()
    assert np.isfinite(of_training).mean() > 0.9


def test_each_category_is_hidden_once():
    vectors, labels = categories(9, each=8)
    hidden = []
    add = fitting._Lessons.add

    def added(self, rows, signals, labels, *, strange):
        if strange:
            hidden.extend(np.unique(labels).tolist())
        add(self, rows, signals, labels, strange=strange)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fitting._Lessons, "add", added)
        fitted(vectors, labels)
    assert sorted(hidden) == list(range(9))


def test_of_two_categories_none_is_hidden():
    vectors, labels = categories(2)
    own = fitted(vectors, labels)
    assert np.isfinite(own.of_training["text"]).all()
    weights = own.strangeness.scores["text"].weights
    assert weights == pytest.approx((weights[0],) * len(weights))  # nobody taught which signal to trust
    far = said(own, "text", around(centres(8)[7], 40))
    scores, strange = np.concatenate([own.of_training["text"], far]), np.repeat([0, 1], [len(labels), 40])
    assert roc_auc_score(strange, scores) > 0.99


def test_one_category_is_refused():
    with pytest.raises(CatalogueError, match="two categories or more, got 1"):
        fitted(around(centres(1)[0], 10), np.zeros(10, dtype=np.int64))


def test_a_product_that_lacks_a_side_has_no_strangeness_by_it():
    vectors, labels = categories(4)
    image = np.arange(len(labels)) % 3 > 0
    own = fitted(vectors, labels, text=everywhere(labels), image=image)
    assert np.isfinite(own.of_training["text"]).all()
    for given in ("image", "fused"):
        assert np.isfinite(own.of_training[given]).tolist() == image.tolist()


def test_a_category_none_of_whose_products_has_an_image():
    vectors, labels = categories(4)
    own = fitted(vectors, labels, text=everywhere(labels), image=labels != 3)
    assert np.isfinite(own.of_training["fused"]).tolist() == (labels != 3).tolist()
    known, unknown, without = (said(own, "fused", around(centres(8)[at], 20, seed=5)) for at in (0, 7, 3))
    assert known.max() < min(unknown.min(), without.min())


@pytest.mark.parametrize("k", [2, 3])
def test_categories_of_one_group_each(k):
    vectors, labels = categories(k, each=10)
    own = fitted(vectors, labels, groups=labels)
    assert np.isnan(own.of_training["text"]).all()  # nobody could answer without having seen it
    known, far = (said(own, "text", around(centres(8)[at], 20, seed=5)) for at in (0, 7))
    assert far.min() > known.max()


def test_it_is_the_same_every_time():
    vectors, labels = categories(4, each=10)
    first, second = (fitted(vectors, labels) for _ in range(2))
    assert (first.of_training["text"] == second.of_training["text"]).all()
    assert first.strangeness.scores == second.strangeness.scores


def test_words_that_the_catalogue_never_met_are_strange():
    """Vectors that say nothing: only the words tell."""
    vectors, labels = np.repeat(unit(np.ones((1, 24))), 120, axis=0), np.repeat(np.arange(6), 20)
    rng = np.random.default_rng(0)
    kinds = ["lamp", "mug", "shoe", "chair", "bag", "watch"]
    named = [f"{kinds[label]} " for label in labels]
    colours = np.array(["red", "blue", "green", "small", "large", "new"])
    texts = np.array([name + " ".join(rng.choice(colours, 3)) for name in named], dtype=object)
    own = fitted(vectors, labels, texts=texts)

    def strangeness(text):
        return own.strangeness.of("text", {"text": vectors[:1]}, np.array([text], dtype=object))[0]

    assert strangeness("lamp blue new") < strangeness("gargoyle blue new") < strangeness("gargoyle hideous")
    assert np.isfinite(strangeness(""))


def test_learning_keeps_to_one_thread(monkeypatch):
    counts = []

    def counted(*given):
        counts.append({each["num_threads"] for each in threadpool_info()})
        return fit_references(*given)

    monkeypatch.setattr(fitting, "fit_references", counted)
    vectors, labels = categories(3, each=10)
    with threadpool_limits(2):
        fitted(vectors, labels)
        assert counts and all(each == {1} for each in counts)
        assert {each["num_threads"] for each in threadpool_info()} == {2}
