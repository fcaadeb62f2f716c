import pytest

from core.bundle.projection import Projection
from core.views.maps.map_trust import by_trust, trust_sentence


@pytest.mark.parametrize(
    ("trust", "word"),
    [(0.99, "nearly all"), (0.95, "most products"), (0.85, "but not all"), (0.6, "distances say little")],
)
def test_the_sentence_depends_on_the_trustworthiness(trust, word):
    sentence = trust_sentence(Projection("text", "pca", 2, trust, 0.875))
    assert word in sentence
    assert f"{trust:.2f}" in sentence
    assert "87.5%" in sentence
    assert "between groups" not in sentence
    assert "between groups" in trust_sentence(Projection("text", "umap", 2, trust, 0.875))


def test_approximate_neighbours_are_said_to_be_so():
    drawn = Projection("text", "umap", 2, 0.95, 0.8, neighbour_recall=0.968)
    assert trust_sentence(drawn).endswith(
        "approximate neighbours: on average they include 96.8% of the 15 products that are most similar to a "
        "product."
    )
    assert "approximate" not in trust_sentence(Projection("text", "umap", 2, 0.95, 0.8))


def test_a_map_of_landmarks_says_how_many_products_were_drawn():
    drawn = Projection("text", "umap", 2, 0.95, 0.8, landmarks=50_000, placed=950_000)
    assert trust_sentence(drawn).endswith(
        "Drawn from 50,000 products; the other 950,000 were placed by the most similar of these."
    )
    assert "placed" not in trust_sentence(Projection("text", "umap", 2, 0.95, 0.8))


def test_no_sentence_where_trust_was_not_measured():
    assert trust_sentence(Projection("text", "umap", 2)) == ""


def test_the_method_to_be_trusted_most_comes_first_and_unmeasured_ones_last():
    maps = [
        Projection("text", "umap", 2, 0.95, 0.8),
        Projection("text", "umap", 3, 1.0, 0.8),  # not what is shown first
        Projection("text", "tsne", 2, 0.97, 0.8),
        Projection("text", "pca", 2),
    ]
    assert by_trust(maps) == ["tsne", "umap", "pca"]
    assert by_trust([*maps, Projection("image", "tsne", 2, 0.9, 0.8)]) == ["umap", "tsne", "pca"]
    assert by_trust([]) == []
