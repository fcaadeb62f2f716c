from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from core.nearest.index import VectorIndex
from core.views.maps.neighbours import Nearby, agreement_sentence, nearby, same_category_sentence


def bundle(angles: list[float], categories: list[str], present: list[bool] | None = None) -> SimpleNamespace:
    """Products on a circle: the smaller the angle between two, the nearer."""
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    there = np.array(present or [True] * len(angles))
    return SimpleNamespace(
        table=pd.DataFrame({"category": categories}),
        stored=lambda modality: VectorIndex.of(vectors * there[:, None]),
        present=lambda modality: there,
    )


def test_the_nearest_come_first_and_are_counted_by_category():
    near = nearby(bundle([0, 0.3, 0.1, 0.2, 1.5], ["mug", "mug", "lamp", "lamp", "mug"]), 0, "text", k=3)
    assert near.rows == (2, 3, 1)
    np.testing.assert_allclose(near.similarity, np.cos([0.1, 0.2, 0.3]), atol=1e-6)
    assert (near.same, near.category, near.most) == (1, "lamp", 2)
    assert same_category_sentence(near) == "1 of the 3 nearest products are in its category"


def test_a_product_is_not_its_own_neighbour_even_among_its_equals():
    near = nearby(bundle([0.5] * 6, ["mug"] * 6), 3, "image", k=10)
    assert sorted(near.rows) == [0, 1, 2, 4, 5]


def test_only_products_with_the_modality_are_near_anything():
    there = [True, False, True, True]
    some = bundle([0, 0.1, 0.4, 0.2], ["a", "b", "c", "d"], there)
    assert nearby(some, 0, "image").rows == (3, 2)
    assert nearby(some, 1, "image") is None
    assert nearby(bundle([0], ["a"]), 0, "text") is None
    assert there == [True, False, True, True]
    assert some.present("image").tolist() == there


def test_the_nearest_category_wins_a_tie():
    near = nearby(bundle([0, 0.2, 0.1], ["mug", "sofa", "lamp"]), 0, "text")
    assert (near.category, near.most) == ("lamp", 1)


def space(modality: str, rows: range, same: int, category: str, most: int) -> Nearby:
    return Nearby(modality, tuple(rows), (0.5,) * len(rows), same, category, most)


@pytest.mark.parametrize(
    ("spaces", "sentence"),
    [
        (
            [space("text", range(10), 9, "mug", 9), space("image", range(5, 15), 6, "mug", 6)],
            "All 2 inputs place it in mug, its own category. Shared neighbours, of 10: text and image 5.",
        ),
        (
            [
                space("text", range(10), 8, "mug", 8),
                space("image", range(9, 19), 2, "lamp", 7),
                space("fused", range(4, 14), 6, "mug", 6),
            ],
            "The inputs disagree. By image, most neighbours are in lamp (7 of 10; 2 in mug). Shared "
            "neighbours, of 10: text and image 1; text and both inputs 6; image and both inputs 5; all 1.",
        ),
        (
            [space("text", range(3), 0, "lamp", 3), space("image", range(3), 0, "sofa", 2)],
            "No input places it in mug, its own category, which may be wrong. By text, most neighbours are "
            "in lamp (3 of 3; 0 in mug). By image, most neighbours are in sofa (2 of 3; 0 in mug). "
            "Shared neighbours, of 3: text and image 3.",
        ),
        ([space("text", range(3), 3, "mug", 3)], ""),
        ([], ""),
    ],
)
def test_how_far_the_spaces_agree(spaces, sentence):
    assert agreement_sentence(bundle([0], ["mug"]), 0, spaces) == sentence
