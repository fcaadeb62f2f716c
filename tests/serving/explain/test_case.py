"""The case of an answer, and the scale of its weights."""

import numpy as np

from core.serving.explain.case import Case, as_weights, log_odds
from core.serving.explain.modalities import modality_effects
from core.serving.predictor import Predictor


def test_weights_and_log_odds_stay_finite():
    assert np.isfinite(log_odds(np.array([0.0, 1.0]))).all()
    assert log_odds(0.5) == 0
    assert as_weights(np.array([])).shape == (0,)
    np.testing.assert_allclose(as_weights(np.array([2.0, -4.0])), [0.5, -1])


def test_the_case_of_an_answer_is_the_same_without_encoding_again(real, image_file, monkeypatch):
    for given in ({"text": "a glowing lamp"}, {"image": image_file}, {"text": "a mug", "image": image_file}):
        answer, asked = real.classify(**given), Case.of(real, **given)
        with monkeypatch.context() as patch:
            patch.setattr(Predictor, "read_product", None)
            again = Case.of_answer(real, answer, given.get("text", ""))
            found = modality_effects(again)
        assert np.allclose(again.proba, asked.proba, atol=1e-6)
        assert found.sentence == modality_effects(asked).sentence
