from types import MappingProxyType

import numpy as np

from core.evaluation.calibrators import Temperature
from core.features.vectors import Features
from core.heads.inputs import Inputs
from core.heads.key import HeadKey
from core.heads.scoring import Scorers

TEXT, OTHER, IMAGE, FUSED = (
    HeadKey(*key) for key in (("text", "h"), ("text", "other"), ("image", "h"), ("fused", "g"))
)
MEAN = HeadKey("fused", "mean")
PRIOR = [0.5, 0.3, 0.2]


class Constant:
    """Gives every product the same probabilities, and records what it was given."""

    members = ()
    projections = MappingProxyType({})

    def __init__(self, row: tuple[float, ...], modality: str) -> None:
        self.row = row
        self.modality = modality
        self.given = []

    def predict_proba(self, inputs: Inputs) -> np.ndarray:
        self.given.append(inputs)
        return np.tile(np.float32(self.row), (len(inputs), 1))


class Mean:
    """Combines two heads by their mean."""

    members = (TEXT, IMAGE)

    def predict_proba(self, inputs: Inputs) -> np.ndarray:
        return sum(inputs.member_probabilities[member] for member in self.members) / 2


def features(present: list[bool], dim: int) -> Features:
    vectors = np.ones((len(present), dim), np.float32) * np.array(present)[:, None]
    return Features(vectors.astype(np.float32), np.array(present))


def scorers(**more) -> Scorers:
    heads = {
        TEXT: Constant((1, 0, 0), "text"),
        OTHER: Constant((0.6, 0.4, 0), "text"),
        IMAGE: Constant((0, 1, 0), "image"),
        FUSED: Constant((0, 0, 1), "fused"),
        MEAN: Mean(),
    }
    return Scorers(heads, np.float32(PRIOR), {"text": "h", "image": "h"}, **more)


def four_products() -> Inputs:
    """Text and image, text, image, nothing."""
    return Inputs.of(
        {"text": features([True, True, False, False], 2), "image": features([True, False, True, False], 3)}
    )


def test_each_product_is_answered_from_what_it_has():
    proba = scorers().score(FUSED, four_products())
    np.testing.assert_allclose(proba, [[0, 0, 1], [1, 0, 0], [0, 1, 0], PRIOR])


def test_a_product_without_the_modality_gets_the_class_shares():
    np.testing.assert_allclose(scorers().score(TEXT, four_products()), [[1, 0, 0]] * 2 + [PRIOR] * 2)


def test_an_unknown_head_answers_with_the_class_shares():
    np.testing.assert_allclose(scorers().score(HeadKey("text", "none"), four_products()), [PRIOR] * 4)


def test_a_head_gets_only_products_with_its_modality():
    model = scorers()
    model.score(FUSED, four_products())
    (given,) = model.heads[FUSED].given
    assert given.vectors("fused").tolist() == [[1] * 5]


def test_fused_without_any_image_is_answered_from_text():
    proba = scorers().score(FUSED, Inputs.of({"text": features([True], 2)}))
    np.testing.assert_allclose(proba, [[1, 0, 0]])


def test_several_heads_on_the_same_products_run_each_member_once():
    model = scorers()
    scores = model.on(four_products())
    proba = scores.calibrated(MEAN)
    np.testing.assert_allclose(proba[0], [0.5, 0.5, 0])
    np.testing.assert_allclose(proba[1], [1, 0, 0])
    scores.calibrated(TEXT)
    assert len(model.heads[TEXT].given) == 1


def test_known_probabilities_are_not_computed_again():
    model = scorers()
    known = {TEXT: np.float32([[0, 1, 0]] * 4)}
    np.testing.assert_allclose(model.on(four_products(), known).calibrated(TEXT)[0], [0, 1, 0])
    assert not model.heads[TEXT].given
    assert set(known) == {TEXT}


def test_answers_are_calibrated_but_members_are_not():
    model = scorers(calibrators={OTHER: Temperature(0.5), TEXT: Temperature(3.0)})
    sharper = model.score(OTHER, four_products())
    np.testing.assert_allclose(sharper[0, 0], 0.36 / 0.52, atol=1e-3)
    np.testing.assert_allclose(sharper[2], PRIOR)  # the class shares are no head's answer
    np.testing.assert_allclose(model.score(MEAN, four_products())[0], [0.5, 0.5, 0])
