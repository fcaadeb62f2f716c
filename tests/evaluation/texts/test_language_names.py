from core.evaluation.texts.language_names import NAMES, language_list
from core.evaluation.texts.languages import LANGUAGES


def test_every_language_that_is_told_apart_has_a_name():
    assert set(NAMES) == LANGUAGES


def test_names_are_a_part_of_a_sentence():
    assert language_list(["en"]) == "English"
    assert language_list(["en", "de", "pl"]) == "English, German and Polish"
    assert language_list([]) == ""
