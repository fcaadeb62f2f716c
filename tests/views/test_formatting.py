from core.views.formatting import shorten


def test_shorten():
    assert shorten("lamp") == "lamp"
    assert shorten("a" * 40, 10) == "a" * 9 + "…"
