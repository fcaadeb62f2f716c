"""The reader of heads that combine others: the member heads' probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from core.heads.inputs import Inputs
from core.heads.key import HeadKey
from core.heads.readers.reader import Feeds

PATTERNS = (("text",), ("image",), ("text", "image"))
"""Which modalities a product may have."""
SMALLEST = 1e-6
"""Smaller probabilities count as this one before the logarithm."""
FEED = "log_probabilities"
"""Name of the input that holds the members' log-probabilities."""


@dataclass(frozen=True)
class MemberReader:
    """Reads the probabilities of member heads.

    Attributes
    ----------
    members
        The heads.
    classes
        Columns of their probabilities that are read: the classes that training products had.
    """

    members: tuple[HeadKey, ...]
    classes: tuple[int, ...]
    rows_at_once: ClassVar[int] = 4096
    accepts_missing: ClassVar[bool] = True

    def __call__(self, inputs: Inputs) -> Feeds:
        """Return centred log-probabilities, and which modalities each product has.

        Returns
        -------
        dict
            `FEED`, float32 (n, members, k): log-probabilities less their mean over the classes; zeros, which
            favour no class, where the product lacks the member's modality. ``pattern``, int64 (n,): a
            position in `PATTERNS`.
        """
        logs = np.zeros((len(inputs), len(self.members), len(self.classes)), dtype=np.float32)
        for position, member in enumerate(self.members):
            rows = inputs.present(member.modality)
            if rows.any():
                logs[rows, position] = self._centred(inputs.member_probabilities[member][rows])
        both = inputs.present("text") & inputs.present("image")
        pattern = np.where(both, 2, np.where(inputs.present("image"), 1, 0))
        return {FEED: logs, "pattern": pattern.astype(np.int64)}

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {
            "reads": "members",
            "members": [list(member) for member in self.members],
            "classes": list(self.classes),
        }

    def _centred(self, proba: np.ndarray) -> np.ndarray:
        logs: np.ndarray = np.log(np.maximum(proba[:, list(self.classes)], SMALLEST))
        centred: np.ndarray = logs - logs.mean(axis=1, keepdims=True)
        return centred
