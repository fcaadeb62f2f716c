"""Multinomial logistic regression by mini-batches: what linear heads learn by where products are many.

The loss is scikit-learn's: the sum of the products' log losses, and the squared coefficients over twice C.
Adam (Kingma and Ba 2015, https://arxiv.org/abs/1412.6980) with a rate that falls along a cosine takes a few
passes over the products, and fewer the more there are, where L-BFGS takes hundreds. It stops short of the
minimum, which does not show in the loss on other products, but in how sure the answers are: `scale`, chosen
on validation products, mends that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core.evaluation.softmax import softmax
from core.heads.task import TrainingTask

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from core.common.row_vectors import RowVectors

    Matrix = np.ndarray | csr_array
    Rows = RowVectors | csr_array

MANY_ROWS = 5000
"""From so many training products on, linear heads are trained this way."""
SEARCH_ROWS = 10_000
"""C is chosen by models of so many training products."""
STEPS, FEWEST_PASSES = 1200, 4
SMALL_BATCH, LARGE_BATCH = 512, 4096
RATE = 0.1
SCALES = np.geomspace(0.5, 4, 31)


@dataclass(frozen=True, eq=False)
class Softmax:
    """A multinomial logistic regression.

    Attributes
    ----------
    coefficients, intercepts
        float32 (d, k) and (k,).
    C
        Inverse of the penalty.
    scale
        What the logits were multiplied by, coefficients and intercepts with them.
    """

    coefficients: np.ndarray
    intercepts: np.ndarray
    C: float
    scale: float = 1.0

    def logits(self, X: Matrix) -> np.ndarray:
        """Return float32 (n, k)."""
        logits: np.ndarray = X @ self.coefficients + self.intercepts
        return logits

    def predict_proba(self, X: Matrix) -> np.ndarray:
        """Return float32 (n, k)."""
        return softmax(self.logits(X))

    def scaled(self, scale: float) -> Softmax:
        """Return the same with its logits multiplied."""
        factor = np.float32(scale / self.scale)
        return replace(
            self, coefficients=self.coefficients * factor, intercepts=self.intercepts * factor, scale=scale
        )

    def in_halves(self) -> Softmax:
        """Return the same with coefficients of half precision, as they are stored."""
        return replace(self, coefficients=self.coefficients.astype(np.float16).astype(np.float32))


def best_softmax(
    X: Rows,
    X_val: Matrix,
    task: TrainingTask,
    strengths: Sequence[float],
    usual: float,
    steps: int = STEPS,
) -> Softmax:
    """Fit a regression whose C and scale have the least log loss on validation products.

    Parameters
    ----------
    X, X_val
        float32 (n, d) and (m, d), rows of about length 1; X is only read by rows, some at a time.
    task
        Their labels, the seed, and settings chosen before, used where there are no validation products.
    strengths
        What C is chosen from, ascending, on a sample; one that the user wants is taken as it is.
    usual
        C where nothing chooses it.
    steps
        As for `fit_softmax`; a third of them where C is chosen.
    """
    chosen = task.wanted.get("C")
    if not len(task.y_val):
        strength = float(chosen or task.settings.get("C", usual))
        return fit_softmax(X, task, strength, steps=steps).scaled(float(task.settings.get("scale", 1.0)))
    if chosen is None:
        rows = np.random.default_rng(task.seed).permutation(len(task.y))[:SEARCH_ROWS]
        chosen = _best_strength(X, X_val, task, np.sort(rows), strengths, steps // 3)
    return _best_scaled(fit_softmax(X, task, float(chosen), steps=steps), X_val, task)[0]


def _best_strength(
    X: Rows,
    X_val: Matrix,
    task: TrainingTask,
    rows: np.ndarray,
    strengths: Sequence[float],
    steps: int,
) -> float:
    """Try one C after the other until the loss rises."""
    best, least = strengths[0], np.inf
    for strength in strengths:
        _, loss = _best_scaled(fit_softmax(X, task, strength, rows, steps), X_val, task)
        if loss >= least:
            break
        best, least = strength, loss
    return best


def _best_scaled(model: Softmax, X_val: Matrix, task: TrainingTask) -> tuple[Softmax, float]:
    """Return the model with the scale of the least loss on validation products, and that loss."""
    logits = model.logits(X_val)
    losses = [task.loss(softmax(logits * np.float32(scale))) for scale in SCALES]
    best = int(np.argmin(losses))
    return model.scaled(float(SCALES[best])), losses[best]


def fit_softmax(
    X: Rows, task: TrainingTask, strength: float, rows: np.ndarray | None = None, steps: int = STEPS
) -> Softmax:
    """Fit a regression of one C on the products `rows` of the task, on all by default; the same for a seed.

    Parameters
    ----------
    X
        float32 (n, d): features of the task's training products, read by rows.
    task
        Their labels and weights, and the seed.
    strength
        C.
    rows
        Positions; None for all.
    steps
        How many there are at least; more where products are so many that few passes take more.
    """
    import torch

    rows = np.arange(len(task.y)) if rows is None else rows
    batch, passes = _pace(len(rows), steps)
    order = np.random.default_rng(task.seed)
    weights = None if task.weights is None else task.weights.astype(np.float32)
    with torch_on_one_thread():
        coefficients = torch.zeros((X.shape[1], task.n_classes))
        intercepts = torch.zeros(task.n_classes)
        decay = 1 / (strength * len(rows))
        groups = [{"params": [coefficients], "weight_decay": decay}, {"params": [intercepts]}]
        adam = torch.optim.Adam(groups, lr=RATE, fused=True)
        cosine = torch.optim.lr_scheduler.CosineAnnealingLR(adam, passes * -(-len(rows) // batch))
        for _ in range(passes):
            for some in _batches(order.permutation(rows), batch):
                x, y = X[some], task.y[some]
                wrong = softmax(x @ coefficients.numpy() + intercepts.numpy())
                wrong[np.arange(len(y)), y] -= 1
                wrong /= np.float32(len(y))
                if weights is not None:
                    wrong *= weights[some, None]
                coefficients.grad = torch.from_numpy(np.ascontiguousarray(x.T @ wrong))
                intercepts.grad = torch.from_numpy(wrong.sum(axis=0))
                adam.step()
                cosine.step()
    return Softmax(coefficients.numpy(), intercepts.numpy(), strength)


def _pace(n: int, steps: int) -> tuple[int, int]:
    """Return how many products a step takes and how many passes there are: more products, fewer passes."""
    batch = int(np.clip(n // 200, SMALL_BATCH, LARGE_BATCH))
    return batch, max(FEWEST_PASSES, -(-steps * batch // n))


def _batches(order: np.ndarray, batch: int) -> Iterator[np.ndarray]:
    """Yield the products of each step, all of them once."""
    return iter(np.array_split(order, -(-len(order) // batch)))


@contextmanager
def torch_on_one_thread() -> Iterator[None]:
    """Run torch on one thread: the steps are small, and several models are trained beside each other.

    Whoever trains several at once holds this around all of them, so that the last to end restores nothing
    that another had set.
    """
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
