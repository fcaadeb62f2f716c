import numpy as np
import pytest

from core.evaluation.held_out import HeldOutAnswers, disagreement


def test_disagreement_by_hand():
    text = np.array(
        [[0.5, 0.5, 0.0], [1.0, 0.0, 0.0], [0.64, 0.36, 0.0], [0.81, 0.19, 0.0]], dtype=np.float32
    )
    image = np.array([[0.5, 0.5, 0.0], [0.0, 0.5, 0.5], [1.0, 0.0, 0.0], [0.49, 0.0, 0.51]], dtype=np.float32)
    # sqrt(0.64 * 1) = 0.8; sqrt(0.81 * 0.49) = 0.63
    assert disagreement(text, image) == pytest.approx([0, 1, 0.2, 0.37], abs=1e-6)
    assert (disagreement(text, image) == disagreement(image, text)).all()


def test_rounding_takes_it_below_zero_nowhere():
    proba = np.random.default_rng(0).dirichlet(np.ones(7), 200).astype(np.float32)
    apart = disagreement(proba, proba)
    assert apart.dtype == np.float64
    assert ((apart >= 0) & (apart < 1e-6)).all()


def test_some_answers_are_taken_by_mask_or_position():
    numbers = np.arange(4)
    answers = HeldOutAnswers(
        true=numbers,
        predicted=np.array([0, 1, 0, 0]),
        confidence=numbers / 4,
        strangeness=numbers / 10,
        disagreement=np.full(4, np.nan),
        unknown_language=numbers == 3,
        meaningless=numbers == 2,
        in_validation=numbers < 2,
    )
    assert (len(answers), answers.right.tolist()) == (4, [True, True, False, False])
    kept = answers.take(answers.right)
    assert (len(kept), kept.true.tolist(), kept.confidence.tolist()) == (2, [0, 1], [0, 0.25])
    last = answers.take(np.array([3]))
    assert (last.strangeness.tolist(), last.unreadable.tolist()) == ([0.3], [True])
    assert (last.unknown_language.tolist(), last.meaningless.tolist()) == ([True], [False])
    assert answers.unreadable.tolist() == [False, False, True, True]
    assert np.isnan(last.disagreement).all()
    assert answers.take(numbers > 0).in_validation.tolist() == [True, False, False]
