import numpy as np

from core.evaluation.strangeness.fitting import fit_strangeness
from core.features.vectors import Features
from core.heads.inputs import Inputs
from core.heads.softmax import fit_softmax
from core.heads.taken_vectors import TakenVectors
from tests.evaluation.strangeness.clusters import categories, nothing_written
from tests.heads.products import rows, task_of
from tests.heads.test_taken import inputs


def test_a_head_learns_the_same_from_vectors_that_are_not_copied():
    X, y = rows(n=90, k=3)
    task = task_of("logistic_regression", X[30:], y[30:], X[:30], y[:30], n_classes=3)
    copied, gathered = (fit_softmax(each, task, 10.0) for each in (task.X, task.rows))
    np.testing.assert_array_equal(copied.coefficients, gathered.coefficients)
    np.testing.assert_array_equal(copied.intercepts, gathered.intercepts)


def test_strangeness_is_the_same_of_vectors_that_are_not_copied():
    vectors, labels = categories(4)
    there, texts = {"text": np.ones(len(labels), dtype=bool)}, nothing_written(len(labels))
    taken = Inputs.of({"text": Features(vectors, there["text"])}).take(np.arange(len(labels)))
    copied, gathered = (
        fit_strangeness({"text": each}, there, texts, labels, np.arange(len(labels)))
        for each in (vectors, TakenVectors(taken, "text"))
    )
    np.testing.assert_array_equal(copied.of_training["text"], gathered.of_training["text"])
    said = (each.strangeness.of("text", {"text": vectors}, texts) for each in (copied, gathered))
    np.testing.assert_array_equal(*said)


def test_vectors_are_read_by_rows():
    whole = inputs()
    for modality in ("text", "fused"):
        vectors, expected = TakenVectors(whole, modality), whole.vectors(modality)
        assert vectors.shape == expected.shape and len(vectors) == len(expected)
        for some in (np.array([4, 1]), expected[:, 0] > 0, slice(2, 5)):
            np.testing.assert_array_equal(vectors[some], expected[some])
        assert vectors[np.array([4, 1])].flags.c_contiguous
