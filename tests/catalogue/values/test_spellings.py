"""Categories that differ in spelling only."""

import unicodedata

from core.catalogue.values.spellings import one_spelling, said_of_spellings


def test_the_most_frequent_spelling_is_used():
    counts = {("Mugs",): 5, ("mugs",): 2, ("MUGS",): 1, ("Mug",): 9, ("Living Room",): 1, ("Livingroom",): 1}
    assert one_spelling(counts) == {
        ("mugs",): ("Mugs",),
        ("MUGS",): ("Mugs",),
        ("Livingroom",): ("Living Room",),  # the first of equals
    }


def test_names_are_compared_below_the_same_names():
    counts = {("Home", "Mugs"): 2, ("home", "Lamps"): 1, ("Garden", "mugs"): 3}
    assert one_spelling(counts) == {("home", "Lamps"): ("Home", "Lamps")}


def test_accents_and_signs_are_no_spelling():
    assert (
        one_spelling(
            {("Café",): 2, ("Cafe",): 1, ("T-Shirts",): 1, ("T Shirts",): 1, ("दाल",): 1, ("दिल",): 1}
        )
        == {}
    )


def test_it_is_said():
    counts = {("Mugs",): 5, ("mugs",): 2, ("STRASSE",): 1, ("Straße",): 2}
    assert said_of_spellings(one_spelling(counts), counts) == [
        "category 'Mugs' is also written 'mugs' (2): read as one",
        "category 'Straße' is also written 'STRASSE' (1): read as one",
    ]
    many = {(name,): 1 for letter in "abcdefg" for name in (letter, letter.upper())}
    assert said_of_spellings(one_spelling(many), many)[-1] == "and 2 more categories with several spellings"
    assert unicodedata.is_normalized("NFC", "Café")
