import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalogue.sources.json_scan import (
    CUT_OFF,
    Collection,
    Damaged,
    find_collections,
    read_elements,
    read_line,
)
from tests.catalogue.sources.files import PROPERTY


def collections(tmp_path, content):
    file = tmp_path / "t.json"
    file.write_text(content, encoding="utf-8")
    return [(each.path, each.keyed, each.objects) for each in find_collections(file)]


def test_lists_and_objects_that_hold_objects(tmp_path):
    content = (
        '{"a": {"list": [{"x": [{}]}, {}]}, "b": {"k": {}, "l": {}}, "c": [1], "d": "[{\\"", "e": [[], []]}'
    )
    assert collections(tmp_path, content) == [
        (("a", "list"), False, 2), (("b",), True, 2), (("e",), False, 0), ((), True, 2),
    ]  # fmt: skip


def test_objects_one_after_the_other(tmp_path):
    assert collections(tmp_path, '{"a": 1}\n{"a": 2}') == [((), False, 2)]


def test_a_list_is_found_at_its_place(tmp_path):
    file = tmp_path / "t.json"
    content = '{"é": "' + "x" * (1 << 19) + '", "list": [{"a": 1}]}'
    file.write_text(content, encoding="utf-8")
    (found,) = [each for each in find_collections(file) if not each.keyed]
    assert file.read_bytes()[found.start :] == b'{"a": 1}]}'


def elements(content, collection=None, size=3):
    pieces = iter([content[start : start + size] for start in range(0, len(content), size)])
    return list(read_elements(pieces, collection or Collection((), 1, keyed=False)))


def test_elements_of_a_list_as_they_are_written():
    assert elements('{"a": 10.50, "b": [12345678901234567890]}, "x",\n 7, null]') == [
        ("", {"a": "10.50", "b": ["12345678901234567890"]}), ("", "x"), ("", "7"), ("", None),
    ]  # fmt: skip


def test_elements_of_an_object_have_keys():
    assert elements('"a": {"x": 1}, "": {} }', Collection((), 1, keyed=True)) == [("a", {"x": "1"}), ("", {})]


def test_elements_without_brackets_end_with_the_file():
    assert elements('{"a": 1}{"a": 2}\n12', Collection((), 0, keyed=False)) == [
        ("", {"a": "1"}), ("", {"a": "2"}), ("", "12"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "content", ['{"a": 1}, {"a": 2', '{"a": 1}', '{"a": 1}, {"a": tru}]', '{"a": 1}, oops]']
)
def test_damage_ends_the_reading(content):
    assert elements(content) == [("", {"a": "1"}), ("", Damaged(CUT_OFF))]


def test_numbers_that_are_none():
    assert elements('{"a": NaN, "b": -Infinity}]') == [("", {"a": None, "b": None})]


def test_lines_of_json_and_of_python():
    assert read_line('{"a": 1.10}\n') == {"a": "1.10"}
    assert read_line("{'a': \"it's\", 'b': [None, ('x',)]}\n") == {"a": "it's", "b": [None, ("x",)]}
    for line in (
        "{'a': open('x')}",
        '{"a": ',
        "[" * 100_000,
        "name,category",
        "{**a}",
        "{'a': 1 + 'x'}",
        "{{}}",
    ):
        assert isinstance(read_line(line), Damaged), line


_JSON = st.recursive(
    st.none() | st.booleans() | st.text(st.sampled_from('ab"\\[]{},é\n'), max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab{", max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(PROPERTY, max_examples=150)
@given(st.lists(_JSON, max_size=5), st.integers(1, 9), st.booleans())
def test_elements_are_those_of_the_json_module(tmp_path, values, size, ascii_only):
    text = json.dumps(values, ensure_ascii=ascii_only)
    assert [value for _, value in elements(text[1:], size=size)] == values
    (tmp_path / "t.json").write_text(text, encoding="utf-8")
    found = [each for each in find_collections(tmp_path / "t.json") if each.start == 1]
    assert sum(each.objects for each in found) == sum(isinstance(value, dict) for value in values)
