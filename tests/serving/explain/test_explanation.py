"""An explanation as a whole, on a real bundle."""

import json

import numpy as np
import pytest

from core.cli.commands import main
from core.common.errors import CatalogueError
from core.serving.explain.explanation import explain


def test_an_explanation_is_of_the_answer(real, image_file):
    steps = []
    text = "a glowing lamp with shade"
    explanation = explain(real, text, image_file, lambda *step: steps.append(step))
    answer = real.classify(text, image_file)
    assert (explanation.given, explanation.answered_by) == (answer.given, answer.answered_by)
    assert explanation.category == answer.ranked[0].category == "Lamps"
    assert explanation.confidence == pytest.approx(answer.ranked[0].confidence, abs=1e-5)
    assert explanation.missing == {}
    assert explanation.words.text == text
    assert {stage for stage, _, _ in steps} == {"Encoding texts", "Encoding images"}
    written = json.loads(json.dumps(explanation.to_dict()))
    assert written["words"]["spans"][2]["words"] == "lamp"
    assert np.array(written["image"]["drop"]).shape == (7, 7)
    assert explanation.lines()[0] == explanation.modalities.sentence


def test_what_is_not_given_is_missing_with_a_reason(real, image_file):
    words = explain(real, "a lamp")
    assert words.image is None and set(words.missing) == {"image"}
    seen = explain(real, "  ", image_file)
    assert seen.words is None and "text" in seen.missing["words"]
    single = explain(real, "a lamp", image_file, modality="text")
    assert (single.given, single.answered_by.modality, single.image) == ("text", "text", None)
    json.dumps([words.to_dict(), seen.to_dict(), single.to_dict()])


def test_nothing_to_explain_is_one_clear_line(real):
    with pytest.raises(CatalogueError, match="nothing to classify"):
        explain(real, " ")
    with pytest.raises(CatalogueError, match="expected a product with image"):
        explain(real, "a lamp", modality="image")


def test_the_command_line_explains(tiny_bundle, image_file, capsys):
    asked = ["classify", "--bundle", str(tiny_bundle), "--text", "ceramic mug", "--image", str(image_file)]
    assert main([*asked, "--explain"]) == 0
    printed = capsys.readouterr().out
    assert "why:" in printed and "words for it: " in printed
    assert main([*asked, "--explain", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["explanation"]["words"]["text"] == "ceramic mug"
    assert main([*asked, "--json"]) == 0
    assert "explanation" not in json.loads(capsys.readouterr().out)
