import numpy as np

from core.heads.blend import pool_weights, softmax
from tests.heads.members import TEXT, accuracy, gains, logits


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


def test_a_category_without_rows_to_weigh_on_is_answered_as_the_members_do():
    rng = np.random.default_rng(3)
    y = rng.integers(0, 3, 400)
    weights = pool_weights(np.stack([logits(y, 4, 3, rng), logits(y, 4, 1, rng)], axis=1), y)
    fourth = np.full(200, 3)
    proba = softmax(np.einsum("m,mnk->nk", weights, [logits(fourth, 4, 3, rng), logits(fourth, 4, 1, rng)]))
    assert accuracy(proba, fourth) > 0.8
