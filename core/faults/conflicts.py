"""Products whose text and picture tell of different things: the wrong photo, or the wrong listing.

Three witnesses say what a product is: its text, its picture, and the category it is filed under. One that
contradicts the other two, and is sure of itself, is suspected.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LEAST_SCORE = 0.5
# The divergence of a witness from the mean of itself and one that contradicts it entirely: what is left when
# text and picture agree against the category. That is a wrong label, and is to score 0 here.
_LABEL_ALONE = 1.5 - 0.75 * np.log2(3)


@dataclass(frozen=True, eq=False)
class Conflicts:
    """How much each product's text and picture disagree.

    Attributes
    ----------
    score : np.ndarray
        float32, shape (n,): 0 (agree, or either is unsure) to 1; NaN where a witness is missing.
    suspect : np.ndarray
        str, shape (n,): "image" or "text", the one that also disagrees with the category; "" where the score
        is 0 or missing.
    text_says, image_says : np.ndarray
        int64, shape (n,): their most probable classes, -1 where missing.
    differ : np.ndarray
        bool, shape (n,): their most probable classes are not the same.
    is_issue : np.ndarray
        bool, shape (n,): the classes differ and the score is at least 0.5.
    """

    score: np.ndarray
    suspect: np.ndarray
    text_says: np.ndarray
    image_says: np.ndarray
    differ: np.ndarray
    is_issue: np.ndarray


def find_conflicts(
    y: np.ndarray,
    text: np.ndarray,
    image: np.ndarray,
    *,
    has_text: np.ndarray | None = None,
    has_image: np.ndarray | None = None,
) -> Conflicts:
    """Compare what text and picture say.

    The score of a suspect s against the other witness o and the category is JS(s, (o + category) / 2) *
    sqrt(confidence of s), where JS is the Jensen-Shannon divergence in bits (Lin 1991,
    https://doi.org/10.1109/18.61115), scaled so that a wrong category alone gives 0, and confidence is 1
    minus the entropy's share of its maximum. The higher of picture and text as suspect counts. Without the
    category, or without the confidence, planted pictures were found far less well, swapped ones no better
    (``--compare`` of ``benchmarks/find_demo_faults.py`` and ``find_flipped_labels.py``).

    Parameters
    ----------
    y : np.ndarray
        int, shape (n,): the class each product is filed under, 0 to k - 1.
    text, image : np.ndarray
        float, shape (n, k): out-of-fold probabilities; NaN rows where there are none.
    has_text, has_image : np.ndarray, optional
        bool, shape (n,): which products have the modality; without, those with probabilities.

    Raises
    ------
    ValueError
        The arrays do not fit each other.
    """
    y = np.asarray(y)
    text, image = np.asarray(text, dtype=np.float64), np.asarray(image, dtype=np.float64)
    if text.ndim != 2 or text.shape != image.shape or y.shape != text.shape[:1]:
        raise ValueError(
            f"expected labels (n,) and probabilities (n, k) twice, got {y.shape}, {text.shape}, {image.shape}"
        )
    both = np.isfinite(text).all(axis=1) & np.isfinite(image).all(axis=1)
    for has in (has_text, has_image):
        both &= True if has is None else np.asarray(has, dtype=bool)
    rows = np.flatnonzero(both)
    filed = np.eye(text.shape[1])[y[rows]]
    against_image = _suspicion(image[rows], text[rows], filed)
    against_text = _suspicion(text[rows], image[rows], filed)
    worst = np.maximum(against_image, against_text)

    score = np.full(len(y), np.nan, dtype=np.float32)
    score[rows] = worst
    suspect = np.full(len(y), "", dtype="<U5")
    suspect[rows] = np.where(worst > 0, np.where(against_image >= against_text, "image", "text"), "")
    says = {name: np.full(len(y), -1, dtype=np.int64) for name in ("text", "image")}
    says["text"][rows], says["image"][rows] = text[rows].argmax(axis=1), image[rows].argmax(axis=1)
    differ = says["text"] != says["image"]
    return Conflicts(score, suspect, says["text"], says["image"], differ, differ & (score >= LEAST_SCORE))


def _suspicion(suspect: np.ndarray, other: np.ndarray, filed: np.ndarray) -> np.ndarray:
    """Return how surely `suspect` contradicts the two others, float (m,), 0 to 1."""
    divergence = _divergence(suspect, (other + filed) / 2)
    sure = 1 - _entropy(suspect) / np.log2(suspect.shape[1]) if suspect.shape[1] > 1 else 0.0
    return np.clip((divergence - _LABEL_ALONE) / (1 - _LABEL_ALONE), 0, 1) * np.sqrt(np.clip(sure, 0, 1))


def _divergence(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return _entropy((one + other) / 2) - (_entropy(one) + _entropy(other)) / 2


def _entropy(proba: np.ndarray) -> np.ndarray:
    return -(proba * np.log2(np.where(proba > 0, proba, 1))).sum(axis=1)
