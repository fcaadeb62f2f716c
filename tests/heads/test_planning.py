import numpy as np

from core.heads.planning import heads_for, members_for
from core.heads.registry import HEADS

ALL = tuple(HEADS)


def test_a_head_is_planned_for_the_modalities_it_can_answer_from():
    assert "tfidf" in heads_for("text", ALL, {})
    assert "joint" in heads_for("fused", ALL, {}) and "tfidf" not in heads_for("fused", ALL, {})


def test_zero_shot_needs_vectors_of_the_category_names():
    assert "zero_shot" not in heads_for("text", ALL, {})
    assert "zero_shot" in heads_for("text", ALL, {"text": np.ones((2, 2))})


def test_a_combining_head_comes_last_and_needs_two_members():
    assert heads_for("text", ("blend", "tfidf", "mlp"), {}) == ("tfidf", "mlp")
    assert heads_for("text", ("blend", "tfidf", "linear_svm"), {}) == ("tfidf", "linear_svm", "blend")
    assert heads_for("image", ("blend", "linear_svm", "logistic_regression"), {})[-1] != "blend"


def test_a_fused_combining_head_needs_members_of_both_modalities():
    assert heads_for("fused", ("blend", "tfidf"), {}) == ()
    assert heads_for("fused", ("blend", "linear_svm"), {}) == ("linear_svm", "blend")


def test_members_are_one_head_on_vectors_and_those_on_words():
    assert members_for("fused", ("blend", "tfidf", "linear_svm")) == (
        ("text", "linear_svm"),
        ("text", "tfidf"),
        ("image", "linear_svm"),
    )
    assert members_for("image", ALL) == (("image", "logistic_regression"),)
