"""The tf-idf head: words and pieces of words, and a linear support vector machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.heads.fitted import Lesson
from core.heads.inputs import Inputs
from core.heads.linear import calibrated_svm
from core.heads.readers import Feeds, Grams

if TYPE_CHECKING:
    import onnx
    from scipy.sparse import csr_array
    from sklearn.calibration import CalibratedClassifierCV

MOST = 1 << 15
"""Words kept, and as many pieces."""


@dataclass(frozen=True)
class FittedTfidf:
    """A trained machine on tf-idf weights."""

    reader: Grams
    estimator: CalibratedClassifierCV
    settings: Mapping[str, float | int | str]

    def predict_proba(self, feeds: Feeds) -> np.ndarray:
        """Return float (n, n_classes)."""
        return self.estimator.predict_proba(_sparse(feeds, len(self.reader.rarity)))

    def to_onnx(self) -> onnx.ModelProto:
        """Write weighted sums of the machine's coefficients, then its sigmoids, then their shares."""
        from onnx import TensorProto, helper, numpy_helper

        fitted = self.estimator.calibrated_classifiers_[0]
        svm, sigmoids = fitted.estimator, fitted.calibrators
        slopes = np.array([one.a_ for one in sigmoids], dtype=np.float32)
        offsets = np.array([one.b_ for one in sigmoids], dtype=np.float32)
        constants = {
            "coefficients": svm.coef_.T.astype(np.float16),
            "intercepts": svm.intercept_.astype(np.float32),
            "slopes": -slopes,
            "offsets": -offsets,
            "last": np.int64([2]),
            "across": np.int64([1]),
        }
        node = helper.make_node
        nodes = [
            node("Gather", ["coefficients", "numbers"], ["halves"]),
            node("Cast", ["halves"], ["rows"], to=TensorProto.FLOAT),
            node("Unsqueeze", ["weights", "last"], ["factors"]),
            node("Mul", ["rows", "factors"], ["parts"]),
            node("ReduceSum", ["parts", "across"], ["sums"], keepdims=0),
            node("Add", ["sums", "intercepts"], ["margins"]),
            node("Mul", ["margins", "slopes"], ["steep"]),
            node("Add", ["steep", "offsets"], ["logits"]),
            node("Sigmoid", ["logits"], ["chances"]),
        ]
        if len(sigmoids) == 1:  # two classes have one margin, the second class's
            constants["one"] = np.float32([1])
            nodes += [
                node("Sub", ["one", "chances"], ["others"]),
                node("Concat", ["others", "chances"], ["shares"], axis=1),
            ]
        else:
            nodes += [
                node("ReduceSum", ["chances", "across"], ["total"], keepdims=1),
                node("Div", ["chances", "total"], ["shares"]),
            ]
        graph = helper.make_graph(
            nodes,
            "tfidf",
            [
                helper.make_tensor_value_info("numbers", TensorProto.INT64, ["rows", "grams"]),
                helper.make_tensor_value_info("weights", TensorProto.FLOAT, ["rows", "grams"]),
            ],
            [helper.make_tensor_value_info("shares", TensorProto.FLOAT, ["rows", None])],
            [numpy_helper.from_array(value, name) for name, value in constants.items()],
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


def fit_tfidf(lesson: Lesson) -> FittedTfidf:
    """Fit `core.heads.linear.calibrated_svm` on tf-idf weights of words, pairs and pieces of words."""
    reader = Grams.learn(lesson.train.texts, most=MOST)
    X, X_val = (_read(reader, part) for part in (lesson.train, lesson.validation))
    model = calibrated_svm(X, X_val, lesson)
    svm = model.calibrated_classifiers_[0].estimator
    # Half precision moves a probability by about 1e-4 and halves the file.
    svm.coef_ = svm.coef_.astype(np.float16).astype(np.float64)
    settings = {"C": model.estimator.C, "words": len(reader.words), "pieces": len(reader.pieces)}
    return FittedTfidf(reader, model, settings)


def _read(reader: Grams, inputs: Inputs) -> csr_array:
    """Return the weights of all products as one sparse matrix, read some at a time."""
    from scipy.sparse import csr_array, vstack

    starts = range(0, len(inputs), reader.rows_at_once)
    parts = [inputs.take(np.arange(at, min(at + reader.rows_at_once, len(inputs)))) for at in starts]
    width = len(reader.rarity)
    found = [_sparse(reader(part), width) for part in parts]
    return vstack(found, "csr") if found else csr_array((0, width))


def _sparse(feeds: Feeds, width: int) -> csr_array:
    from scipy.sparse import csr_array

    real = feeds["weights"] > 0
    ends = np.concatenate([[0], np.cumsum(real.sum(axis=1))])
    # scikit-learn's linear solver takes 32-bit places only
    places = (feeds["numbers"][real].astype(np.int32), ends.astype(np.int32))
    return csr_array((feeds["weights"][real], *places), shape=(len(feeds["weights"]), width))
