"""What a training gives, as the build needs it further on, and how it is kept for a build that goes on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.building.unfinished.steps import Form
from core.common.files import file_id
from core.heads.losses import Losses
from core.heads.task import Settings

_HEAD, _FACTS = "head.onnx", "facts.json"


@dataclass(frozen=True)
class Fit:
    """A trained head as a file.

    Attributes
    ----------
    file
        Its ONNX file.
    settings
        Its hyperparameters.
    losses
        How its loss fell; None where no network was trained epoch by epoch.
    seconds, peak_mb
        What training it took.
    """

    file: Path
    settings: Settings
    losses: Losses | None
    seconds: float
    peak_mb: float


def _write(fit: Fit, folder: Path) -> None:
    shutil.copyfile(fit.file, folder / _HEAD)
    facts = {
        "digest": file_id(fit.file),
        "settings": dict(fit.settings),
        "losses": None if fit.losses is None else fit.losses.to_dict(),
        "seconds": fit.seconds,
        "peak_mb": fit.peak_mb,
    }
    (folder / _FACTS).write_text(json.dumps(facts, default=_plain), encoding="utf-8")


def _plain(number: object) -> object:
    """Return a NumPy number as Python's own."""
    if isinstance(number, np.generic):
        return number.item()
    raise TypeError(f"a setting is a number or a text, got {type(number).__name__}")


def _read(folder: Path) -> Fit:
    facts = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
    if file_id(folder / _HEAD) != facts["digest"]:
        raise ValueError(f"{_HEAD} is not what was written")
    return Fit(
        folder / _HEAD, facts["settings"], _losses(facts["losses"]), facts["seconds"], facts["peak_mb"]
    )


def _losses(kept: Mapping[str, list[float]] | None) -> Losses | None:
    return None if kept is None else Losses(tuple(kept["training"]), tuple(kept["validation"]))


FIT: Form[Fit] = Form(_write, _read)
"""A trained head."""
