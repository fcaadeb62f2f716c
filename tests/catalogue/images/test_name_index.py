"""Names as tables write them, against names as file systems hold them."""

import time
import unicodedata

import pytest

from core.catalogue.images.name_index import NameIndex, below_common, stem_of
from core.common.meter import Meter

COMPOSED = unicodedata.normalize("NFC", "Stühle/Küche é.jpg")
DECOMPOSED = unicodedata.normalize("NFD", COMPOSED)


def index(*entries: str) -> NameIndex:
    return NameIndex(entries, below_common(entries))


def test_unicode_forms_are_one_name_until_both_are_there():
    assert index(DECOMPOSED).matches(COMPOSED) == (DECOMPOSED,)
    assert index(COMPOSED).matches(DECOMPOSED.upper()) == (COMPOSED,)
    both = index(f"x/{COMPOSED}", f"x/{DECOMPOSED}")
    assert both.matches(COMPOSED) == (f"x/{COMPOSED}",)
    assert both.matches(DECOMPOSED) == (f"x/{DECOMPOSED}",)


def test_the_unicode_form_decides_before_the_case():
    upper, lower = unicodedata.normalize("NFD", "Ü.jpg"), unicodedata.normalize("NFD", "ü.jpg")
    both = index(f"x/{upper}", f"x/{lower}")
    assert both.matches("ü.jpg") == (f"x/{lower}",)
    assert both.matches("Ü.jpg") == (f"x/{upper}",)
    assert len(both.matches("ü.JPG")) == 2


def test_a_letter_that_is_composed_in_one_case_only():
    assert index("\u01f0.jpg").matches("J\u030c.jpg") == ("\u01f0.jpg",)


@pytest.mark.parametrize("folder", ["", "images/"])
def test_the_case_decides_between_two_files_in_any_folder(folder):
    both = index(f"{folder}a.jpg", f"{folder}A.jpg", f"{folder}b.jpg")
    for name in ("a.jpg", "A.jpg", "images/a.jpg", "images/A.jpg"):
        assert both.matches(name) == (folder + name.removeprefix("images/"),)
    assert set(both.matches("a.JPG")) == {f"{folder}a.jpg", f"{folder}A.jpg"}
    assert both.matches("B.JPG") == (f"{folder}b.jpg",)


def test_names_without_an_ending():
    files = index("x/a.jpg", "x/b.jpg", "x/b.png", "x/c", "x/v7.5", "x/w7.5.webp")
    assert files.matches("a") == files.matches("A") == ("x/a.jpg",)
    assert files.matches("x/a") == files.matches("shop/a") == ("x/a.jpg",)
    assert set(files.matches("b")) == {"x/b.jpg", "x/b.png"}
    assert files.matches("c") == ("x/c",) and files.matches("v7.5") == ("x/v7.5",)
    assert files.matches("w7.5") == ("x/w7.5.webp",)
    assert files.matches("a.png") == files.matches("") == files.matches("d") == ()


def test_an_ambiguous_end_is_no_reason_to_look_elsewhere():
    files = index("x/fruit/7.jpg", "y/fruit/7.jpg", "7.jpg")
    assert len(files.matches("fruit/7.jpg")) == 2
    assert files.matches("7.jpg") == ("7.jpg",)


def test_windows_paths():
    files = index("images\\mugs\\7.jpg", "images\\8.jpg")
    assert files.matches(r"C:\Shop\images\mugs\7.JPG") == ("images\\mugs\\7.jpg",)
    assert files.matches("mugs/7.jpg") == ("images\\mugs\\7.jpg",)


def test_images_by_stem_and_number():
    files = index(
        "S1_10.jpg", "S1_2.jpg", "S1.png", "S1 (3).jpg", "S1-1.webp", "S12.jpg", "S1_1234.jpg", "S1_2.txt"
    )
    assert files.of_stem("s1") == ("S1.png",)
    assert files.numbered("S1") == ("S1-1.webp", "S1_2.jpg", "S1 (3).jpg", "S1_10.jpg")
    assert files.numbered("S12") == files.numbered("") == ()
    assert files.numbered("S") == ()


def test_numbers_after_stems_that_differ_in_case():
    files = index("a_1.jpg", "A_2.jpg", "b_1.jpg")
    assert files.numbered("a") == ("a_1.jpg",) and files.numbered("A") == ("A_2.jpg",)
    assert files.numbered("B") == ("b_1.jpg",)
    assert index("aa_1.jpg", "AA_2.jpg").numbered("aA") == ()


def test_a_number_that_two_files_have_is_left_out():
    assert index("x/a_1.jpg", "thumbs/a_1.jpg", "x/a_2.jpg").numbered("a") == ("x/a_2.jpg",)


def test_what_paths_have_in_common():
    assert below_common([]) == []
    assert below_common(["a/b/1", "a/b/c/2", "a/b/3"]) == ["1", "c/2", "3"]
    assert below_common(["a/1"]) == ["1"]
    assert below_common(["ab/1", "ac/2"]) == ["ab/1", "ac/2"]


def test_stems():
    assert stem_of("x\\y\\a.b.jpg") == "a.b"
    assert stem_of(DECOMPOSED) == unicodedata.normalize("NFC", "Küche é")


def test_a_path_of_many_folders_takes_little_memory():
    deep = "/".join(["a"] * 30_000) + "/mug.jpg"
    with Meter() as meter:
        files = index(deep, "b/lamp.jpg")
        assert files.matches("mug.jpg") == files.matches("a/a/mug.jpg") == files.matches(deep) == (deep,)
        assert files.matches("x/" * 20_000 + "lamp.jpg") == ()
        assert files.matches("train/b/lamp.jpg") == ("b/lamp.jpg",)
    assert meter.peak_mb < 50


def test_many_files_of_one_name_are_indexed_in_one_go():
    entries = [f"{number}/mug.jpg" for number in range(30_000)]
    started = time.perf_counter()
    assert len(index(*entries).matches("mug.jpg")) == len(entries)
    assert time.perf_counter() - started < 5
