"""Heads: classifiers trained on features, saved as ONNX and run by ONNX Runtime.

``train_head(name, ...)`` trains one of `HEADS`, `TrainedHead.save` writes it, ``load_head(path)`` opens it
for the build, the app and the predictor alike. Training needs scikit-learn or TensorFlow; a loaded head
needs neither.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.errors import CatalogueError, CoreError
from core.heads.fitted import Fitted, Lesson
from core.progress import Progress, silent

HeadFactory = Callable[[Lesson], Fitted]


def _random_forest(lesson: Lesson) -> Fitted:
    from core.heads.forest import fit_random_forest

    return fit_random_forest(lesson)


def _logistic_regression(lesson: Lesson) -> Fitted:
    from core.heads.linear import fit_logistic_regression

    return fit_logistic_regression(lesson)


def _linear_svm(lesson: Lesson) -> Fitted:
    from core.heads.linear import fit_linear_svm

    return fit_linear_svm(lesson)


def _mlp(lesson: Lesson) -> Fitted:
    from core.heads.mlp import fit_mlp

    return fit_mlp(lesson)


HEADS: dict[str, HeadFactory] = {
    "logistic_regression": _logistic_regression,
    "linear_svm": _linear_svm,
    "random_forest": _random_forest,
    "mlp": _mlp,
}


def get_head(name: str) -> HeadFactory:
    """Return the factory of a head.

    Raises
    ------
    CoreError
        If there is none of that name; the message lists those there are.
    """
    if name not in HEADS:
        raise CoreError(f"unknown head {name!r}: expected one of {', '.join(HEADS)}, or all")
    return HEADS[name]


def parse_heads(names: str) -> tuple[str, ...]:
    """Read ``"a,b"`` or ``"all"`` into names of heads, each once, in the order given.

    Raises
    ------
    CoreError
        If a name is unknown or there is none.
    """
    wanted = [name for part in names.split(",") if (name := part.strip())]
    if not wanted:
        raise CoreError(f"no head named: expected some of {', '.join(HEADS)}, or all")

    def known() -> Iterator[str]:
        for name in wanted:
            if name == "all":
                yield from HEADS
            else:
                get_head(name)
                yield name

    return tuple(dict.fromkeys(known()))


@dataclass(frozen=True)
class TrainedHead:
    """A head fresh from training.

    Attributes
    ----------
    name : str
        One of `HEADS`.
    seconds : float
        How long training took, the search for its settings included.
    fitted : Fitted
        The framework's own model.
    present : np.ndarray
        int64: the class numbers seen in training, ascending; others get probability 0.
    n_classes, width : int
        How many classes and how long a vector.
    """

    name: str
    seconds: float
    fitted: Fitted
    present: np.ndarray
    n_classes: int
    width: int

    @property
    def settings(self) -> dict[str, float | int | str]:
        """What was chosen on validation rows."""
        return dict(self.fitted.settings)

    def predict_proba(self, vectors: np.ndarray) -> np.ndarray:
        """Return probabilities, float32 (n, n_classes), by the framework that trained the head."""
        proba = np.zeros((len(vectors), self.n_classes), dtype=np.float32)
        if len(vectors):
            proba[:, self.present] = self.fitted.predict_proba(np.asarray(vectors, dtype=np.float32))
        return proba

    def save(self, path: Path) -> None:
        """Write the head as ONNX: in ``vectors`` float32 (n, d), out ``probabilities`` float32 (n, k)."""
        from core.heads.graph import write_head

        write_head(self.fitted.to_onnx(self.width), path, self.present, self.n_classes)


def train_head(
    name: str,
    X: np.ndarray,
    y: np.ndarray,
    X_val: np.ndarray,
    y_val: np.ndarray,
    *,
    n_classes: int,
    seed: int = 0,
    progress: Progress = silent,
) -> TrainedHead:
    """Train a head; validation rows choose its settings, and when to stop.

    Parameters
    ----------
    name : str
        One of `HEADS`.
    X, X_val : np.ndarray
        float32, shapes (n, d) and (m, d): features of the training and the validation rows.
    y, y_val : np.ndarray
        int, shapes (n,) and (m,): class numbers below `n_classes`. Validation rows may be none.
    n_classes : int
        How many classes the probabilities are for.
    seed : int
        Fixes what is drawn.
    progress : Progress
        Told the epochs of the neural head.

    Raises
    ------
    CoreError
        If `name` is unknown.
    CatalogueError
        If the training rows have fewer than two classes.
    """
    factory = get_head(name)
    X, X_val = np.ascontiguousarray(X, dtype=np.float32), np.ascontiguousarray(X_val, dtype=np.float32)
    y, y_val = np.asarray(y, dtype=np.int64), np.asarray(y_val, dtype=np.int64)
    if X.ndim != 2 or len(X) != len(y):
        raise ValueError(f"expected vectors (n, d) and labels (n,), got {X.shape} and {y.shape}")
    present = np.unique(y)
    if len(present) < 2:
        raise CatalogueError(f"a head needs two classes or more, got {len(present)} among the training rows")
    known = np.isin(y_val, present)
    lesson = Lesson(
        X=X,
        y=np.searchsorted(present, y),
        X_val=X_val[known],
        y_val=np.searchsorted(present, y_val[known]),
        n_classes=len(present),
        seed=seed,
        progress=progress,
    )
    start = time.perf_counter()
    fitted = factory(lesson)
    return TrainedHead(name, time.perf_counter() - start, fitted, present, n_classes, X.shape[1])


@dataclass(frozen=True)
class OnnxHead:
    """A saved head, opened when first used."""

    path: Path

    def predict_proba(self, vectors: np.ndarray) -> np.ndarray:
        """Return probabilities, float32 (n, k), rows summing to 1, of `vectors` float32 (n, d)."""
        from core.runtime import session

        model = session(self.path)
        if not len(vectors):  # which some of ONNX Runtime's operators refuse
            return np.zeros((0, model.get_outputs()[0].shape[1]), dtype=np.float32)
        return model.run(["probabilities"], {"vectors": np.asarray(vectors, dtype=np.float32)})[0]


def load_head(path: Path) -> OnnxHead:
    """Open a head that `TrainedHead.save` wrote.

    Raises
    ------
    CoreError
        If the file is missing or no ONNX model.
    """
    from core.runtime import session

    session(path)
    return OnnxHead(Path(path))
