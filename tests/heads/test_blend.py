"""Heads that weigh others, and the network that decides how far to listen to text and to picture."""

import numpy as np
import pytest

from core.features.vectors import Features
from core.heads.blend import pool_weights, softmax
from core.heads.gated import with_losses
from core.heads.inputs import Inputs
from core.heads.readers import PATTERNS, Opinions, Sides
from core.heads.registry import train_head

TEXT, IMAGE = ("text", "a"), ("image", "b")


def logits(y, k, skill, rng):
    """Centred log-probabilities of a head that is right as often as `skill` makes it."""
    raw = skill * np.eye(k)[y] + rng.normal(size=(len(y), k))
    return raw - raw.mean(axis=1, keepdims=True)


def inputs(y, rng, *, text=2.5, image=1.0, has_text=None, has_image=None):
    n, k = len(y), y.max() + 1
    present = {
        "text": np.ones(n, bool) if has_text is None else has_text,
        "image": np.ones(n, bool) if has_image is None else has_image,
    }
    features = {m: Features(np.ones((n, 2), np.float32) * here[:, None], here) for m, here in present.items()}
    said = {
        TEXT: softmax(logits(y, k, text, rng)).astype(np.float32),
        IMAGE: softmax(logits(y, k, image, rng)).astype(np.float32),
    }
    return Inputs.of(features).having(said)


def fit(name, y, rng, **more):
    given = inputs(y, rng, **more)
    half = np.arange(len(y)) % 2 == 0
    head = train_head(
        name,
        "fused",
        given.take(half),
        y[half],
        given.take(~half),
        y[~half],
        n_classes=int(y.max() + 1),
        members=(TEXT, IMAGE),
    )
    return head


def test_weights_of_least_loss_are_those_that_made_the_truth():
    rng = np.random.default_rng(0)
    opinions = rng.normal(size=(20_000, 3, 4))
    true = np.array([1.5, 0.0, 0.5])
    proba = softmax(np.einsum("m,nmk->nk", true, opinions))
    y = (proba.cumsum(axis=1) > rng.random((20_000, 1))).argmax(axis=1)
    np.testing.assert_allclose(pool_weights(opinions, y), true, atol=0.05)


def test_few_rows_keep_weights_near_equal_shares():
    rng = np.random.default_rng(0)
    opinions = np.stack([logits(np.zeros(2, int), 3, 9, rng), logits(np.zeros(2, int), 3, 0, rng)], axis=1)
    weights = pool_weights(opinions, np.zeros(2, int))
    assert (weights >= 0).all()
    assert abs(weights - 0.5).max() < 1


@pytest.mark.parametrize("name", ["blend", "stacking"])
def test_together_they_are_better_than_the_better_one(name):
    rng = np.random.default_rng(1)
    y = rng.integers(0, 4, 3000)
    head = fit(name, y, rng)
    new_y = rng.integers(0, 4, 3000)
    new = inputs(new_y, rng)
    together = (head.predict_proba(new).argmax(axis=1) == new_y).mean()
    alone = max((said.argmax(axis=1) == new_y).mean() for said in new.opinions.values())
    assert together > alone + 0.01


@pytest.mark.parametrize("name", ["blend", "stacking"])
def test_a_useless_head_does_no_harm(name):
    rng = np.random.default_rng(2)
    y = rng.integers(0, 4, 3000)
    head = fit(name, y, rng, image=0.0)
    new_y = rng.integers(0, 4, 3000)
    new = inputs(new_y, rng, image=0.0)
    right = [(one.argmax(axis=1) == new_y).mean() for one in (head.predict_proba(new), new.opinions[TEXT])]
    assert right[0] > right[1] - 0.005


def test_a_product_without_a_picture_is_answered_by_its_text():
    rng = np.random.default_rng(3)
    y = rng.integers(0, 4, 2000)
    head = fit("blend", y, rng)
    some = inputs(y, rng, has_image=np.arange(2000) % 3 > 0)
    lacking = ~some.present("image")
    proba = head.predict_proba(some)[lacking]
    assert (proba.argmax(axis=1) == some.opinions[TEXT][lacking].argmax(axis=1)).all()
    np.testing.assert_allclose(proba.sum(axis=1), 1, atol=1e-5)


def test_opinions_say_nothing_where_the_modality_is_missing():
    rng = np.random.default_rng(4)
    y = np.array([0, 1, 2])
    some = inputs(y, rng, has_text=np.array([True, True, False]), has_image=np.array([True, False, True]))
    feeds = Opinions((TEXT, IMAGE), (0, 2))(some)
    assert feeds["opinions"].shape == (3, 2, 2)
    assert not feeds["opinions"][2, 0].any() and not feeds["opinions"][1, 1].any()
    assert [PATTERNS[place] for place in feeds["pattern"]] == [("text", "image"), ("text",), ("image",)]


def test_sides_are_zeros_where_nothing_was_given():
    only = Inputs.of({"image": Features(np.ones((2, 3), np.float32), np.ones(2, bool))})
    vectors = Sides(4, 3)(only)["vectors"]
    assert vectors.shape == (2, 7)
    assert not vectors[:, :4].any() and vectors[:, 4:].all()


def test_some_products_lose_a_side_in_training():
    X, y = np.ones((100, 5), np.float32), np.arange(100) % 3
    X[:10, :2] = 0  # no text: nothing may be taken from them
    more, labels = with_losses(X, y, 2, seed=0)
    assert len(more) == len(labels) == 100 + 2 * int(0.15 * 90)
    added = more[100:]
    without_text, without_image = ~added[:, :2].any(axis=1), ~added[:, 2:].any(axis=1)
    assert (without_text ^ without_image).all()
    assert without_text.sum() == without_image.sum()


@pytest.mark.slow
def test_the_gate_answers_products_that_lack_a_side():
    rng = np.random.default_rng(5)
    y = np.arange(600) % 3
    sides = {
        m: (np.eye(3)[y] + rng.normal(scale=0.3, size=(600, 3))).astype(np.float32) for m in ("text", "image")
    }
    sides = {m: one / np.linalg.norm(one, axis=1, keepdims=True) for m, one in sides.items()}
    every = np.ones(600, bool)
    given = Inputs.of({m: Features(one, every) for m, one in sides.items()})
    half = np.arange(600) < 300
    head = train_head("gated", "fused", given.take(half), y[half], given.take(~half), y[~half], n_classes=3)
    for kept in ("text", "image"):
        blank = {m: one if m == kept else np.zeros_like(one) for m, one in sides.items()}
        lone = Inputs.of({m: Features(one, every if m == kept else ~every) for m, one in blank.items()})
        assert (head.predict_proba(lone.take(~half)).argmax(axis=1) == y[~half]).mean() > 0.85
