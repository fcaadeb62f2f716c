"""What guards measured of a catalogue's own products: strangeness, disagreement, unreadable texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.bundle.layout import GUARDS
from core.bundle.tables import checked_columns
from core.common.errors import BundleError

if TYPE_CHECKING:
    import pandas as pd

DIGITS = 4
"""Decimals that are kept: they compress well, and the limits lie between them."""
_STRANGENESS = "strangeness_"


@dataclass(frozen=True, eq=False)
class Guards:
    """Of the n products of a catalogue.

    Attributes
    ----------
    strangeness
        text, image, fused -> float32 (n,), 0 to 1, by models that had not seen the product; NaN where it
        lacks the input.
    disagreement
        float32 (n,), 0 to 1; NaN where one side is missing or no model that had not seen the product answers.
    unknown_language, meaningless
        bool (n,): texts that cannot be read, and why.
    """

    strangeness: Mapping[str, np.ndarray]
    disagreement: np.ndarray
    unknown_language: np.ndarray
    meaningless: np.ndarray

    @classmethod
    def rounded(
        cls,
        strangeness: Mapping[str, np.ndarray],
        disagreement: np.ndarray,
        unreadable: tuple[np.ndarray, np.ndarray],
    ) -> Guards:
        """Return guards with `DIGITS` decimals, as they are stored: limits are taken from these.

        `unreadable` is as `core.evaluation.texts.profile.TextProfile.unreadable` returns it.
        """

        def few(values: np.ndarray) -> np.ndarray:
            return values.round(DIGITS).astype(np.float32)

        return cls({given: few(each) for given, each in strangeness.items()}, few(disagreement), *unreadable)

    def of_answers(self, given: str, rows: np.ndarray) -> dict[str, np.ndarray]:
        """Return what was measured of some products, for answers to what is given of them.

        The values are named as in `core.evaluation.held_out.HeldOutAnswers`.
        """
        none, unknown = np.zeros(len(rows), dtype=bool), np.full(len(rows), np.nan)
        return {
            "strangeness": self.strangeness[given][rows],
            "disagreement": self.disagreement[rows] if given == "fused" else unknown,
            "unknown_language": none if given == "image" else self.unknown_language[rows],
            "meaningless": none if given == "image" else self.meaningless[rows],
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a table, one row per product."""
        import pandas as pd

        columns = {f"{_STRANGENESS}{given}": values for given, values in self.strangeness.items()}
        columns["disagreement"] = self.disagreement
        return pd.DataFrame(
            {**columns, "unknown_language": self.unknown_language, "meaningless": self.meaningless}
        )

    @classmethod
    def of(cls, frame: pd.DataFrame, n: int, modalities: Sequence[str]) -> Guards:
        """Return what :meth:`to_frame` gave; BundleError where it is something else."""
        numbers = {given: f"{_STRANGENESS}{given}" for given in modalities}
        columns = dict.fromkeys((*numbers.values(), "disagreement"), "f")
        columns |= dict.fromkeys(("unknown_language", "meaningless"), "b")
        checked_columns(frame, columns, GUARDS)
        if len(frame) != n:
            raise BundleError(f"{GUARDS}: expected {n} rows, got {len(frame)}")
        return cls(
            {given: frame[name].to_numpy(dtype=np.float32) for given, name in numbers.items()},
            frame["disagreement"].to_numpy(dtype=np.float32),
            frame["unknown_language"].to_numpy(dtype=bool),
            frame["meaningless"].to_numpy(dtype=bool),
        )
