import zlib

import numpy as np

from core.evaluation.texts.words import LONGEST, MOST, hashed, words_of


def test_words_are_different_and_lower_case():
    assert words_of("Red mug, RED Mug!") == ["red", "mug"]
    assert words_of("L'Oréal crème-brûlée d’Or") == ["loréal", "crème", "brûlée", "dor"]
    assert words_of("") == words_of("12 - !") == []


def test_single_letters_and_what_holds_a_digit_are_no_words():
    assert words_of("A 4k TV, model X100-B, size XL") == ["tv", "model", "size", "xl"]


def test_long_texts_and_words_are_cut():
    many = [f"w{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(200)]
    assert words_of(" ".join(many)) == many[:MOST]
    assert words_of("x" * 1000) == ["x" * LONGEST]


def test_hashes_are_those_of_crc32():
    assert hashed(["mug", "é"]).tolist() == [zlib.crc32(b"mug"), zlib.crc32("é".encode())]
    assert hashed([]).dtype == np.uint32
    assert len(hashed(["\ud800"])) == 1  # half a pair, as damaged tables have it
