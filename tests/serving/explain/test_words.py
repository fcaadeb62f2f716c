"""Which words decide: against heads whose reasons are known."""

import itertools

import numpy as np
import pytest

from core.bundle.reader import Bundle
from core.catalogue.text import product_texts
from core.serving.explain.case import LEAST_SCALE, Case
from core.serving.explain.segments import without, words_of
from core.serving.explain.words import LEAST, MOST, word_effects
from core.serving.predictor import Predictor
from tests.paths import ROOT
from tests.serving.explain.heads import by_words, lamps, predictor, weights


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


def test_an_image_alone_has_no_words(image_file):
    case = Case.of(predictor(lambda text, sees: lamps(0.8)), None, image_file)
    assert word_effects(case) is None
    both = predictor(lambda text, sees: lamps(0.8))
    assert word_effects(Case.of(both, "a lamp", image_file, modality="image")) is None


def test_vectors_change_with_the_words(real):
    effects = word_effects(Case.of(real, "ceramic mug with a handle zzz"))
    found = weights(effects)
    assert max(found, key=found.get) in ("ceramic", "mug", "handle")
    assert found["mug"] != 0


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
