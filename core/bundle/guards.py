"""What guards measured of a catalogue's own products: strangeness, disagreement, unreadable texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

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
    unreadable
        bool (n,): texts that cannot be read.
    """

    strangeness: Mapping[str, np.ndarray]
    disagreement: np.ndarray
    unreadable: np.ndarray

    @classmethod
    def rounded(
        cls, strangeness: Mapping[str, np.ndarray], disagreement: np.ndarray, unreadable: np.ndarray
    ) -> Guards:
        """Return guards with `DIGITS` decimals, as they are stored: limits are taken from these."""

        def few(values: np.ndarray) -> np.ndarray:
            return values.round(DIGITS).astype(np.float32)

        return cls({given: few(each) for given, each in strangeness.items()}, few(disagreement), unreadable)

    def to_frame(self) -> pd.DataFrame:
        """Return a table, one row per product."""
        import pandas as pd

        columns = {f"{_STRANGENESS}{given}": values for given, values in self.strangeness.items()}
        columns["disagreement"] = self.disagreement
        return pd.DataFrame({**columns, "unreadable": self.unreadable})

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Guards:
        """Return what :meth:`to_frame` gave."""
        strangeness = {
            name.removeprefix(_STRANGENESS): frame[name].to_numpy(dtype=np.float32)
            for name in frame.columns
            if name.startswith(_STRANGENESS)
        }
        return cls(
            strangeness,
            frame["disagreement"].to_numpy(dtype=np.float32),
            frame["unreadable"].to_numpy(dtype=bool),
        )
