"""Words in a text, and pieces of a long one."""

import pytest

from core.serving.explain.segments import pieces, without, words_of


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
