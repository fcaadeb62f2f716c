import pytest

from core.bundle.projection import Projection
from core.views.maps.map_trust import trust_sentence


@pytest.mark.parametrize(
    ("trust", "word"), [(0.99, "few exceptions"), (0.95, "Most"), (0.85, "strangers"), (0.6, "little")]
)
def test_trust_in_words(trust, word):
    said = trust_sentence(Projection("text", "pca", 2, trust, 0.875))
    assert word in said
    assert f"{trust:.2f}" in said
    assert "88%" in said
    assert "How far apart" not in said
    assert "How far apart" in trust_sentence(Projection("text", "umap", 2, trust, 0.875))


def test_no_words_where_trust_was_not_measured():
    assert trust_sentence(Projection("text", "umap", 2)) == ""
