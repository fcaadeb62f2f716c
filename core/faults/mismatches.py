"""Products whose text and image do not match: the wrong image, or the wrong text.

Three things say what a product is: its text, its image and its category. One that contradicts the other two
with confidence is the suspect.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LEAST_SCORE = 0.5
# The divergence between a distribution and its mean with one that contradicts it entirely: what remains if
# text and image agree against the category. That is a wrong category, and must score 0 here.
_WRONG_CATEGORY = 1.5 - 0.75 * np.log2(3)


@dataclass(frozen=True, eq=False)
class Mismatches:
    """How much each product's text and image contradict each other.

    Attributes
    ----------
    score : np.ndarray
        float32, shape (n,): 0 (they agree, or either is uncertain) to 1; NaN if either is missing.
    suspect : np.ndarray
        str, shape (n,): "image" or "text", whichever also contradicts the category; "" where the score is 0
        or missing.
    text_category, image_category : np.ndarray
        int64, shape (n,): their most probable categories, -1 where missing.
    differ : np.ndarray
        bool, shape (n,): their most probable categories differ.
    is_issue : np.ndarray
        bool, shape (n,): the categories differ and the score is at least 0.5.
    """

    score: np.ndarray
    suspect: np.ndarray
    text_category: np.ndarray
    image_category: np.ndarray
    differ: np.ndarray
    is_issue: np.ndarray


def find_mismatches(
    y: np.ndarray,
    text: np.ndarray,
    image: np.ndarray,
    *,
    has_text: np.ndarray | None = None,
    has_image: np.ndarray | None = None,
) -> Mismatches:
    """Compare the categories that text and image suggest.

    The score of a suspect s, given the other modality o and the category, is JS(s, (o + category) / 2) *
    sqrt(confidence of s), where JS is the Jensen-Shannon divergence in bits (Lin 1991,
    https://doi.org/10.1109/18.61115), scaled so that a wrong category alone gives 0, and the confidence is 1
    minus the entropy as a share of its maximum. The higher of image and text as suspect counts. Without the
    category, or without the confidence, planted images were found far less well, and swapped ones no better
    (``--compare`` of ``benchmarks/find_demo_faults.py`` and ``find_flipped_labels.py``).

    Parameters
    ----------
    y : np.ndarray
        int, shape (n,): each product's category, 0 to k - 1.
    text, image : np.ndarray
        float, shape (n, k): out-of-fold probabilities; NaN rows where there are none.
    has_text, has_image : np.ndarray, optional
        bool, shape (n,): which products have the modality; by default those with probabilities.

    Raises
    ------
    ValueError
        If the arrays do not fit each other.
    """
    y = np.asarray(y)
    text, image = np.asarray(text, dtype=np.float64), np.asarray(image, dtype=np.float64)
    if text.ndim != 2 or text.shape != image.shape or y.shape != text.shape[:1]:
        raise ValueError(
            f"expected categories (n,) and probabilities (n, k) twice, "
            f"got {y.shape}, {text.shape}, {image.shape}"
        )
    both = np.asarray(np.isfinite(text).all(axis=1) & np.isfinite(image).all(axis=1))
    for has in (has_text, has_image):
        both &= True if has is None else np.asarray(has, dtype=bool)
    rows = np.flatnonzero(both)
    category = np.eye(text.shape[1])[y[rows]]
    against_image = _suspicion(image[rows], text[rows], category)
    against_text = _suspicion(text[rows], image[rows], category)
    worst = np.maximum(against_image, against_text)

    score = np.full(len(y), np.nan, dtype=np.float32)
    score[rows] = worst
    suspect = np.full(len(y), "", dtype="<U5")
    suspect[rows] = np.where(worst > 0, np.where(against_image >= against_text, "image", "text"), "")
    text_category, image_category = _most_probable(text, rows), _most_probable(image, rows)
    differ = text_category != image_category
    is_issue = differ & (score >= LEAST_SCORE)
    return Mismatches(score, suspect, text_category, image_category, differ, is_issue)


def _most_probable(proba: np.ndarray, rows: np.ndarray) -> np.ndarray:
    categories = np.full(len(proba), -1, dtype=np.int64)
    categories[rows] = proba[rows].argmax(axis=1)
    return categories


def _suspicion(suspect: np.ndarray, other: np.ndarray, category: np.ndarray) -> np.ndarray:
    """Return how confidently `suspect` contradicts the other two, float (m,), 0 to 1."""
    excess = (_divergence(suspect, (other + category) / 2) - _WRONG_CATEGORY) / (1 - _WRONG_CATEGORY)
    confidence = 1 - _entropy(suspect) / np.log2(suspect.shape[1]) if suspect.shape[1] > 1 else 0.0
    return np.asarray(np.clip(excess, 0, 1) * np.sqrt(np.clip(confidence, 0, 1)))


def _divergence(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.asarray(_entropy((one + other) / 2) - (_entropy(one) + _entropy(other)) / 2)


def _entropy(proba: np.ndarray) -> np.ndarray:
    return -np.asarray((proba * np.log2(np.where(proba > 0, proba, 1))).sum(axis=1))
