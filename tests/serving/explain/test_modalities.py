"""Whether text or image decides: against heads whose reasons are known."""

import pytest

from core.serving.explain.case import Case, log_odds
from core.serving.explain.modalities import modality_effects
from tests.serving.explain.heads import CHAIRS, LAMPS, MUGS, lamps, predictor


@pytest.mark.parametrize(
    ("text_says", "image_says", "both", "sentence"),
    [
        (
            LAMPS,
            MUGS,
            LAMPS,
            "The text decided: without it the answer would be Mugs; without the image it stays Lamps.",
        ),
        (
            CHAIRS,
            LAMPS,
            LAMPS,
            "The image decided: without it the answer would be Chairs; without the text it stays Lamps.",
        ),
        (
            CHAIRS,
            MUGS,
            LAMPS,
            "It took both: the answer would be Mugs without the text and Chairs without the image.",
        ),
        (
            LAMPS,
            LAMPS,
            [0.9, 0.1, 0],
            "Text and image agree: either without the other gives Lamps; both count alike.",
        ),
        (
            [0.99, 0.01, 0],
            [0.6, 0.4, 0],
            LAMPS,
            "Text and image agree: either without the other gives Lamps; the text counts for more.",
        ),
    ],
)
def test_which_modality_decided(text_says, image_says, both, sentence, image_file):
    def answer(text, sees):
        return both if text and sees else text_says if text else image_says

    case = Case.of(predictor(answer), "a lamp", image_file)
    found = modality_effects(case)
    assert found.sentence == sentence
    text, image = found.effects
    assert (text.modality, image.modality) == ("text", "image")
    assert text.alone.confidence == image.without.confidence == pytest.approx(max(text_says))
    assert image.drop == pytest.approx(both[0] - text_says[0], abs=1e-6)
    # Together the contributions lead from the class's share to the answer
    total = text.contribution + image.contribution
    assert total == pytest.approx(float(log_odds(both[0]) - log_odds(0.5)), abs=1e-4)


def test_one_modality_decides_alone(image_file):
    answers = predictor(lambda text, sees: lamps(0.8))
    for given, word in (({"text": "a lamp"}, "text"), ({"image": image_file}, "image")):
        found = modality_effects(Case.of(answers, **given))
        assert found.sentence == f"The answer rests on the {word} alone."
        (effect,) = found.effects
        assert effect.without.category == "Lamps" and effect.without.confidence == 0.5
        assert effect.contribution == pytest.approx(float(log_odds(0.8)), abs=1e-4)
