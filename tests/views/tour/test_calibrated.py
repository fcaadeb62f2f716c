import numpy as np

from core.views.models.answers import Answers
from core.views.tour.calibrated import calibrated_sentence


def answered(confidence: np.ndarray, right: np.ndarray) -> Answers:
    proba = np.column_stack([confidence, 1 - confidence])
    return Answers(np.arange(len(right)), np.where(right, 0, 1), np.zeros(len(right), dtype=int), proba)


def test_confidence_is_compared_with_the_share_of_right_answers():
    confidence = np.repeat([0.95, 0.85, 0.75], [40, 10, 20])
    right = np.arange(70) % 4 != 0  # 30 of the first 40, 15 of the last 20
    assert calibrated_sentence(answered(confidence, right)) == (
        "Of the 40 answers with 90% to 100% confidence (95.0% on average), 75.0% are right. "
        "Of the 20 answers with 70% to 80% confidence (75.0% on average), 75.0% are right."
    )


def test_too_few_answers_say_nothing():
    assert calibrated_sentence(answered(np.full(19, 0.95), np.full(19, True))) == ""
