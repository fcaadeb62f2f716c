"""The tf-idf head: a linear model on word and character n-grams.

Where products are few, a support vector machine with a sigmoid a class; where they are many, multinomial
logistic regression (`core.heads.softmax`), which takes a fraction of the time and has the lower loss.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from core.heads.linear import STRENGTH, calibrated_svm, quietly_on_one_thread
from core.heads.readers.reader import Feeds
from core.heads.readers.tfidf import TfidfReader
from core.heads.softmax import MANY_ROWS, Softmax, best_softmax
from core.heads.task import Settings, TrainingTask

if TYPE_CHECKING:
    import onnx
    from scipy.sparse import csr_array
    from sklearn.calibration import CalibratedClassifierCV

MOST = 1 << 15
"""Word n-grams kept, and as many character n-grams."""
SOFTMAX_STRENGTHS, SOFTMAX_DEFAULT = (1.0, 3.0, 10.0, 30.0), 3.0
# Half of what vectors need: more lower the loss no further, and n-grams are many.
SOFTMAX_STEPS = 600
SETTINGS = (STRENGTH,)


class Shares(Protocol):
    """How sums of an n-gram's coefficients become probabilities."""

    def predict_proba(self, X: csr_array) -> np.ndarray:
        """Return float (n, n_classes) for sparse float32 (n, n-grams)."""
        ...

    def constants(self) -> dict[str, np.ndarray]:
        """Return the ``coefficients``, float16 (n-grams, c), the ``intercepts``, and what `nodes` needs."""
        ...

    def nodes(self) -> list[onnx.NodeProto]:
        """Return what makes `core.heads.onnx_graph.SHARES` of ``margins``, float32 (n, c)."""
        ...


@dataclass(frozen=True)
class FittedTfidf:
    """A fitted linear model on tf-idf weights."""

    reader: TfidfReader
    model: Shares
    settings: Settings
    losses: None = None

    def predict_proba(self, feeds: Feeds) -> np.ndarray:
        """Return float (n, n_classes)."""
        return np.asarray(self.model.predict_proba(_sparse(feeds, len(self.reader.idf))))

    def to_onnx(self) -> onnx.ModelProto:
        """Write weighted sums of the coefficients, and what makes shares of them."""
        from onnx import TensorProto

        from core.heads.onnx_graph import model, node, whole_numbers

        constants = {**self.model.constants(), "last": whole_numbers(2), "across": whole_numbers(1)}
        nodes = [
            node("Gather", ["coefficients", "numbers"], "halves"),
            node("Cast", ["halves"], "rows", to=TensorProto.FLOAT),
            node("Unsqueeze", ["weights", "last"], "factors"),
            node("Mul", ["rows", "factors"], "parts"),
            node("ReduceSum", ["parts", "across"], "sums", keepdims=0),
            node("Add", ["sums", "intercepts"], "margins"),
            *self.model.nodes(),
        ]
        shape = ["rows", "ngrams"]
        return model(
            "tfidf", nodes, {"numbers": (np.int64, shape), "weights": (np.float32, shape)}, constants
        )


@dataclass(frozen=True)
class Sigmoids:
    """A support vector machine with a sigmoid a class."""

    machine: CalibratedClassifierCV

    def predict_proba(self, X: csr_array) -> np.ndarray:
        """Return float64 (n, n_classes)."""
        return np.asarray(self.machine.predict_proba(X))

    def constants(self) -> dict[str, np.ndarray]:
        """Return coefficients and sigmoids."""
        calibrated = self.machine.calibrated_classifiers_[0]
        svm, sigmoids = calibrated.estimator, calibrated.calibrators
        constants = {
            "coefficients": svm.coef_.T.astype(np.float16),
            "intercepts": svm.intercept_.astype(np.float32),
            "slopes": -np.array([sigmoid.a_ for sigmoid in sigmoids], dtype=np.float32),
            "offsets": -np.array([sigmoid.b_ for sigmoid in sigmoids], dtype=np.float32),
        }
        return constants | ({"one": np.array([1], dtype=np.float32)} if self.has_one_margin else {})

    @property
    def has_one_margin(self) -> bool:
        """Whether there are two classes, which have one margin, the second class's."""
        return len(self.machine.classes_) == 2

    def nodes(self) -> list[onnx.NodeProto]:
        """Return the sigmoids, and their shares."""
        from core.heads.onnx_graph import SHARES, node

        nodes = [
            node("Mul", ["margins", "slopes"], "scaled"),
            node("Add", ["scaled", "offsets"], "logits"),
            node("Sigmoid", ["logits"], "chances"),
        ]
        if self.has_one_margin:
            return [
                *nodes,
                node("Sub", ["one", "chances"], "others"),
                node("Concat", ["others", "chances"], SHARES, axis=1),
            ]
        return [
            *nodes,
            node("ReduceSum", ["chances", "across"], "total", keepdims=1),
            node("Div", ["chances", "total"], SHARES),
        ]


@dataclass(frozen=True)
class Regression:
    """A multinomial logistic regression."""

    softmax: Softmax

    def predict_proba(self, X: csr_array) -> np.ndarray:
        """Return float32 (n, n_classes)."""
        return self.softmax.predict_proba(X)

    def constants(self) -> dict[str, np.ndarray]:
        """Return coefficients and intercepts."""
        return {
            "coefficients": self.softmax.coefficients.astype(np.float16),
            "intercepts": self.softmax.intercepts,
        }

    def nodes(self) -> list[onnx.NodeProto]:
        """Return the softmax."""
        from core.heads.onnx_graph import SHARES, node

        return [node("Softmax", ["margins"], SHARES, axis=1)]


def fit_tfidf(task: TrainingTask) -> FittedTfidf:
    """Fit a linear model on the tf-idf weights of word and character n-grams."""
    reader = TfidfReader.learn(task.train.texts.tolist(), most=MOST)
    X, X_val = (reader.matrix(part.texts.tolist()) for part in (task.train, task.validation))
    counts = {"words": len(reader.words), "characters": len(reader.characters)}
    # Half precision moves a probability by about 1e-4 and halves the file.
    if len(task.y) >= MANY_ROWS:
        with quietly_on_one_thread():
            softmax = best_softmax(
                X, X_val, task, SOFTMAX_STRENGTHS, SOFTMAX_DEFAULT, SOFTMAX_STEPS
            ).in_halves()
        settings = {"C": softmax.C, "scale": softmax.scale, **counts}
        return FittedTfidf(reader, Regression(softmax), settings)
    machine = calibrated_svm(X, X_val, task)
    svm = machine.calibrated_classifiers_[0].estimator
    svm.coef_ = svm.coef_.astype(np.float16).astype(np.float64)
    return FittedTfidf(reader, Sigmoids(machine), {"C": machine.estimator.C, **counts})


def _sparse(feeds: Feeds, width: int) -> csr_array:
    from scipy.sparse import csr_array

    nonzero = feeds["weights"] > 0
    ends = np.concatenate([[0], np.cumsum(nonzero.sum(axis=1))])
    # scikit-learn's linear solver takes 32-bit indices only.
    indices, pointers = feeds["numbers"][nonzero].astype(np.int32), ends.astype(np.int32)
    return csr_array((feeds["weights"][nonzero], indices, pointers), shape=(len(feeds["weights"]), width))
