"""Boosted trees as ONNX: one operator for all trees.

Written here, node by node: a threshold is rounded down to the next float32, so that each float32 number goes
the way it goes in scikit-learn, whose thresholds are float64.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import onnx
    from sklearn.ensemble import HistGradientBoostingClassifier


def boosting_graph(estimator: HistGradientBoostingClassifier) -> onnx.ModelProto:
    """Return a model from ``vectors`` to probabilities.

    Two classes share one sum of trees, the log-odds of the second; each gets half of it, with its sign. The
    sums are a regressor's: of two classes, ONNX Runtime's classifier reads one sum in ways of its own.
    """
    from onnx import helper

    from core.heads.onnx_graph import SHARES, model, node

    trees = [(kind, tree.nodes) for row in estimator._predictors for kind, tree in enumerate(row)]
    start = estimator._baseline_prediction.ravel()
    shares = [[(kind, 1.0)] for kind in range(len(start))]
    if len(start) == 1:
        start, shares = np.concatenate([-start, start]) / 2, [[(0, -0.5), (1, 0.5)]]
    operator = helper.make_node(
        "TreeEnsembleRegressor",
        ["vectors"],
        ["logits"],
        domain="ai.onnx.ml",
        n_targets=len(start),
        base_values=start.astype(np.float32).tolist(),
        **_nodes([nodes for _, nodes in trees]),
        **_leaves([(nodes, shares[kind]) for kind, nodes in trees]),
    )
    return model(
        "gradient_boosting",
        [operator, node("Softmax", ["logits"], SHARES, axis=1)],
        {"vectors": (np.float32, ["rows", estimator.n_features_in_])},
        {},
    )


def _nodes(trees: list[np.ndarray]) -> dict[str, list[int] | list[float] | list[str]]:
    """Return what each node of all trees asks, and where it leads."""
    every, ids = np.concatenate(trees), _numbers(trees)
    leaf = every["is_leaf"].astype(bool)
    return {
        **{f"nodes_{name}": values for name, values in ids.items()},
        "nodes_featureids": np.where(leaf, 0, every["feature_idx"]).tolist(),
        "nodes_values": np.where(leaf, 0, _rounded_down(every["num_threshold"])).tolist(),
        "nodes_modes": np.where(leaf, "LEAF", "BRANCH_LEQ").tolist(),
        "nodes_truenodeids": np.where(leaf, 0, every["left"]).tolist(),
        "nodes_falsenodeids": np.where(leaf, 0, every["right"]).tolist(),
    }


def _leaves(trees: list[tuple[np.ndarray, list[tuple[int, float]]]]) -> dict[str, list[int] | list[float]]:
    """Return what each leaf adds to which class, each class with its share of the leaf's value."""
    ids: list[int] = []
    nodes, classes, weights = [], [], []
    for number, (tree, shares) in enumerate(trees):
        leaves = np.flatnonzero(tree["is_leaf"])
        for kind, share in shares:
            ids += [number] * len(leaves)
            nodes += leaves.tolist()
            classes += [kind] * len(leaves)
            weights += (share * tree["value"][leaves]).astype(np.float32).tolist()
    return {"target_treeids": ids, "target_nodeids": nodes, "target_ids": classes, "target_weights": weights}


def _numbers(trees: list[np.ndarray]) -> dict[str, list[int]]:
    sizes = [len(tree) for tree in trees]
    return {
        "treeids": np.repeat(np.arange(len(trees)), sizes).tolist(),
        "nodeids": np.concatenate([np.arange(size) for size in sizes]).tolist(),
    }


def _rounded_down(thresholds: np.ndarray) -> np.ndarray:
    """Return the largest float32 numbers that are not above the thresholds, float64 (n,)."""
    near = thresholds.astype(np.float32)
    below = np.nextafter(near, np.float32(-np.inf))
    return np.where(near > thresholds, below, near)
