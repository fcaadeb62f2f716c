import numpy as np

from core.heads.forest import fit_random_forest
from tests.heads.products import rows, task_of


def test_each_tree_of_a_large_forest_draws_a_bounded_number_of_products():
    X, y = rows()
    task = task_of("random_forest", X, y, X[:0], y[:0])
    few, every = (fit_random_forest(task, rows_per_tree) for rows_per_tree in (25, 1000))
    nodes = [sum(tree.tree_.node_count for tree in head.estimator.estimators_) for head in (few, every)]
    assert nodes[0] < nodes[1] / 2
    assert np.isfinite(few.predict_proba({"vectors": X})).all()


def test_a_tree_has_a_bounded_number_of_leaves():
    X, y = rows(n=1800, noise=1.5)
    head = fit_random_forest(task_of("random_forest", X, y, X[:0], y[:0]))
    assert head.settings["leaves"] == 150
    assert max(tree.get_n_leaves() for tree in head.estimator.estimators_) == 150
