"""The keys of programs."""

import json

import pytest

from core.common.errors import AccessError
from core.serving.api.keys import KeyFile, hashed, key_file


def test_a_key_is_known_by_its_hash_and_nothing_else_is_kept(tmp_path):
    file = KeyFile(tmp_path / "keys.json")
    secret = file.add("shop", "write", 30)
    assert secret not in file.path.read_text() and secret.removeprefix("pl_") not in file.path.read_text()
    (key,) = file.read().values()
    assert file.read()[hashed(secret)] == key
    assert (key.name, key.scope, key.rate) == ("shop", "write", 30)
    assert key.allows("read") and key.allows("write")


def test_a_reader_may_not_write(tmp_path):
    file = KeyFile(tmp_path / "keys.json")
    file.add("reader")
    (key,) = file.read().values()
    assert key.allows("read") and not key.allows("write")


def test_keys_come_and_go_by_name(tmp_path):
    file = KeyFile(tmp_path / "keys.json")
    first, second = file.add("first"), file.add("second")
    assert first != second
    with pytest.raises(AccessError, match="there is a key named 'first' already"):
        file.add("first")
    file.remove("first")
    assert list(file.read()) == [hashed(second)]
    with pytest.raises(AccessError, match="there is no key named 'first'"):
        file.remove("first")
    with pytest.raises(AccessError, match="expected letters"):
        file.add("a\nb")


@pytest.mark.parametrize("content", ["", "[]", '{"keys": [{"name": "a"}]}', '{"keys": 5}'])
def test_a_file_of_something_else_lets_nobody_in(tmp_path, content):
    (tmp_path / "keys.json").write_text(content)
    with pytest.raises(AccessError, match=r"PRODUCT_LENS_KEYS: keys\.json cannot be read"):
        KeyFile(tmp_path / "keys.json").read()


def test_an_unknown_scope_lets_nobody_in(tmp_path):
    file = KeyFile(tmp_path / "keys.json")
    file.add("a")
    content = json.loads(file.path.read_text())
    content["keys"][0]["scope"] = "everything"
    file.path.write_text(json.dumps(content))
    with pytest.raises(AccessError, match="unknown scope"):
        file.read()


def test_the_setting_names_the_file(tmp_path):
    assert key_file({}) is None
    assert key_file({"PRODUCT_LENS_KEYS": str(tmp_path / "k")}) == KeyFile(tmp_path / "k")
