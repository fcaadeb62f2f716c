import numpy as np

from core.heads.blend import pool_weights, softmax
from tests.heads.members import TEXT, accuracy, fit, gains, inputs, logits


def test_weights_of_least_loss_are_those_that_made_the_truth():
    rng = np.random.default_rng(0)
    logs = rng.normal(size=(20_000, 3, 4))
    true = np.array([1.5, 0.0, 0.5])
    proba = softmax(np.einsum("m,nmk->nk", true, logs))
    y = (proba.cumsum(axis=1) > rng.random((20_000, 1))).argmax(axis=1)
    np.testing.assert_allclose(pool_weights(logs, y), true, atol=0.05)


def test_few_products_keep_weights_near_equal_shares():
    rng = np.random.default_rng(0)
    y = np.zeros(2, int)
    logs = np.stack([logits(y, 3, 9, rng), logits(y, 3, 0, rng)], axis=1)
    weights = pool_weights(logs, y)
    assert (weights >= 0).all()
    assert abs(weights - 0.5).max() < 1


def test_a_blend_is_better_than_its_better_member():
    blended, single = gains("blend", seed=1)
    assert blended > max(single.values()) + 0.01


def test_a_useless_member_does_no_harm():
    blended, single = gains("blend", seed=2, image=0.0)
    assert blended > single[TEXT] - 0.005


def test_a_product_without_an_image_is_answered_by_its_text():
    rng = np.random.default_rng(3)
    y = rng.integers(0, 4, 2000)
    head = fit("blend", y, rng)
    some = inputs(y, rng, has_image=np.arange(2000) % 3 > 0)
    lacking = ~some.present("image")
    proba = head.predict_proba(some)[lacking]
    assert accuracy(proba, some.member_probabilities[TEXT][lacking].argmax(axis=1)) == 1
    np.testing.assert_allclose(proba.sum(axis=1), 1, atol=1e-5)
