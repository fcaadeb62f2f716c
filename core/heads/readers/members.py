"""The reader of heads that combine others: the member heads' probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from core.heads.inputs import Inputs
from core.heads.key import HeadKey
from core.heads.readers.reader import Feeds

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

    def __call__(self, inputs: Inputs) -> Feeds:
        """Return `FEED`, float32 (n, members, k): log-probabilities less their mean over the classes."""
        logs = [self._centred(inputs.member_probabilities[member]) for member in self.members]
        return {FEED: np.stack(logs, axis=1).astype(np.float32)}

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
