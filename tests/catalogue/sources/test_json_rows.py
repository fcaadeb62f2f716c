import pytest

from core.catalogue.sources import json_rows
from core.catalogue.sources.json_rows import NO_OBJECT, TOO_LONG, array_blocks, object_blocks, survey_fields
from core.catalogue.sources.json_scan import Damaged
from core.catalogue.sources.raw import BLANK, SET_ASIDE, Event
from core.common.errors import CatalogueError


def elements(*values):
    return lambda: ((number, "", value) for number, value in enumerate(values, 1))


def rows(given, *, keyed=False):
    fields, _, _ = survey_fields(given, "t.json")
    (block,) = object_blocks(given, fields, keyed)
    return [".".join(path) for path in fields.columns], block


def test_objects_are_flattened():
    names, block = rows(elements({"a": 1, "b": {"c": "x", "d": {}}}, {"b": {"e": {"f": ["y"]}}, "a": None}))
    assert names == ["a", "b.c", "b.e.f"]
    assert block.rows == [["1", "x", ""], ["", "", '["y"]']]


def test_what_is_no_object_is_set_aside():
    given = elements({"a": "x"}, None, 7, Damaged("cut off"), ["y"])
    _, block = rows(given)
    assert list(block.numbers) == [1] and list(block.events) == [
        Event(2, BLANK), Event(3, SET_ASIDE, NO_OBJECT), Event(4, SET_ASIDE, "cut off"),
        Event(5, SET_ASIDE, NO_OBJECT),
    ]  # fmt: skip


def test_keys_and_arrays_are_noticed():
    assert survey_fields(lambda: iter([(1, "k", {"a": 1}), (2, "", [1])]), "t")[1:] == (1, True)


def test_an_inner_object_with_too_many_fields_stays_whole(monkeypatch):
    monkeypatch.setattr(json_rows, "MOST_COLUMNS", 10)
    names, block = rows(elements(*({"a": str(n), "prices": {f"shop{n}": n}} for n in range(30))))
    assert names == ["a", "prices"] and block.rows[3] == ["3", '{"shop3": 3}']


def test_too_many_fields(monkeypatch):
    monkeypatch.setattr(json_rows, "MOST_COLUMNS", 10)
    with pytest.raises(CatalogueError, match=r"t\.json: more than 10 different fields"):
        survey_fields(elements({str(n): n for n in range(30)}), "t.json")


def test_halves_of_letters_and_nul_are_no_text():
    assert rows(elements({"a": "x\ud83d", "b": "\x00y", "c": "\ud83d\ude00"}))[1].rows == [
        ["x\ufffd", "y", "😀"]
    ]


def test_arrays_are_rows():
    (block,) = array_blocks(
        elements(["a", "b"], ["1"], [None, ""], ["1", "2", "3"], {}, ["a", "b"]), 2, [["a", "b"]]
    )
    assert block.rows == [["1", ""], ["a", "b"]]
    assert list(block.events) == [
        Event(3, BLANK), Event(4, SET_ASIDE, TOO_LONG), Event(5, SET_ASIDE, NO_OBJECT),
    ]  # fmt: skip
