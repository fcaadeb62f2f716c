"""What is promised comes from answers that were not learned by heart, for the model that answers."""

from types import SimpleNamespace

import numpy as np
import pytest

from core.building.judging import ChosenHead
from core.building.promises import COVERAGE, make_promises
from core.building.training_data import TrainingData
from core.bundle.held_out import held_out_answers
from core.evaluation.acceptance import fit_acceptance
from core.evaluation.calibrators import Identity, Temperature
from core.evaluation.conformal import fit_conformal
from core.evaluation.splits import Split
from core.evaluation.thresholds import NEVER
from core.features.vectors import Features
from core.heads.inputs import Inputs
from core.heads.key import HeadKey
from tests.evaluation.strangeness.clusters import categories

K, EACH = 3, 20
N = K * EACH
TEXT, IMAGE = HeadKey("text", "tfidf"), HeadKey("image", "linear_svm")


def parts() -> Split:
    """Of each category twelve training, four validation and four test products."""
    within = np.arange(N) % EACH
    train, validation, test = (
        np.flatnonzero(mask) for mask in (within < 12, (within >= 12) & (within < 16), within >= 16)
    )
    return Split(train, validation, test, seed=0)


def data(text=None, image=None, learned=None) -> TrainingData:
    """Products that have the sides given by masks, all of them where there is none."""
    vectors, labels = categories(K, EACH)
    every = np.ones(N, dtype=bool)
    present = {"text": every if text is None else text, "image": every if image is None else image}
    features = {
        side: Features(np.where(there[:, None], vectors, 0).astype(np.float32), there)
        for side, there in present.items()
    }
    return TrainingData(
        inputs=Inputs.of(features, ["a text"] * N),
        labels=labels,
        classes=("Lamps", "Mugs", "Shoes"),
        skus=np.arange(N).astype(str).astype(object),
        split=parts(),
        groups=np.arange(N),
        learned=np.zeros(N, dtype=bool) if learned is None else learned,
    )


def probabilities(seed) -> np.ndarray:
    """Return float32 (N, K) that all differ, right most of the time."""
    rng = np.random.default_rng(seed)
    raw = rng.dirichlet(np.ones(K), N) + 0.6 * np.eye(K)[np.repeat(np.arange(K), EACH)]
    return (raw / raw.sum(axis=1, keepdims=True)).astype(np.float32)


def chosen(key, seed=1, calibrator=None) -> ChosenHead:
    every, split = probabilities(seed), parts()
    scores = {part: every[getattr(split, part)] for part in ("train", "validation", "test")}
    return ChosenHead(key, calibrator or Identity(), scores)


def promised(of, heads, out_of_fold, **settings):
    """Make promises for chosen heads; `out_of_fold`: member -> probabilities of every product."""
    trained = SimpleNamespace(
        out_of_fold=out_of_fold,
        heads={each.key: heads[each] for each in heads},
    )
    judged = SimpleNamespace(chosen={each.key.modality: each for each in heads}, others={})
    return make_promises(of, trained, judged, **settings)


def simple(of, learnt=None):
    """Promises for three heads, of which those for text and image were trained in folds."""
    fused = chosen(HeadKey("fused", "logistic_regression"), 3)
    heads = {chosen(TEXT, 1): None, chosen(IMAGE, 2): None, fused: None}
    return promised(of, heads, learnt or {TEXT: probabilities(11), IMAGE: probabilities(12)})


def rows_of(promises, given):
    own = promises.held_out[promises.held_out["given"] == given]
    assert own["row"].is_unique
    return set(own["row"].tolist())


def test_a_product_with_both_counts_for_text_for_image_and_for_both():
    text, image = (np.arange(N) % 5 != left_out for left_out in (0, 1))
    promises, split = simple(data(text, image)), parts()
    train, validation = set(split.train.tolist()), set(split.validation.tolist())
    assert rows_of(promises, "text") == (train | validation) & set(np.flatnonzero(text).tolist())
    assert rows_of(promises, "image") == (train | validation) & set(np.flatnonzero(image).tolist())
    # The fused head was not trained in folds: only validation products are new to it.
    assert rows_of(promises, "fused") == validation & set(np.flatnonzero(text & image).tolist())


def test_test_products_choose_nothing():
    promises = simple(data())
    assert not set(promises.held_out["row"]) & set(parts().test.tolist())


def test_the_answers_are_those_of_models_that_had_not_seen_the_product():
    promises, split = simple(data()), parts()
    in_folds, of_validation = probabilities(11), probabilities(1)
    own = promises.held_out[promises.held_out["given"] == "text"].set_index("row")
    for row in (*split.train[:5].tolist(), *split.validation[:5].tolist()):
        expected = (of_validation if row in split.validation else in_folds)[row]
        assert own.loc[row, "predicted"] == expected.argmax()
        assert own.loc[row, "confidence"] == pytest.approx(expected.max(), abs=1e-6)


def test_probabilities_are_calibrated():
    warm = chosen(TEXT, 1, Temperature(2.0))
    in_folds = probabilities(11)
    promises = promised(data(), {warm: None, chosen(IMAGE, 2): None}, {TEXT: in_folds, IMAGE: in_folds})
    row = int(parts().train[7])
    roots = np.sqrt(in_folds[row])
    own = promises.held_out[promises.held_out["given"] == "text"].set_index("row")
    assert own.loc[row, "confidence"] == pytest.approx(roots.max() / roots.sum(), abs=1e-5)


def test_where_no_fold_answers_there_is_none():
    in_folds = probabilities(11)
    in_folds[:4] = np.nan
    promises = simple(data(), {TEXT: in_folds, IMAGE: probabilities(12)})
    assert rows_of(promises, "text") == set(range(N)) - {0, 1, 2, 3} - set(parts().test.tolist())
    assert np.isnan(promises.guards.disagreement[:4]).all()


def test_images_that_the_encoder_was_trained_on_do_not_count():
    learned = np.zeros(N, dtype=bool)
    learned[:6] = True
    promises = simple(data(learned=learned))
    assert set(range(6)) <= rows_of(promises, "text")
    assert not set(range(6)) & rows_of(promises, "image")


class Combination:
    """Adds up what its members say."""

    members = (TEXT, IMAGE)

    def predict_proba(self, inputs):
        return np.mean([inputs.member_probabilities[member] for member in self.members], axis=0)


@pytest.mark.parametrize(("head", "in_training"), [("blend", True), ("stacking", False)])
def test_a_blend_promises_by_what_its_members_say_in_folds(head, in_training):
    """A head with many weights has learned them from these very answers."""
    both = chosen(HeadKey("fused", head), 3)
    members = {TEXT: probabilities(11), IMAGE: probabilities(12)}
    heads = {chosen(TEXT, 1): None, chosen(IMAGE, 2): None, both: Combination()}
    promises, split = promised(data(), heads, members), parts()
    expected = set(split.validation.tolist()) | (set(split.train.tolist()) if in_training else set())
    assert rows_of(promises, "fused") == expected
    if in_training:
        row = int(split.train[3])
        own = promises.held_out[promises.held_out["given"] == "fused"].set_index("row")
        assert own.loc[row, "confidence"] == pytest.approx(
            ((members[TEXT][row] + members[IMAGE][row]) / 2).max(), abs=1e-5
        )


def test_how_far_text_and_image_are_apart():
    text, image = np.arange(N) % 7 != 0, np.arange(N) % 7 != 1
    apart, split = simple(data(text, image)).guards.disagreement, parts()
    assert np.isfinite(apart).tolist() == (text & image).tolist()
    for row in np.flatnonzero(text & image)[::5].tolist():
        seeds = (11, 12) if row in split.train else (1, 2)
        p, q = (probabilities(seed)[row].astype(float) for seed in seeds)
        assert apart[row] == pytest.approx(1 - np.sqrt(p * q).sum(), abs=6e-5)


def test_strangeness_is_measured_of_every_product_that_has_the_input():
    text, image = np.arange(N) % 7 != 0, np.arange(N) % 7 != 1
    guards = simple(data(text, image)).guards
    for given, there in (("text", text), ("image", image), ("fused", text & image)):
        assert np.isfinite(guards.strangeness[given]).tolist() == there.tolist()


def test_rules_and_sets_are_those_of_the_answers_kept():
    of = data()
    promises = simple(of)
    for given in ("text", "image", "fused"):
        answers = held_out_answers(promises.held_out, given, promises.guards, of.labels, parts().validation)
        assert promises.acceptance.rules[given] == fit_acceptance(answers, K)
    validation = parts().validation
    expected = fit_conformal(of.labels[validation], probabilities(2)[validation], COVERAGE)
    assert promises.conformal.rules["image"] == expected


def test_what_is_wanted_is_kept():
    heads = {chosen(TEXT, 1): None, chosen(IMAGE, 2): None}
    in_folds = {TEXT: probabilities(11), IMAGE: probabilities(12)}
    strict, lax = (
        promised(data(), heads, in_folds, wanted_precision=wanted, guard=guard).acceptance
        for wanted, guard in ((0.99, 0.0), (0.6, 0.2))
    )
    assert (strict.wanted_precision, strict.guard, lax.wanted_precision, lax.guard) == (0.99, 0, 0.6, 0.2)
    strict_ones, lax_ones = (np.array(rules.rules["text"].thresholds) for rules in (strict, lax))
    assert (strict_ones >= lax_ones).all() and (strict_ones > lax_ones).any()
    assert strict.rules["text"].price == 0 < lax.rules["text"].price <= 0.2


def test_an_input_that_no_held_out_product_has_is_never_accepted():
    """Only training products have images, and no head was trained on these in folds."""
    image = np.isin(np.arange(N), parts().train)
    promises = promised(
        data(image=image), {chosen(TEXT, 1): None, chosen(IMAGE, 2): None}, {TEXT: probabilities(11)}
    )
    assert rows_of(promises, "image") == set()
    rule = promises.acceptance.rules["image"]
    assert (rule.thresholds, rule.own) == ((NEVER,) * K, (0,) * K)
    assert promises.conformal.rules["image"].sets(probabilities(2)).all()
    assert min(promises.acceptance.rules["text"].own) > 0
