"""Keys of programs on the command line."""

from core.cli.commands import main
from core.serving.api.keys import RATE, KeyFile, hashed


def test_a_key_is_printed_once_listed_and_removed(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("PRODUCT_LENS_KEYS", str(tmp_path / "keys.json"))
    assert main(["keys", "--add", "shop", "--scope", "write", "--rate", "30"]) == 0
    secret = capsys.readouterr().out.strip()
    assert KeyFile(tmp_path / "keys.json").read()[hashed(secret)].scope == "write"
    assert main(["keys"]) == 0
    listed = capsys.readouterr().out
    assert listed.startswith("shop  write  30 a minute  ") and secret not in listed
    assert main(["keys", "--remove", "shop"]) == 0
    assert main(["keys"]) == 0
    assert capsys.readouterr().out == ""


def test_a_key_has_the_usual_rate(tmp_path):
    assert main(["keys", "--file", str(tmp_path / "keys.json"), "--add", "shop"]) == 0
    (key,) = KeyFile(tmp_path / "keys.json").read().values()
    assert (key.scope, key.rate) == ("read", RATE)


def test_mistakes_are_one_line(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("PRODUCT_LENS_KEYS", raising=False)
    assert main(["keys"]) == 2
    assert main(["keys", "--file", str(tmp_path / "keys.json"), "--remove", "nobody"]) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first == "error: name the file of keys: --file FILE, or set PRODUCT_LENS_KEYS"
    assert second == "error: there is no key named 'nobody'"
