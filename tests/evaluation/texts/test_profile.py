from itertools import product

import numpy as np
import pytest

from core.evaluation.texts.profile import FOREIGN, WORDLIKE, TextProfile
from core.evaluation.texts.words import hashed, words_of

COLOURS = ("red", "blue", "green", "black", "white", "silver")
THINGS = ("mug", "lamp", "shirt", "kettle", "watch", "chair", "phone", "bag")
ENGLISH = [f"{colour} {thing} made for every home, model {n}" for n, (colour, thing) in
           enumerate(product(COLOURS, THINGS))]  # fmt: skip
GERMAN = [f"{colour} {thing} für jedes Zuhause" for colour, thing in
          product(("Rote", "Blaue", "Kleine"), ("Lampe", "Tasse", "Uhr", "Tasche"))]  # fmt: skip
FOREIGN_NAMES = (
    "Wasserkocher aus Edelstahl mit Temperaturanzeige", "Kinderwagen mit Regenschutz",
    "Chaussures de course pour femme", "Bolso de mano de cuero marrón", "Lámpara de mesa para dormitorio",
    "Zegarek męski ze skórzanym paskiem", "Borsa a tracolla da uomo in pelle", "Erkek deri cüzdan siyah",
    "Плюшевый мишка", "電気ケトル", "不锈钢水壶", "चमड़े का बटुआ", "محفظة جلدية", "γυναικείο ρολόι",
)  # fmt: skip
MEANINGLESS_TEXTS = (
    "asdf qwer zxcv", "asdfghjkl", "xkqz vbnw pltr", "hjkl hjkl fghj", "aaaaaaa bbbbbb", "???", "12345",
)  # fmt: skip
NEW_NAMES = (
    "Electric guitar with maple neck", "Garden hose, 20 metres", "Wireless headphones", "Leather wallet XL",
    "Stainless steel saucepan", "USB-C charger 65 W", "Sofa", "Running shoes for women",
)  # fmt: skip


@pytest.fixture(scope="module")
def english():
    return TextProfile.fit(ENGLISH)


def flags(profile, texts):
    return [each.tolist() for each in profile.unreadable(texts)]


def test_new_names_in_the_catalogues_language_can_be_read(english):
    assert english.languages == ("en",)
    assert flags(english, NEW_NAMES) == [[False] * len(NEW_NAMES)] * 2


@pytest.mark.parametrize("text", FOREIGN_NAMES)
def test_another_language_is_told(english, text):
    assert flags(english, [text]) == [[True], [False]]


@pytest.mark.parametrize("text", MEANINGLESS_TEXTS)
def test_letters_without_meaning_are_told(english, text):
    assert flags(english, [text]) == [[False], [True]]


def test_a_text_that_is_not_there_has_no_problem(english):
    assert flags(english, ["", "lamp", ""]) == [[False] * 3] * 2
    assert flags(english, []) == [[], []]


def test_what_the_catalogue_has_can_be_read():
    both = TextProfile.fit(ENGLISH + GERMAN)
    assert both.languages == ("en", "de")
    assert flags(both, ["Wasserkocher aus Edelstahl", "Electric guitar"]) == [[False] * 2] * 2
    german = TextProfile.fit(GERMAN * 3)
    assert german.languages == ("de",)
    assert flags(german, ["Wasserkocher aus Edelstahl", "Kinderwagen mit Regenschutz"]) == [[False] * 2] * 2
    assert flags(german, ["Stainless steel saucepan with a lid", "hjkl hjkl fghj"]) == [
        [True, False],
        [False, True],
    ]


def test_words_of_the_catalogue_speak_for_its_language(english):
    """Brands and borrowed words look foreign; most of the text being known says enough."""
    assert flags(english, ["Fjällräven", "red Fjällräven bag made for every home"])[0][1] is False


def test_numbers_alone_can_be_read_where_training_texts_are_such():
    numbers = TextProfile.fit([*ENGLISH, "4006381333931"])
    assert numbers.without_words
    assert flags(numbers, ["9780201379624", "???"]) == [[False] * 2] * 2
    nothing_else = TextProfile.fit([str(n) for n in range(1000, 1100)])
    assert nothing_else.languages == ()
    assert flags(nothing_else, ["9780201379624", "lamp"]) == [[False] * 2] * 2


def test_limits_leave_validation_texts_alone_but_for_a_few():
    english = TextProfile.fit(ENGLISH, NEW_NAMES)
    assert (english.foreign, english.wordlike) == (FOREIGN, WORDLIKE)
    one = TextProfile.fit(ENGLISH, [*NEW_NAMES, FOREIGN_NAMES[0], MEANINGLESS_TEXTS[0]])
    assert (one.foreign, one.wordlike) == (FOREIGN, WORDLIKE)  # one text may be what the guard is for
    many = TextProfile.fit(ENGLISH, [*NEW_NAMES, *FOREIGN_NAMES[:8], *MEANINGLESS_TEXTS[:5]])
    assert many.foreign > FOREIGN and many.wordlike < WORDLIKE
    found = many.unreadable([*FOREIGN_NAMES[:8], *MEANINGLESS_TEXTS[:5]])
    assert np.sum(found) <= 2


def test_a_language_that_whoever_answers_reads_is_not_unknown():
    covering = TextProfile.fit(ENGLISH, covered=("de", "en", "ja", "ru"))
    assert covering.covered == ("de", "ja", "ru")
    texts = [
        "Wasserkocher aus Edelstahl mit Temperaturanzeige",
        "電気ケトル",
        "Zegarek męski ze skórzanym paskiem",
    ]
    readings = covering.read([*texts, "Electric guitar with maple neck", "asdf qwer zxcv", ""])
    assert readings.covered.tolist() == [True, True, False, False, False, False]
    assert readings.foreign.tolist() == [False, False, True, False, False, False]
    assert readings.meaningless.tolist() == [False, False, False, False, True, False]


def test_the_words_that_are_known_are_those_stored(english):
    hashes = hashed(words_of(" ".join([*NEW_NAMES, *ENGLISH[:3]])))
    looked_up = [each in english._known for each in hashes.tolist()]
    assert looked_up == np.isin(hashes, english.words).tolist()
    assert 0 < sum(looked_up) < len(looked_up)
