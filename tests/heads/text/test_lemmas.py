import logging

import pytest

from core.heads.text.lemmas import Lemmas, cached_lemmas, lemmatizer

WORDS = (
    "mugs", "glasses", "better", "running", "children's", "don't", "wi-fi", "xl", "42", "3.5", "naïve",
    "cafés", "ræv", "unladylike", "brouhahas", "zzyzx", "it's", "women’s", "t-shirts", "oxidised", "leaves",
)  # fmt: skip


SMALL = {"mugs": "mug", "mice": "mouse"}


def test_lemmas_are_those_of_simplemma(tmp_path, monkeypatch):
    import simplemma

    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(tmp_path))
    expected = [simplemma.lemmatize(word, lang="en") for word in WORDS]
    for _ in ("unpacked", "from the file"):
        lemmatizer.cache_clear()
        assert [lemmatizer()(word) for word in WORDS] == expected
    assert len(list(tmp_path.iterdir())) == 1
    lemmatizer.cache_clear()


def test_the_dictionary_is_unpacked_once(tmp_path):
    calls = []

    def unpack():
        calls.append("unpacked")
        return SMALL

    for _ in range(2):
        assert cached_lemmas(tmp_path / "small.npz", unpack).get("mice") == "mouse"
    assert calls == ["unpacked"]
    assert [file.name for file in tmp_path.iterdir()] == ["small.npz"]


@pytest.mark.parametrize("content", [b"", b"no archive", "half"])
def test_a_damaged_file_is_written_again(tmp_path, caplog, content):
    file = tmp_path / "small.npz"
    cached_lemmas(file, lambda: SMALL)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2] if content == "half" else content)
    with caplog.at_level(logging.WARNING):
        assert cached_lemmas(file, lambda: SMALL).get("mugs") == "mug"
    assert "damaged" in caplog.text
    assert file.read_bytes() == whole


def test_lemmas_work_without_a_writable_cache(tmp_path, caplog):
    (tmp_path / "file").write_text("")
    with caplog.at_level(logging.WARNING):
        assert cached_lemmas(tmp_path / "file" / "small.npz", lambda: SMALL).get("mugs") == "mug"
    assert "cannot cache" in caplog.text


def test_lookup():
    some = Lemmas.of({"mice": "mouse", "öfen": "ofen", "": "nothing"})
    assert [some.get(word) for word in ("mice", "öfen", "", "mouse")] == ["mouse", "ofen", "nothing", None]
    assert Lemmas.of({}).get("mice") is None
