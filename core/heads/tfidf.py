"""The tf-idf head: a linear support vector machine on word and character n-grams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.heads.linear import STRENGTH, calibrated_svm
from core.heads.readers.reader import Feeds
from core.heads.readers.tfidf import TfidfReader
from core.heads.task import Settings, TrainingTask

if TYPE_CHECKING:
    import onnx
    from scipy.sparse import csr_array
    from sklearn.calibration import CalibratedClassifierCV

MOST = 1 << 15
"""Word n-grams kept, and as many character n-grams."""
SETTINGS = (STRENGTH,)


@dataclass(frozen=True)
class FittedTfidf:
    """A fitted support vector machine on tf-idf weights."""

    reader: TfidfReader
    estimator: CalibratedClassifierCV
    settings: Settings
    losses: None = None

    def predict_proba(self, feeds: Feeds) -> np.ndarray:
        """Return float (n, n_classes)."""
        return np.asarray(self.estimator.predict_proba(_sparse(feeds, len(self.reader.idf))))

    def to_onnx(self) -> onnx.ModelProto:
        """Write weighted sums of the coefficients, the sigmoids, and their shares."""
        from onnx import TensorProto

        from core.heads.onnx_graph import SHARES, model, node, whole_numbers

        calibrated = self.estimator.calibrated_classifiers_[0]
        svm, sigmoids = calibrated.estimator, calibrated.calibrators
        constants = {
            "coefficients": svm.coef_.T.astype(np.float16),
            "intercepts": svm.intercept_.astype(np.float32),
            "slopes": -np.array([sigmoid.a_ for sigmoid in sigmoids], dtype=np.float32),
            "offsets": -np.array([sigmoid.b_ for sigmoid in sigmoids], dtype=np.float32),
            "last": whole_numbers(2),
            "across": whole_numbers(1),
        }
        nodes = [
            node("Gather", ["coefficients", "numbers"], "halves"),
            node("Cast", ["halves"], "rows", to=TensorProto.FLOAT),
            node("Unsqueeze", ["weights", "last"], "factors"),
            node("Mul", ["rows", "factors"], "parts"),
            node("ReduceSum", ["parts", "across"], "sums", keepdims=0),
            node("Add", ["sums", "intercepts"], "margins"),
            node("Mul", ["margins", "slopes"], "scaled"),
            node("Add", ["scaled", "offsets"], "logits"),
            node("Sigmoid", ["logits"], "chances"),
        ]
        if len(sigmoids) == 1:  # two classes have one margin, the second class's
            constants["one"] = np.array([1], dtype=np.float32)
            nodes += [
                node("Sub", ["one", "chances"], "others"),
                node("Concat", ["others", "chances"], SHARES, axis=1),
            ]
        else:
            nodes += [
                node("ReduceSum", ["chances", "across"], "total", keepdims=1),
                node("Div", ["chances", "total"], SHARES),
            ]
        shape = ["rows", "ngrams"]
        return model(
            "tfidf", nodes, {"numbers": (np.int64, shape), "weights": (np.float32, shape)}, constants
        )


def fit_tfidf(task: TrainingTask) -> FittedTfidf:
    """Fit `core.heads.linear.calibrated_svm` on the tf-idf weights of word and character n-grams."""
    reader = TfidfReader.learn(task.train.texts.tolist(), most=MOST)
    X, X_val = (reader.matrix(part.texts.tolist()) for part in (task.train, task.validation))
    machine = calibrated_svm(X, X_val, task)
    svm = machine.calibrated_classifiers_[0].estimator
    # Half precision moves a probability by about 1e-4 and halves the file.
    svm.coef_ = svm.coef_.astype(np.float16).astype(np.float64)
    settings = {"C": machine.estimator.C, "words": len(reader.words), "characters": len(reader.characters)}
    return FittedTfidf(reader, machine, settings)


def _sparse(feeds: Feeds, width: int) -> csr_array:
    from scipy.sparse import csr_array

    nonzero = feeds["weights"] > 0
    ends = np.concatenate([[0], np.cumsum(nonzero.sum(axis=1))])
    # scikit-learn's linear solver takes 32-bit indices only.
    indices, pointers = feeds["numbers"][nonzero].astype(np.int32), ends.astype(np.int32)
    return csr_array((feeds["weights"][nonzero], indices, pointers), shape=(len(feeds["weights"]), width))
