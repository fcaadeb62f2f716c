import pytest

from core.bundle.reader import Bundle
from core.views.models.answers import answers


@pytest.fixture(scope="module")
def bundle(tiny_bundle):
    return Bundle.open(tiny_bundle)


def test_answers_are_read_once_for_all_who_open_the_bundle(bundle, monkeypatch):
    found = answers(bundle, "text")
    monkeypatch.setattr(Bundle, "predictions", None)
    assert answers(Bundle.open(bundle.path), "text", bundle.best["text"]) is found
