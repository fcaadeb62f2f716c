import numpy as np

from core.evaluation.calibrators import Temperature
from core.features.vectors import Features
from core.heads.inputs import Inputs
from core.heads.scoring import Scorers


class Constant:
    partial = False
    members = ()

    def __init__(self, row: tuple[float, ...], modality: str) -> None:
        self.row = row
        self.modality = modality
        self.seen = []

    def predict_proba(self, inputs: Inputs) -> np.ndarray:
        self.seen.append(inputs.vectors(self.modality).copy())
        return np.tile(np.float32(self.row), (len(inputs), 1))


def features(present: list[bool], dim: int) -> Features:
    vectors = np.ones((len(present), dim), np.float32) * np.array(present)[:, None]
    return Features(vectors.astype(np.float32), np.array(present))


def make() -> Scorers:
    heads = {
        ("text", "h"): Constant((1, 0, 0), "text"),
        ("text", "other"): Constant((0.5, 0.5, 0), "text"),
        ("image", "h"): Constant((0, 1, 0), "image"),
        ("fused", "g"): Constant((0, 0, 1), "fused"),
    }
    return Scorers(heads, np.float32([0.5, 0.3, 0.2]), {"text": "h", "image": "h"})


def test_each_product_is_answered_by_what_it_has():
    given = Inputs.of(
        {"text": features([True, True, False, False], 2), "image": features([True, False, True, False], 3)}
    )
    proba = make().score("fused", "g", given)
    np.testing.assert_allclose(proba, [[0, 0, 1], [1, 0, 0], [0, 1, 0], [0.5, 0.3, 0.2]])


def test_single_modality_gives_class_shares_where_it_is_absent():
    given = Inputs.of({"text": features([True, False], 2), "image": features([True, True], 3)})
    np.testing.assert_allclose(make().score("text", "h", given), [[1, 0, 0], [0.5, 0.3, 0.2]])


def test_heads_see_only_products_with_their_modality():
    scorers = make()
    given = Inputs.of({"text": features([True, True, False], 2), "image": features([True, False, True], 3)})
    scorers.score("fused", "g", given)
    fused = scorers.heads["fused", "g"].seen[0]
    assert fused.shape == (1, 5)
    assert (fused == 1).all()


def test_fused_without_pictures_at_all_falls_back_to_text():
    proba = make().score("fused", "g", Inputs.of({"text": features([True], 2)}))
    np.testing.assert_allclose(proba, [[1, 0, 0]])


class Whole(Constant):
    """A fused head that reads products with only a text or only a picture, too."""

    partial = True

    def predict_proba(self, inputs: Inputs) -> np.ndarray:
        self.seen.append(inputs.present("text").copy())
        return np.tile(np.float32(self.row), (len(inputs), 1))


class Mean:
    """Weighs two heads alike."""

    partial = True
    members = (("text", "h"), ("image", "h"))

    def predict_proba(self, inputs: Inputs) -> np.ndarray:
        return sum(inputs.opinions[member] for member in self.members) / 2


def given() -> Inputs:
    return Inputs.of(
        {"text": features([True, True, False, False], 2), "image": features([True, False, True, False], 3)}
    )


def test_a_head_that_reads_either_answers_all_that_have_one():
    scorers = make()
    scorers = Scorers(
        scorers.heads | {("fused", "w"): Whole((0, 0.5, 0.5), "fused")}, scorers.prior, scorers.best
    )
    expected = [[0, 0.5, 0.5]] * 3 + [[0.5, 0.3, 0.2]]
    np.testing.assert_allclose(scorers.score("fused", "w", given()), expected)
    assert scorers.heads["fused", "w"].seen[0].tolist() == [True, True, False]


def test_a_head_that_weighs_others_asks_each_once():
    scorers = make()
    scorers = Scorers(scorers.heads | {("fused", "m"): Mean()}, scorers.prior, scorers.best)
    known = {}
    proba = scorers.score("fused", "m", given(), known)
    np.testing.assert_allclose(proba[0], [0.5, 0.5, 0])
    np.testing.assert_allclose(proba[1], [0.75, 0.15, 0.1])  # who cannot say answers by the class shares
    scorers.score("text", "h", given(), known)
    assert len(scorers.heads["text", "h"].seen) == 1


def test_answers_are_calibrated_but_members_are_taken_raw():
    scorers = make()
    calibrators = {("text", "other"): Temperature(0.5), ("text", "h"): Temperature(3.0)}
    scorers = Scorers(scorers.heads | {("fused", "m"): Mean()}, scorers.prior, scorers.best, calibrators)
    heads = scorers.heads
    heads["text", "other"].row = (0.6, 0.4, 0)
    sharper = scorers.score("text", "other", given())
    np.testing.assert_allclose(sharper[0, 0], 0.36 / 0.52, atol=1e-3)
    np.testing.assert_allclose(sharper[2], [0.5, 0.3, 0.2])  # the class shares are no head's answer
    np.testing.assert_allclose(scorers.score("fused", "m", given())[0], [0.5, 0.5, 0])
