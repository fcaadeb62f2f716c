import pytest

from core.evaluation.texts.languages import LANGUAGES, find_languages, foreignness, language_scores
from core.evaluation.texts.words import words_of

SENTENCES = {
    "en": "a small wooden table with four legs for your kitchen",
    "de": "ein kleiner Holztisch mit vier Beinen für die Küche",
    "fr": "une petite table en bois avec quatre pieds pour la cuisine",
    "pl": "mały drewniany stół z czterema nogami do kuchni",
    "ru": "маленький деревянный стол для кухни",
    "ja": "キッチン用の小さな木製テーブル",
    "el": "ένα μικρό ξύλινο τραπέζι για την κουζίνα",
}


def words(language):
    return words_of(SENTENCES[language])


@pytest.mark.parametrize("language", SENTENCES)
def test_a_sentence_is_likeliest_in_its_language(language):
    scores = language_scores(words(language))
    assert set(scores) == LANGUAGES
    assert max(scores, key=scores.get) == language


def test_foreignness_by_hand():
    scores = {"en": -10.0, "de": -4.0, "fr": -7.0}
    assert foreignness(scores, ["en"]) == 6
    assert foreignness(scores, ["en", "fr"]) == 3
    assert foreignness(scores, ["de", "en"]) == -3


def test_languages_are_found_the_most_common_one_first():
    texts = [words("de")] * 30 + [words("en")] * 20 + [words("fr")] * 5
    assert find_languages(texts) == ("de", "en", "fr")


def test_a_language_of_one_text_in_a_hundred_is_none_of_the_catalogues():
    assert find_languages([words("en")] * 297 + [words("ru")] * 2) == ("en",)
    assert find_languages([words("en")] * 297 + [words("ru")] * 3) == ("en", "ru")
    assert find_languages([words("en")] * 600 + [words("ru")] * 5) == ("en",)


def test_texts_without_words_have_no_language():
    assert find_languages([]) == find_languages([[], []]) == ()
