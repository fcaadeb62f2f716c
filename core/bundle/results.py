"""Answers to test products as CSV files: a bundle's, written for others; anybody's, read to be compared.

A course on the subject has its results as ``Predictions, True Labels``, without ids: ``course`` writes that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import numpy as np

from core.bundle.layout import RESULTS
from core.bundle.reader import Bundle
from core.common.errors import CatalogueError, CoreError
from core.common.files import atomic_path
from core.common.spreadsheet import own_text, table_csv

if TYPE_CHECKING:
    import pandas as pd

PREDICTIONS, TRUE_LABELS = "Predictions", "True Labels"
"""Columns of the course."""
_TRUE, _PREDICTED = (TRUE_LABELS, "true", "true_label", "label"), (PREDICTIONS, "predicted", "prediction")
_IDS = ("sku", "id", "ImageName")
KINDS = {"text": "text", "image": "image", "both": "fused"}
"""What is given, on the command line -> in code."""


@dataclass(frozen=True, eq=False)
class Answers:
    """What one model answered to n test products.

    Attributes
    ----------
    name
        Of the model, for people.
    true, predicted
        object (n,): categories.
    ids
        object (n,): of the products; None where the file has none.
    groups
        Id -> group of products that are one; {} where nobody knows.
    """

    name: str
    true: np.ndarray
    predicted: np.ndarray
    ids: np.ndarray | None
    groups: dict[str, int]

    def __len__(self) -> int:
        return len(self.true)


def _course(table: pd.DataFrame) -> pd.DataFrame:
    return table[["predicted", "true"]].set_axis([PREDICTIONS, TRUE_LABELS], axis=1)


def _full(table: pd.DataFrame) -> pd.DataFrame:
    return table[["sku", "true", "predicted", "confidence"]]


FORMATS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {"full": _full, "course": _course}
"""Name -> what makes the columns of a file: sku, true, predicted, confidence; or those of the course."""


def write_results(bundle: Bundle, folder: Path, format: str = "full") -> list[Path]:
    """Write what a bundle's chosen models answered to its test products, a CSV file for each input.

    Parameters
    ----------
    bundle
        The bundle.
    folder
        Where ``text_results.csv``, ``image_results.csv`` and ``multimodal_results.csv`` go.
    format
        One of `FORMATS`: full, or course.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    CoreError
        There is no such format.
    """
    if format not in FORMATS:
        raise CoreError(f"unknown format of results {format!r}: expected one of {', '.join(FORMATS)}")
    files = []
    for modality in bundle.modalities:
        table = bundle.predictions(modality)
        own = table[table["head"] == bundle.best[modality]]
        file = folder / PurePosixPath(RESULTS[modality]).name
        folder.mkdir(parents=True, exist_ok=True)
        with atomic_path(file) as temporary:
            temporary.write_bytes(table_csv(FORMATS[format](own), keep_numbers=True))
        files.append(file)
    return files


def read_answers(path: Path, given: str | None = None) -> list[Answers]:
    """Read the answers of a bundle's chosen model, or of each model in a CSV file of results.

    Parameters
    ----------
    path
        A bundle's folder, or a CSV file with true and predicted categories: ours, the course's, or another.
    given
        Of a bundle: text, image or both; None takes both where it has that.

    Raises
    ------
    CoreError
        It is neither, or lacks what is asked.
    """
    if path.is_dir():
        return [_of_bundle(Bundle.open(path), given)]
    if not path.is_file():
        raise CatalogueError(f"no bundle and no file of results at {path}")
    return _of_file(path)


def _of_bundle(bundle: Bundle, given: str | None) -> Answers:
    modality = bundle.modalities[-1] if given is None else KINDS[given]
    if modality not in bundle.modalities:
        raise CatalogueError(f"bundle '{bundle.name}' has no model for {given}")
    table = bundle.predictions(modality)
    own = table[table["head"] == bundle.best[modality]]
    groups = dict(zip(bundle.table["sku"], bundle.groups.tolist(), strict=True))
    return _answers(
        f"{bundle.name} ({modality}, {bundle.best[modality]})", own, "true", "predicted", "sku", groups
    )


def _of_file(file: Path) -> list[Answers]:
    import pandas as pd

    try:
        table = pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (ValueError, UnicodeDecodeError) as error:  # pandas' own errors are ValueErrors
        raise CatalogueError(f"{file.name}: no CSV file ({' '.join(str(error).split())[:80]})") from None
    true, predicted = _column(table, _TRUE), _column(table, _PREDICTED)
    if true is None or predicted is None:
        raise CatalogueError(
            f"{file.name}: expected columns {PREDICTIONS} and {TRUE_LABELS}, or predicted and true, got "
            f"{', '.join(map(str, table.columns[:8]))}"
        )
    table = table.assign(**{name: table[name].map(own_text) for name in {true, predicted}})
    ids = _column(table, _IDS)
    if "head" not in table.columns:
        return [_answers(file.name, table, true, predicted, ids, {})]
    return [
        _answers(f"{file.name} ({head})", own, true, predicted, ids, {})
        for head, own in table.groupby("head", sort=False)
    ]


def _answers(
    name: str, table: pd.DataFrame, true: str, predicted: str, ids: str | None, groups: dict[str, int]
) -> Answers:
    if table.empty:
        raise CatalogueError(f"{name}: expected answers, got none")
    own = None if ids is None else table[ids].map(own_text).to_numpy(dtype=object)
    return Answers(
        name, table[true].to_numpy(dtype=object), table[predicted].to_numpy(dtype=object), own, groups
    )


def _column(table: pd.DataFrame, names: Sequence[str]) -> str | None:
    plain = {str(name).strip().lower(): str(name) for name in table.columns}
    return next((plain[name.lower()] for name in names if name.lower() in plain), None)
