import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import entropy
from sklearn.linear_model import LogisticRegression

from core.evaluation.strangeness import prototypes, reference
from core.evaluation.strangeness.prototypes import Prototypes
from core.evaluation.strangeness.reference import (
    FUSED_SIGNALS,
    SIGNALS,
    STRENGTH,
    WORD_SIGNALS,
    LinearModel,
    Reference,
    count_signals,
    fit_linear,
    fit_references,
    softmax,
)
from core.evaluation.strangeness.score import StrangenessScore
from tests.evaluation.strangeness.clusters import around, categories, centres, nothing_written, unit


def learnt(vectors, present, labels):
    """What products without any words look like."""
    return fit_references(vectors, present, nothing_written(len(labels)), labels)


def measured(references, vectors):
    return references.signals(vectors, nothing_written(len(next(iter(vectors.values())))))


@pytest.mark.parametrize("k", [2, 3, 5])
def test_the_linear_model_is_a_logistic_regression(k):
    vectors, labels = categories(k, each=15)
    labels = labels * 2 + 1  # not all of the catalogue's categories are there
    model = fit_linear([vectors], labels)
    theirs = LogisticRegression(C=STRENGTH, max_iter=200, tol=1e-3).fit(vectors, labels)
    assert model.categories.tolist() == theirs.classes_.tolist()
    assert softmax(model.logits(vectors)) == pytest.approx(theirs.predict_proba(vectors), abs=1e-5)


def test_a_sample_has_every_category(monkeypatch):
    monkeypatch.setattr(reference, "SAMPLED", 20)
    vectors, labels = categories(2, each=100)
    rare = around(centres(4)[3], 1)
    model = fit_linear([np.concatenate([vectors, rare])], np.append(labels, 3))
    assert model.categories.tolist() == [0, 1, 3]


def test_signals_by_hand():
    linear = LinearModel(
        np.array([[2.0, 0.0], [0.0, 2.0], [0.0, 0.0]], dtype=np.float32), np.array([4, 1], dtype=np.int64)
    )
    prototypes = Prototypes(
        vectors=np.array([[1, 0], [0, 1]], dtype=np.float32),
        categories=np.array([4, 1]),
        means=np.array([0.9, 0.7], dtype=np.float32),
        spreads=np.array([0.05, 0.1], dtype=np.float32),
    )
    signals, proba = Reference(linear, prototypes).signals(np.array([[0.6, 0.8]], dtype=np.float32))
    p = np.exp([1.2, 1.6]) / np.exp([1.2, 1.6]).sum()
    expected = {
        "confidence": 0.4,  # log(p / (1 - p)) of two categories is the difference of their logits
        "energy": logsumexp([1.2, 1.6]),
        "entropy": -entropy(p),
        "nearest": 0.8,
        "nearest_own": 0.8,  # the answer is category 1, whose prototype is the second
        "relative": 1.0,
        "relative_own": 1.0,
    }
    assert signals[0] == pytest.approx([expected[name] for name in SIGNALS], rel=1e-5)
    assert proba[0] == pytest.approx(p, rel=1e-5)


def test_a_prototype_of_another_category_is_near_but_not_the_answers_own():
    linear = LinearModel(np.array([[0, 0], [0, 0], [1, 0]], dtype=np.float32), np.array([0, 1]))
    prototypes = Prototypes(
        np.eye(2, dtype=np.float32), np.array([0, 1]), np.ones(2, np.float32), np.ones(2, np.float32)
    )
    signals, _ = Reference(linear, prototypes).signals(np.array([[0.0, 1.0]], dtype=np.float32))
    said = dict(zip(SIGNALS, signals[0].tolist(), strict=True))
    assert (said["nearest"], said["nearest_own"]) == (1, 0)
    assert (said["relative"], said["relative_own"]) == (0, -1)


def test_what_is_measured_of_a_product_with_both_sides():
    text, labels = categories(3)
    image = np.roll(text, 1, axis=1)
    there = np.ones(len(labels), dtype=bool)
    both = {"text": text, "image": image}
    references = learnt(both, {"text": there, "image": there}, labels)
    signals = measured(references, both)
    assert signals.shape == (len(labels), count_signals(("text", "image")))
    for at, side in enumerate(("text", "image")):
        alone = measured(references, {side: both[side]})
        assert alone.shape[1] == count_signals((side,))
        assert alone[:, : len(SIGNALS)] == pytest.approx(
            signals[:, at * len(SIGNALS) : (at + 1) * len(SIGNALS)]
        )
    joined = np.concatenate([text, image], axis=1)
    proba = {side: softmax(references.sides[side].linear.logits(each)) for side, each in both.items()}
    answer = references.fused.logits(joined).argmax(axis=1)
    for row in (0, 50, 119):
        told = dict(zip(FUSED_SIGNALS, signals[row, -len(FUSED_SIGNALS) :].tolist(), strict=True))
        p, q = proba["text"][row], proba["image"][row]
        assert told["overlap"] == pytest.approx(np.sqrt(p * q).sum(), rel=1e-5)
        says = p[answer[row]]
        assert told["text_says"] == pytest.approx(np.log(says / (1 - says)), rel=1e-3)


def test_sides_that_contradict_each_other_overlap_less():
    text, labels = categories(3)
    there = np.ones(len(labels), dtype=bool)
    references = learnt({"text": text, "image": text}, {"text": there, "image": there}, labels)
    agreeing, contradicting = (
        measured(references, {"text": text[:1], "image": image})[0, -len(FUSED_SIGNALS) :]
        for image in (text[:1], text[-1:])
    )
    for name in ("overlap", "confidence"):
        at = FUSED_SIGNALS.index(name)
        assert agreeing[at] > contradicting[at]


def test_products_without_a_side_teach_nothing_about_it():
    text, labels = categories(3)
    image, there = text.copy(), np.arange(len(labels)) % 2 == 0
    image[~there] = unit(np.ones_like(text[0]))
    nothing = learnt({"image": image[there]}, {"image": there[there]}, labels[there])
    given = {"text": text, "image": image}
    sides = learnt(given, {"text": np.ones(len(labels), bool), "image": there}, labels).sides
    assert (sides["image"].prototypes.vectors == nothing.sides["image"].prototypes.vectors).all()
    assert (sides["image"].linear.weights == nothing.sides["image"].linear.weights).all()


def test_a_category_without_images_is_unknown_to_the_image():
    text, labels = categories(3)
    both = {"text": text, "image": text}
    references = learnt(both, {"text": labels >= 0, "image": labels != 1}, labels)
    assert references.sides["image"].linear.categories.tolist() == [0, 2]
    signals = measured(references, {side: each[[0, 50, 100]] for side, each in both.items()})
    overlap = signals[:, -len(FUSED_SIGNALS) :][:, FUSED_SIGNALS.index("overlap")]
    proba = {side: softmax(references.sides[side].linear.logits(text[[0, 50, 100]])) for side in both}
    expected = np.sqrt(proba["text"][:, [0, 2]] * proba["image"]).sum(axis=1)
    assert overlap == pytest.approx(expected, rel=1e-5)
    assert overlap[1] < 0.5 < min(overlap[0], overlap[2])


def test_a_far_product_is_less_familiar_in_every_signal():
    vectors, labels = categories(4)
    far = around(centres(6)[5], 20, seed=9)
    found = learnt({"text": vectors}, {"text": np.ones(len(labels), bool)}, labels)
    known, strange = measured(found, {"text": vectors}), measured(found, {"text": far})
    assert (strange.mean(axis=0) < known.mean(axis=0))[: len(SIGNALS)].all()


def test_no_products_have_no_signals():
    vectors, labels = categories(3)
    both, there = {"text": vectors, "image": vectors}, np.ones(len(labels), bool)
    references = learnt(both, {"text": there, "image": there}, labels)
    nothing = measured(references, {side: each[:0] for side, each in both.items()})
    assert nothing.shape == (0, count_signals(("text", "image")))


def test_what_is_measured_of_a_product_does_not_depend_on_the_others():
    vectors, labels = categories(3)
    found = learnt({"text": vectors}, {"text": np.ones(len(labels), bool)}, labels)
    together = measured(found, {"text": vectors})
    one_by_one = [measured(found, {"text": vectors[[row]]})[0] for row in (0, 60, 119)]
    assert together[[0, 60, 119]] == pytest.approx(np.array(one_by_one), rel=1e-4)


def test_what_words_say_stands_beside_what_the_vectors_say():
    vectors, labels = categories(3)
    texts = np.array([f"{['lamp', 'mug', 'shoe'][label]} thing" for label in labels], dtype=object)
    there = np.ones(len(labels), dtype=bool)
    both = {"text": vectors, "image": vectors}
    references = fit_references(both, {"text": there, "image": there}, texts, labels)
    one = {side: each[[0, 0, 0]] for side, each in both.items()}  # the same lamp under three names
    signals = references.signals(one, np.array(["a lamp", "a mug", "gargoyle"], dtype=object))
    words = dict(zip(WORD_SIGNALS, signals[:, 2 * len(SIGNALS) :].T, strict=False))
    assert words["overlap"][0] > words["overlap"][2] > words["overlap"][1]
    assert words["familiar"].tolist() == [1, 1, 0]
    assert words["confidence"][0] > words["confidence"][2]
    fused = dict(zip(FUSED_SIGNALS, signals[:, -len(FUSED_SIGNALS) :].T, strict=True))
    assert fused["words_overlap"] == pytest.approx(words["overlap"], rel=1e-5)  # text and image are one here


def test_words_of_another_language_do_not_count():
    vectors, labels = categories(3)
    texts = np.array([f"{['lamp', 'mug', 'shoe'][label]} thing" for label in labels], dtype=object)
    there = np.ones(len(labels), dtype=bool)
    both = {"text": vectors, "image": vectors}
    references = fit_references(both, {"text": there, "image": there}, texts, labels)
    two = {side: each[[0, 0]] for side, each in both.items()}
    signals = references.signals(two, np.array(["a lamp", "Leuchte"], dtype=object), np.array([False, True]))
    unsaid = np.isnan(signals)
    assert not unsaid[0].any()
    assert unsaid[1].sum() == len(WORD_SIGNALS) + 1
    score = StrangenessScore((0.0,) * 26, (1.0,) * 26, (1.0,) * 26, 0.0)
    assert np.isfinite(score.of(signals)).all()


def test_some_products_teach_as_much_as_a_catalogue_of_these_alone(monkeypatch):
    monkeypatch.setattr(reference, "SAMPLED", 50)
    monkeypatch.setattr(prototypes, "SAMPLED", 20)
    text, labels = categories(4)
    given = {"text": text, "image": np.roll(text, 1, axis=1)}
    present = {"text": np.arange(len(labels)) % 7 > 0, "image": np.arange(len(labels)) % 5 > 0}
    texts = np.array([f"{['lamp', 'mug', 'shoe', 'bag'][label]} thing" for label in labels], dtype=object)
    rows = np.flatnonzero(np.arange(len(labels)) % 3 > 0)
    some = fit_references(given, present, texts, labels, 2, rows)
    alone = fit_references(
        *({side: each[rows] for side, each in one.items()} for one in (given, present)),
        texts[rows], labels[rows], 2,
    )  # fmt: skip
    assert (some.fused.weights == alone.fused.weights).all()
    for side in given:
        assert (some.sides[side].linear.weights == alone.sides[side].linear.weights).all()
        assert (some.sides[side].prototypes.vectors == alone.sides[side].prototypes.vectors).all()
    assert (some.words.weights == alone.words.weights).all()


@pytest.mark.parametrize("block", [1, 7, 50, 120])
def test_blocks_do_not_change_what_is_measured(monkeypatch, block):
    vectors, labels = categories(3)
    texts = np.array([f"{['lamp', 'mug', 'shoe'][label]} thing" for label in labels], dtype=object)
    both, there = {"text": vectors, "image": np.roll(vectors, 1, axis=1)}, np.ones(len(labels), bool)
    references = fit_references(both, {"text": there, "image": there}, texts, labels)
    others = np.arange(len(labels)) % 4 == 0
    whole = references._measured(both, texts, others)
    monkeypatch.setattr(reference, "BLOCK", block)
    assert references.signals(both, texts, others) == pytest.approx(whole, rel=1e-4, abs=1e-5, nan_ok=True)
