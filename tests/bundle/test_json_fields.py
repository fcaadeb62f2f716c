import re

import pytest

from core.bundle.json_fields import Fields
from core.common.errors import BundleError

CONTENT = {
    "name": "demo",
    "rows": 3,
    "share": 0.5,
    "private": False,
    "nothing": None,
    "classes": ["Lamps", "Mugs"],
    "prior": [0.25, 0.75],
    "inner": {"a": "x"},
    "list": [{"n": 1}, {"n": -1}],
}


@pytest.fixture
def fields() -> Fields:
    return Fields(CONTENT, "m.json")


def test_values_are_read_as_they_are(fields):
    assert fields.text("name") == "demo"
    assert fields.whole("rows") == 3
    assert fields.number("rows") == 3.0
    assert fields.share("share") == 0.5
    assert fields.flag("private") is False
    assert fields.texts("classes", ("Lamps", "Mugs")) == ("Lamps", "Mugs")
    assert fields.numbers("prior", 2) == (0.25, 0.75)
    assert fields.one("inner").text("a") == "x"
    assert fields.named("inner", Fields.text) == {"a": "x"}
    assert [each.number("n") for each in fields.many("list")] == [1, -1]
    assert [fields.has(name) for name in ("name", "nothing", "gone")] == [True, False, False]
    assert fields.converted("inner", dict) == {"a": "x"}


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (lambda f: f.text("rows"), "m.json.rows: expected a text, got 3"),
        (lambda f: f.text("name", ("a", "b")), "m.json.name: expected one of a, b, got demo"),
        (lambda f: f.whole("share"), "m.json.share: expected a whole number from 0, got 0.5"),
        (lambda f: f.whole("private"), "m.json.private: expected a whole number from 0, got false"),
        (lambda f: f.whole("rows", least=4), "m.json.rows: expected a whole number from 4, got 3"),
        (lambda f: f.number("name"), "m.json.name: expected a number, got demo"),
        (lambda f: f.share("rows"), "m.json.rows: expected a number from 0 to 1, got 3.0"),
        (lambda f: f.flag("rows"), "m.json.rows: expected true or false, got 3"),
        (lambda f: f.texts("prior"), "m.json.prior.0: expected a text, got 0.25"),
        (lambda f: f.numbers("classes"), "m.json.classes.0: expected a number, got Lamps"),
        (lambda f: f.numbers("prior", 3), "m.json.prior: expected 3 numbers, got 2 numbers"),
        (lambda f: f.one("classes"), 'm.json.classes: expected an object, got ["Lamps", "Mugs"]'),
        (lambda f: f.many("inner"), 'm.json.inner: expected a list, got {"a": "x"}'),
        (lambda f: f.many("list")[1].whole("n"), "m.json.list.1.n: expected a whole number from 0, got -1"),
        (lambda f: f.named("inner", Fields.text, ("b",)), "m.json.inner: expected names among b, got a"),
        (lambda f: f.one("inner").text("gone"), "m.json.inner: expected a field 'gone', got a"),
        (lambda f: f.converted("inner", lambda inner: inner["gone"]), "m.json.inner: KeyError: 'gone'"),
    ],
)
def test_whatever_is_not_as_expected_is_quoted(fields, read, message):
    with pytest.raises(BundleError, match=re.escape(message)):
        read(fields)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_are_finite(number):
    with pytest.raises(BundleError, match="expected a number"):
        Fields({"n": number}, "m.json").number("n")


def test_long_values_are_cut_and_kept_on_one_line():
    with pytest.raises(BundleError) as error:
        Fields({"n": "two\nlines " * 30}, "m.json").number("n")
    assert len(str(error.value)) < 120
    assert "\n" not in str(error.value)


def test_only_an_object_has_fields():
    with pytest.raises(BundleError, match="expected an object, got 3"):
        Fields(3, "m.json")


def test_names_with_slashes_are_no_paths():
    assert Fields({"name": "hf/some/model"}, "m.json").slashed("name") == "hf/some/model"
    for name in ("/etc/passwd", "hf/../x", "a//b", "a\\b", "", "x" * 300):
        with pytest.raises(BundleError, match="expected names with slashes between them"):
            Fields({"name": name}, "m.json").slashed("name")
