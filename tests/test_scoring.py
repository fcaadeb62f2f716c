import numpy as np

from core.features import Features
from core.scoring import Scorers


class Constant:
    def __init__(self, row: tuple[float, ...]) -> None:
        self.row = row
        self.seen = []

    def predict_proba(self, features: np.ndarray) -> np.ndarray:
        self.seen.append(features.copy())
        return np.tile(np.float32(self.row), (len(features), 1))


def features(present: list[bool], dim: int) -> Features:
    vectors = np.ones((len(present), dim), np.float32) * np.array(present)[:, None]
    return Features(vectors.astype(np.float32), np.array(present))


def make() -> Scorers:
    heads = {
        ("text", "h"): Constant((1, 0, 0)),
        ("image", "h"): Constant((0, 1, 0)),
        ("fused", "h"): Constant((0, 0, 1)),
    }
    return Scorers(heads, np.float32([0.5, 0.3, 0.2]))


def test_each_product_is_answered_by_what_it_has():
    given = {
        "text": features([True, True, False, False], 2),
        "image": features([True, False, True, False], 3),
    }
    proba = make().score("fused", "h", given)
    np.testing.assert_allclose(proba, [[0, 0, 1], [1, 0, 0], [0, 1, 0], [0.5, 0.3, 0.2]])


def test_single_modality_gives_class_shares_where_it_is_absent():
    given = {"text": features([True, False], 2), "image": features([True, True], 3)}
    np.testing.assert_allclose(make().score("text", "h", given), [[1, 0, 0], [0.5, 0.3, 0.2]])


def test_heads_see_only_products_with_their_modality():
    scorers = make()
    given = {"text": features([True, True, False], 2), "image": features([True, False, True], 3)}
    scorers.score("fused", "h", given)
    fused = scorers.heads["fused", "h"].seen[0]
    assert fused.shape == (1, 5)
    assert (fused == 1).all()


def test_fused_without_pictures_at_all_falls_back_to_text():
    proba = make().score("fused", "h", {"text": features([True], 2)})
    np.testing.assert_allclose(proba, [[1, 0, 0]])
