import numpy as np
import onnx

from tests.heads.products import train


def test_a_forest_file_holds_no_zero_weights(tmp_path):
    head = train("random_forest", noise=0.6)
    head.save(tmp_path / "head.onnx")
    nodes = onnx.load(tmp_path / "head.onnx").graph.node
    (trees,) = [node for node in nodes if node.op_type == "TreeEnsembleClassifier"]
    lists = {attribute.name: attribute for attribute in trees.attribute}
    weights = np.array(lists["class_weights"].floats)
    assert (weights > 0).all()
    assert len(weights) == len(lists["class_ids"].ints) == len(lists["class_nodeids"].ints)
