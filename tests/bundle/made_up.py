"""A bundle whose models' answers to held-out products are made up."""

from pathlib import Path

import numpy as np
import pandas as pd

from core.bundle.reader import Bundle
from tests.bundle.sealing import reseal

EACH = 60
"""Held-out answers of each category."""


def with_answers(folder: Path) -> Path:
    """Replace the held-out answers by `EACH` of each category, of all confidences; every fourth is wrong."""
    bundle = Bundle.open(folder)
    numbers, parts = np.arange(EACH), []
    wrong = numbers % 4 == 3  # the most confident one, too
    for given in bundle.modalities:
        for category in range(len(bundle.classes)):
            there = bundle.present(given) & (bundle.labels == category)
            columns = {
                "given": given,
                "row": np.resize(np.flatnonzero(there), EACH).astype(np.int32),
                "predicted": np.where(wrong, (category + 1) % len(bundle.classes), category).astype(np.int32),
                "confidence": np.linspace(0.5, 1, EACH, dtype=np.float32),
            }
            parts.append(pd.DataFrame(columns))
    pd.concat(parts).to_parquet(folder / "held_out.parquet", index=False)
    reseal(folder)
    return folder
