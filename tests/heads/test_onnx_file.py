import numpy as np
import onnx

from core.heads.served import load_head
from tests.heads.products import products, rows, train


def test_a_forest_file_holds_no_zero_weights(tmp_path):
    head = train("random_forest", noise=0.6)
    head.save(tmp_path / "head.onnx")
    nodes = onnx.load(tmp_path / "head.onnx").graph.node
    (trees,) = [node for node in nodes if node.op_type == "TreeEnsembleClassifier"]
    lists = {attribute.name: attribute for attribute in trees.attribute}
    weights = np.array(lists["class_weights"].floats)
    assert (weights > 0).all()
    assert len(weights) == len(lists["class_ids"].ints) == len(lists["class_nodeids"].ints)


def test_a_forest_file_holds_no_list_that_no_answer_needs(tmp_path):
    head = train("random_forest", noise=0.6)
    head.save(tmp_path / "head.onnx")
    (trees,) = [node for node in onnx.load(tmp_path / "head.onnx").graph.node if "Tree" in node.op_type]
    names = {attribute.name for attribute in trees.attribute}
    assert "nodes_values" in names
    assert not names & {"nodes_hitrates", "nodes_missing_value_tracks_true"}
    X, y = rows(noise=0.6)
    inputs = products(X, y)
    served = load_head(tmp_path / "head.onnx").predict_proba(inputs)
    np.testing.assert_allclose(served, head.predict_proba(inputs), atol=1e-6)
