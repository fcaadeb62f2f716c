import logging

import pytest

from core.heads.text import lemmas
from core.heads.text.lemmas import Lemmas, lemmatizer

WORDS = (
    "mugs", "glasses", "better", "running", "children's", "don't", "wi-fi", "xl", "42", "3.5", "naïve",
    "cafés", "ræv", "unladylike", "brouhahas", "zzyzx", "it's", "women’s", "t-shirts", "oxidised", "leaves",
)  # fmt: skip


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(tmp_path))
    lemmatizer.cache_clear()
    yield tmp_path
    lemmatizer.cache_clear()


def test_lemmas_are_those_of_simplemma(cache):
    import simplemma

    expected = [simplemma.lemmatize(word, lang="en") for word in WORDS]
    assert [lemmatizer()(word) for word in WORDS] == expected
    lemmatizer.cache_clear()  # now from the file
    assert [lemmatizer()(word) for word in WORDS] == expected


def test_the_dictionary_is_unpacked_once(cache, monkeypatch):
    lemmatizer()
    (file,) = cache.iterdir()
    monkeypatch.setattr(Lemmas, "of", None)
    lemmatizer.cache_clear()
    assert lemmatizer()("mugs") == "mug"
    assert [file] == list(cache.iterdir())


def test_a_damaged_file_is_written_again(cache, caplog):
    lemmatizer()
    (file,) = cache.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    lemmatizer.cache_clear()
    with caplog.at_level(logging.WARNING):
        assert lemmatizer()("mugs") == "mug"
    assert "damaged" in caplog.text
    assert file.read_bytes() == whole


def test_lemmas_work_without_a_writable_cache(cache, monkeypatch, caplog):
    (cache / "in the way").write_text("")
    monkeypatch.setattr(lemmas, "cache_dir", lambda: cache / "in the way")
    with caplog.at_level(logging.WARNING):
        assert lemmatizer()("mugs") == "mug"
    assert "cannot cache" in caplog.text


def test_lookup():
    some = Lemmas.of({"mice": "mouse", "öfen": "ofen", "": "nothing"})
    assert [some.get(word) for word in ("mice", "öfen", "", "mouse")] == ["mouse", "ofen", "nothing", None]
    assert Lemmas.of({}).get("mice") is None
