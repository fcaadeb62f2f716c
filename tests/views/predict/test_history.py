import pytest

from core.views.predict.asked import NAME_LENGTH, Asked
from core.views.predict.history import Entry, history_table, remembered


def entry(name: str, size: int = 1, *, needs_review: bool = False) -> Entry:
    asked = Asked(name, "", b"x" * size)
    return Entry("b", asked, None, "Mugs", 0.5, needs_review, "fused")


def names(entries) -> str:
    return "".join(one.asked.name for one in entries)


def test_the_newest_is_first_and_each_is_there_once():
    entries = ()
    for name in "abcab":
        entries = remembered(entries, entry(name))
    assert names(entries) == "cba"


def test_the_oldest_make_room():
    entries = ()
    for name in "abcd":
        entries = remembered(entries, entry(name), most=3)
    assert names(entries) == "dcb"
    assert names(remembered(entries, entry("e", 8), most_bytes=9)) == "ed"
    assert names(remembered(entries, entry("f", 100), most_bytes=9)) == "f"


def test_the_same_text_with_another_picture_or_none_is_another_product():
    given = [
        Asked("mug", "red"),
        Asked("mug", "red", b"1"),
        Asked("mug", "red", b"2"),
        Asked("mug", "", b"1"),
    ]
    assert len({one.digest for one in given}) == 4
    assert Asked("mug", "").digest == Asked(" mug ", "").digest == Asked("mug", "", example="7").digest


@pytest.mark.parametrize("name", ["", "  ", "<b></b>", "\x00"])
def test_nothing_to_read_is_nothing(name):
    assert Asked(name, "").is_empty
    assert not Asked(name, "", b"").is_empty
    assert not Asked(name, "red").is_empty


def test_it_is_called_by_what_there_is():
    assert Asked("mug", "red").word == "mug"
    assert Asked("", "red", b"").word == "red"
    assert Asked("", "", b"").word == "A picture"
    assert len(Asked("m" * 1_000_000, "").word) == NAME_LENGTH


def test_the_list_as_a_table():
    table = history_table((entry("b", needs_review=True), entry("a")))
    assert table["Name"].tolist() == ["b", "a"]
    assert table["Verdict"].tolist() == ["Please check", "Sure"]
    assert table["Input"].tolist() == ["Text + image"] * 2
    assert len(history_table(())) == 0
