"""Words, modalities and the whole: against heads whose reasons are known, and on real bundles."""

import itertools
import json
from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pytest

from core.bundle.reader import Bundle
from core.catalogue.text import product_texts
from core.cli.commands import main
from core.common.errors import CatalogueError
from core.serving.explain.case import LEAST_SCALE, Case, as_weights, log_odds
from core.serving.explain.explanation import explain
from core.serving.explain.modalities import modality_effects
from core.serving.explain.nearness import references
from core.serving.explain.segments import pieces, without, words_of
from core.serving.explain.words import LEAST, MOST, word_effects
from core.serving.predictor import Predictor
from tests import tiny
from tests.paths import ROOT

LAMPS, MUGS, CHAIRS = [0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]
PRIOR = np.array([0.5, 0.3, 0.2], dtype=np.float32)


class Heads:
    """Answers by a function of text and whether there is a picture; by the prior where there is nothing."""

    prior = PRIOR
    heads: ClassVar[dict] = {}

    def __init__(self, answer):
        self.answer = answer

    def score(self, key, inputs):
        text = inputs.present("text") & (key.modality != "image")
        picture = inputs.present("image") & (key.modality != "text")
        rows = [
            self.answer(str(words) if has else None, sees) if has or sees else PRIOR
            for words, has, sees in zip(inputs.texts, text, picture, strict=True)
        ]
        return np.array(rows, dtype=np.float32)


def predictor(answer, modalities=("text", "image", "fused")):
    bundle = SimpleNamespace(
        classes=("Lamps", "Mugs", "Chairs"), best=dict.fromkeys(modalities, "known"), modalities=modalities
    )
    encoders = {"text": tiny.TinyText(), "image": tiny.TinyImage()}
    return Predictor(bundle, {m: e for m, e in encoders.items() if m in modalities}, Heads(answer))


def lamps(p):
    return [p, 0.7 * (1 - p), 0.3 * (1 - p)]


def by_words(**chances):
    """Lamps with the product of the odds of the words that are there."""

    def answer(text, sees):
        there = {word.key for word in words_of(text or "")}
        odds = np.prod([odds for word, odds in chances.items() if word in there])
        return lamps(odds / (1 + odds))

    return predictor(answer)


@pytest.fixture
def picture(tmp_path):
    file = tmp_path / "lamp.png"
    tiny.draw_image("Lamps", 3).save(file)
    return file


@pytest.fixture(scope="module")
def real(tiny_bundle) -> Predictor:
    return Predictor.load(tiny_bundle)


def weights(effects):
    return {effects.words(span): span.weight for span in effects.spans}


# Words in a text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ceramic mug, 1,000 ml (blue).", ["ceramic", "mug", "1,000", "ml", "blue"]),
        (
            "Men's t-shirt - size:XL;colour=red|new",
            ["men's", "t-shirt", "size", "xl", "colour", "red", "new"],
        ),
        ('C++ 3/4" ₹500', ["c++", "3/4", "₹500"]),
        ("mug😀👍 cup ❤️", ["mug", "😀👍", "cup", "❤️"]),
        ("👩‍👩‍👧", ["👩‍👩‍👧"]),
        ("नीला मग", ["नीला", "मग"]),
        ("陶瓷杯 mug", ["陶", "瓷", "杯", "mug"]),
        ("!!! ... -- + |", []),
        ("", []),
    ],
)
def test_words_of(text, expected):
    words = words_of(text)
    assert [word.key for word in words] == expected
    assert [text[word.start : word.end].casefold() for word in words] == expected


def test_without_words():
    text = "Blue mug, big mug."
    words = words_of(text)
    assert without(text, words, [1, 3]) == "Blue , big ."
    assert without(text, words, []) == text
    assert without(text, words, range(4)) == ""


@pytest.mark.parametrize(("count", "most"), [(1, 5), (7, 7), (300, 16), (301, 25)])
def test_pieces_leave_no_gap(count, most):
    text = " ".join(f"w{i}{'.' if i % 9 == 0 else ''}" for i in range(count))
    runs = pieces(text, words_of(text), most)
    assert [number for run in runs for number in run] == list(range(count))
    assert len(runs) <= most


def test_pieces_end_with_sentences():
    text = "One two three. Four five six seven. Eight nine ten"
    words = words_of(text)
    ends = [words[run[-1]].key for run in pieces(text, words, 3)]
    assert ends == ["seven", "ten"]


# What the words do


def test_the_word_the_head_reads_is_found():
    case = Case.of(by_words(lamp=9, cup=1 / 3), "A lamp in a cup")
    effects = word_effects(case)
    found = weights(effects)
    assert found["lamp"] == 1
    assert found["cup"] == pytest.approx(-np.log(3) / np.log(9), abs=1e-4)
    assert found["A"] == found["in"] == found["a"] == 0
    assert [effects.words(span) for span in effects.strongest(2)] == ["lamp", "cup"]
    lamp = next(span for span in effects.spans if effects.words(span) == "lamp")
    assert lamp.drop == pytest.approx(3 / 4 - 1 / 4)
    assert case.category == "Lamps" and case.confidence == pytest.approx(0.75)


def test_a_repeated_word_is_left_out_everywhere():
    effects = word_effects(Case.of(by_words(lamp=9), "Lamp: a fine lamp, LAMP"))
    assert [span.weight for span in effects.spans] == [1, 0, 0, 1, 1]
    assert effects.encodings == 3
    assert [effects.words(span) for span in effects.strongest(3)] == ["Lamp", "a", "fine"]


@pytest.mark.parametrize("text", ["lamp", "Lamp!", "lamp 😀"])
def test_without_its_last_word_a_product_has_no_text(text):
    effects = word_effects(Case.of(by_words(lamp=9), text))
    lamp = effects.spans[0]
    left = 0.5
    assert lamp.drop == pytest.approx(0.9 - left)
    assert lamp.weight == 1


def test_emoji_alone_is_a_text():
    def answer(text, sees):
        return lamps(0.9 if "💡" in (text or "") else 0.2)

    effects = word_effects(Case.of(predictor(answer), "💡 new"))
    assert weights(effects) == {"💡": 1, "new": 0}


def test_a_text_without_words_has_no_spans():
    effects = word_effects(Case.of(by_words(lamp=9), "!!!"))
    assert effects.spans == () and effects.encodings == 0 and effects.strongest() == ()


def test_where_nothing_matters_nothing_is_shown_to():
    effects = word_effects(Case.of(by_words(lamp=1.1), "a lamp"))
    assert 0 < weights(effects)["lamp"] < np.log(1.1) / LEAST_SCALE + 1e-4
    assert weights(effects)["a"] == 0


def test_weights_and_log_odds_stay_finite():
    assert np.isfinite(log_odds(np.array([0.0, 1.0]))).all()
    assert log_odds(0.5) == 0
    assert as_weights(np.array([])).shape == (0,)
    np.testing.assert_allclose(as_weights(np.array([2.0, -4.0])), [0.5, -1])


def long_text(sentences, every=""):
    return " ".join(
        f"Word{10 * i} " + " ".join(f"word{10 * i + j}" for j in range(1, 9)) + f" {every}."
        for i in range(sentences)
    )


@pytest.mark.parametrize("place", [0, 17, 29])
def test_in_a_long_text_the_deciding_word_is_found(place):
    text = long_text(30).replace(f"word{10 * place + 5} ", "lamp ")
    effects = word_effects(Case.of(by_words(lamp=9), text))
    found = weights(effects)
    assert found["lamp"] == 1
    assert [name for name, weight in found.items() if weight] == ["lamp"]
    assert LEAST <= effects.encodings <= MOST
    ends = [(span.start, span.end) for span in effects.spans]
    assert all(before[1] < after[0] for before, after in itertools.pairwise(ends))
    covered = "".join(effects.words(span) for span in effects.spans)
    assert all(word in covered for word in text.replace(".", "").split())


def test_a_word_that_every_sentence_repeats_is_found():
    text = long_text(30, every="lamp")
    effects = word_effects(Case.of(by_words(lamp=9), text))
    lamp = [span.weight for span in effects.spans if effects.words(span) == "lamp"]
    assert lamp == [1] * 30


def test_a_picture_alone_has_no_words(picture):
    case = Case.of(predictor(lambda text, sees: lamps(0.8)), None, picture)
    assert word_effects(case) is None
    both = predictor(lambda text, sees: lamps(0.8))
    assert word_effects(Case.of(both, "a lamp", picture, modality="image")) is None


def test_vectors_change_with_the_words(real):
    effects = word_effects(Case.of(real, "ceramic mug with a handle zzz"))
    found = weights(effects)
    assert max(found, key=found.get) in ("ceramic", "mug", "handle")
    assert found["mug"] != 0


# Modalities


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
def test_which_modality_decided(text_says, image_says, both, sentence, picture):
    def answer(text, sees):
        return both if text and sees else text_says if text else image_says

    case = Case.of(predictor(answer), "a lamp", picture)
    found = modality_effects(case)
    assert found.sentence == sentence
    text, image = found.effects
    assert (text.modality, image.modality) == ("text", "image")
    assert text.alone.confidence == image.without.confidence == pytest.approx(max(text_says))
    assert image.drop == pytest.approx(both[0] - text_says[0], abs=1e-6)
    # Together the contributions lead from the class's share to the answer
    total = text.contribution + image.contribution
    assert total == pytest.approx(float(log_odds(both[0]) - log_odds(0.5)), abs=1e-4)


def test_one_modality_decides_alone(picture):
    answers = predictor(lambda text, sees: lamps(0.8))
    for given, word in (({"text": "a lamp"}, "text"), ({"image": picture}, "image")):
        found = modality_effects(Case.of(answers, **given))
        assert found.sentence == f"The answer rests on the {word} alone."
        (effect,) = found.effects
        assert effect.without.category == "Lamps" and effect.without.confidence == 0.5
        assert effect.contribution == pytest.approx(float(log_odds(0.8)), abs=1e-4)


def test_a_fused_head_that_answers_a_text_alone_is_the_one_explained():
    answers = predictor(lambda text, sees: lamps(0.8))
    answers.scorers.heads = {("fused", "known"): SimpleNamespace(accepts_missing=True)}
    asked = []
    score = answers.scorers.score
    answers.scorers.score = lambda key, *rest: asked.append(key.modality) or score(key, *rest)
    case = Case.of(answers, "a lamp")
    assert (case.given, case.answered_by) == ("text", ("fused", "known"))
    case.with_texts(["lamp"])
    assert set(asked) == {"fused"}
    assert modality_effects(case).sentence == "The answer rests on the text alone."
    assert Case.of(answers, "a lamp", modality="text").answered_by == ("text", "known")


def test_the_case_of_an_answer_is_the_same_without_encoding_again(real, picture, monkeypatch):
    for given in ({"text": "a glowing lamp"}, {"image": picture}, {"text": "a mug", "image": picture}):
        answer, asked = real.classify(**given), Case.of(real, **given)
        with monkeypatch.context() as patch:
            patch.setattr(Predictor, "read_product", None)
            again = Case.of_answer(real, answer, given.get("text", ""))
            found = modality_effects(again)
        assert np.allclose(again.proba, asked.proba, atol=1e-6)
        assert found.sentence == modality_effects(asked).sentence


# All of it


def test_an_explanation_is_of_the_answer(real, picture):
    steps = []
    text = "a glowing lamp with shade"
    explanation = explain(real, text, picture, lambda *step: steps.append(step))
    answer = real.classify(text, picture)
    assert (explanation.given, explanation.answered_by) == (answer.given, answer.answered_by)
    assert explanation.category == answer.ranked[0].category == "Lamps"
    assert explanation.confidence == pytest.approx(answer.ranked[0].confidence, abs=1e-5)
    assert explanation.missing == {}
    assert explanation.words.text == text
    assert set(explanation.nearness) == {"text", "image", "fused"}
    assert {stage for stage, _, _ in steps} == {"Encoding texts", "Encoding images"}
    written = json.loads(json.dumps(explanation.to_dict()))
    assert written["words"]["spans"][2]["words"] == "lamp"
    assert np.array(written["image"]["drop"]).shape == (7, 7)
    assert written["nearness"]["fused"]["is_far"] in (True, False)
    assert explanation.lines()[0] == explanation.modalities.sentence


def test_what_is_not_given_is_missing_with_a_reason(real, picture):
    words = explain(real, "a lamp", reference_of=references(real.bundle))
    assert words.image is None and set(words.missing) == {"image"}
    seen = explain(real, "  ", picture)
    assert seen.words is None and "text" in seen.missing["words"]
    assert set(seen.nearness) == {"image"}
    single = explain(real, "a lamp", picture, modality="text")
    assert (single.given, single.answered_by.modality, single.image) == ("text", "text", None)
    json.dumps([words.to_dict(), seen.to_dict(), single.to_dict()])


def test_nothing_to_explain_is_one_clear_line(real):
    with pytest.raises(CatalogueError, match="nothing to classify"):
        explain(real, " ")
    with pytest.raises(CatalogueError, match="expected a product with image"):
        explain(real, "a lamp", modality="image")


def test_the_command_line_explains(tiny_bundle, picture, capsys):
    asked = ["classify", "--bundle", str(tiny_bundle), "--text", "ceramic mug", "--image", str(picture)]
    assert main([*asked, "--explain"]) == 0
    printed = capsys.readouterr().out
    assert "why:" in printed and "words for it: " in printed
    assert main([*asked, "--explain", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["explanation"]["words"]["text"] == "ceramic mug"
    assert main([*asked, "--json"]) == 0
    assert "explanation" not in json.loads(capsys.readouterr().out)


@pytest.mark.slow
def test_the_strongest_words_matter_more_than_random_ones():
    """On 50 products of the demo that no head has learned from."""
    demo = Predictor.load(ROOT / "artifacts" / "demo")
    rng = np.random.default_rng(0)
    rows = demo.bundle.rows("test")
    texts = [text for text in product_texts(demo.bundle.table.iloc[rows]) if len(words_of(text)) > 10]
    falls = []
    for text in rng.choice(texts, 50, replace=False):
        case = Case.of(demo, text)
        effects, words = word_effects(case), words_of(text)
        best = sorted(effects.spans, key=lambda span: -span.weight)[:3]
        keys = {effects.words(span).casefold() for span in best}
        others = [n for n, word in enumerate(words) if word.key not in keys]
        chosen = [n for n, word in enumerate(words) if word.key in keys]
        draws = [list(rng.choice(others, 3, replace=False)) for _ in range(3)]
        asked = case.with_texts([without(text, words, numbers) for numbers in [chosen, *draws]])
        falls.append((case.confidence - asked[0], np.abs(case.confidence - asked[1:]).mean()))
    strongest, random = np.mean(falls, axis=0)
    assert len(falls) == 50
    assert strongest > 0.2 > 3 * random
    assert Bundle.open(ROOT / "artifacts" / "demo").synthetic
