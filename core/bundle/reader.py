"""A bundle opened for reading; `core.bundle.layout` says what lies where."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np

from core.bundle.json_fields import Fields
from core.bundle.layout import (
    CATALOGUE,
    FAULTS,
    MANIFEST,
    MODELS,
    OUT_OF_FOLD,
    RESULTS,
    THUMBNAILS,
    coordinates_file,
    features_file,
)
from core.bundle.manifest import Manifest
from core.bundle.model_card import ModelCard
from core.bundle.moving import recover
from core.bundle.projection import Projection
from core.bundle.protocol import check_protocol
from core.bundle.split_inflation import SplitInflation
from core.catalogue.account import Account
from core.common.categories import positions_of
from core.common.errors import BundleError
from core.common.modality import sides_of
from core.evaluation.calibrators import Calibrator
from core.evaluation.conformal import ConformalRule
from core.evaluation.report import Report
from core.features.encoders.record import EncoderRecord
from core.heads.key import HeadKey
from core.nearest.index import VectorIndex

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow

Content = TypeVar("Content")
TITLE = ["sku", "name", "category"]
"""Columns that name a product."""


class Bundle:
    """Everything learned from one catalogue; its parts are read when they are first used.

    Use :meth:`open`; the constructor only stores.
    """

    def __init__(self, path: Path, manifest: Manifest, fingerprint: str) -> None:
        self.path = path
        self.manifest = manifest
        self.fingerprint = fingerprint
        self._zip_lock = Lock()
        self._stored: dict[str, VectorIndex] = {}

    @classmethod
    def open(cls, path: Path | str) -> Bundle:
        """Open the bundle in folder `path`.

        Raises
        ------
        BundleError
            No bundle is there, its manifest or a file is damaged, or it has another protocol.
        """
        path = Path(path)
        recover(path)
        file = path / MANIFEST
        if not file.is_file():
            raise BundleError(
                f"no bundle in '{path}': it has no {MANIFEST} (make one with: python -m core build)"
            )
        raw = file.read_bytes()
        manifest = _manifest(path, raw)
        for name, entry in manifest.files.items():
            part = path / name
            if not part.is_file() or part.stat().st_size != entry.bytes:
                raise BundleError(
                    f"bundle '{path.name}' is damaged: {name} is missing or cut short; build it again"
                )
        return cls(path, manifest, hashlib.sha256(raw).hexdigest()[:16])

    # What it is

    @property
    def name(self) -> str:
        """Name of the bundle, which is its folder's name when it was built."""
        return self.manifest.name

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the categories; a label is a position in this tuple."""
        return self.manifest.classes

    @property
    def modalities(self) -> tuple[str, ...]:
        """Those of text, image, fused that this bundle has."""
        return self.manifest.modalities

    @property
    def private(self) -> bool:
        """Whether names, descriptions and images were left out."""
        return self.manifest.private

    @property
    def synthetic(self) -> bool:
        """Whether the products were invented."""
        return self.manifest.data.synthetic

    @property
    def encoders(self) -> Mapping[str, EncoderRecord]:
        """Modality -> its encoder."""
        return self.manifest.encoders

    @property
    def account(self) -> Account:
        """Rows read, kept and set aside when the catalogue was read."""
        return self.manifest.account

    @property
    def split_inflation(self) -> SplitInflation | None:
        """How much a random split would flatter the scores; None where too few products are alike."""
        return self.manifest.split_inflation

    def _read(self, name: str, reader: Callable[[Path], Content]) -> Content:
        """Read one file of the bundle; the size was checked, the content may still be damaged."""
        try:
            return reader(self.path / name)
        except (OSError, ValueError, zipfile.BadZipFile) as error:
            raise BundleError(
                f"bundle '{self.name}' is damaged: {name} cannot be read; build it again"
            ) from error

    # The catalogue

    @cached_property
    def table(self) -> pd.DataFrame:
        """The kept products, one row each, in the order of all arrays; treat as read-only."""
        return self._table(CATALOGUE)

    def _table(self, name: str) -> pd.DataFrame:
        import pandas as pd

        return self._read(name, pd.read_parquet)

    @cached_property
    def _titles(self) -> pyarrow.Table:
        from pyarrow.parquet import ParquetFile

        def read(file: Path) -> pyarrow.Table:
            with ParquetFile(file) as parquet:
                return parquet.read(columns=TITLE)

        return self._read(CATALOGUE, read)

    def title(self, row: int) -> dict[str, str]:
        """Return the `TITLE` columns of one row; without pandas, whose import takes longer."""
        if "table" in self.__dict__:  # read already, or put there by a subclass
            return {column: str(self.table[column].iat[row]) for column in TITLE}
        return {column: self._titles[column][row].as_py() for column in TITLE}

    @cached_property
    def labels(self) -> np.ndarray:
        """int64 (rows,): each product's category as a position in `classes`."""
        return self.table["category"].map(positions_of(self.classes)).to_numpy(dtype=np.int64)

    @cached_property
    def _row_of(self) -> dict[str, int]:
        return positions_of(self.table["sku"].tolist())

    def row(self, sku: str) -> int:
        """Row of product `sku`; KeyError where there is none."""
        return self._row_of[sku]

    def rows(self, part: str) -> np.ndarray:
        """int64 (m,): rows of the train, validation or test products."""
        return np.flatnonzero(self.table["part"].to_numpy(dtype=object) == part)

    @property
    def groups(self) -> np.ndarray:
        """int64 (rows,): equal products share a number, and are on one side of the split."""
        return self.table["group"].to_numpy(dtype=np.int64)

    @cached_property
    def _thumbnails(self) -> zipfile.ZipFile | None:
        return self._read(THUMBNAILS, zipfile.ZipFile) if THUMBNAILS in self.manifest.files else None

    def thumbnail(self, sku: str) -> bytes | None:
        """JPEG bytes of the product's small image, None where there is none."""
        if self._thumbnails is None or sku not in self._row_of:
            return None
        try:
            with self._zip_lock:
                return self._thumbnails.read(f"{self._row_of[sku]}.jpg")
        except KeyError:
            return None

    @cached_property
    def faults(self) -> pd.DataFrame:
        """What is probably wrong, worst first, as `core.faults.fault_table` lays it out."""
        return self._table(FAULTS)

    @cached_property
    def out_of_fold(self) -> pd.DataFrame:
        """Out-of-fold probabilities of products with faults, as `core.bundle.out_of_fold` lays them out."""
        return self._table(OUT_OF_FOLD)

    # Arrays

    def has_features(self, modality: str) -> bool:
        """Whether the vectors of `modality` are stored."""
        return all(features_file(side) in self.manifest.files for side in sides_of(modality))

    def features(self, modality: str) -> np.ndarray:
        """float32 (rows, dim), L2-normalised, zero where absent; fused is text and image side by side."""
        if modality == "fused":
            return self._fused
        if not self.has_features(modality):
            raise BundleError(f"bundle '{self.name}' holds no {modality} features")
        return self._read(features_file(modality), partial(_load_array, mmap_mode="r"))

    @cached_property
    def _fused(self) -> np.ndarray:
        return np.concatenate([self.features(side) for side in sides_of("fused")], axis=1)

    def stored(self, modality: str) -> VectorIndex:
        """Return the rows of `features`, ready to be searched for those nearest to one product.

        Fused ones are not copied side by side for this: both files stay mapped.
        """
        if modality not in self._stored:
            self._stored[modality] = VectorIndex.of(*(self.features(side) for side in sides_of(modality)))
        return self._stored[modality]

    def present(self, modality: str) -> np.ndarray:
        """Which products have this modality, bool (rows,); for fused, both."""
        columns = [self.table[f"has_{side}"].to_numpy(dtype=bool) for side in sides_of(modality)]
        return np.asarray(np.all(columns, axis=0))

    @property
    def projections(self) -> tuple[Projection, ...]:
        """The maps this bundle holds."""
        return self.manifest.projections

    def coordinates(self, modality: str, method: str, dims: int) -> np.ndarray:
        """float32 (rows, dims) of one map; NaN where a product lacks the modality."""
        name = coordinates_file(modality, method, dims)
        if name not in self.manifest.files:
            raise BundleError(f"bundle '{self.name}' has no {dims}-D {method} map of {modality} features")
        return self._read(name, _load_array)

    # Models

    @cached_property
    def models(self) -> tuple[ModelCard, ...]:
        """All trained heads of all modalities."""
        content = self._read(MODELS, lambda file: json.loads(file.read_text(encoding="utf-8")))
        try:
            return tuple(ModelCard.read(each) for each in Fields({MODELS: content}, self.name).many(MODELS))
        except BundleError as error:
            raise BundleError(f"bundle '{self.name}' is damaged: {error}; build it again") from error

    def model(self, key: HeadKey) -> ModelCard:
        """Return one head's card.

        Raises
        ------
        BundleError
            The bundle has no such head.
        """
        for model in self.models:
            if model.key == key:
                return model
        raise BundleError(f"bundle '{self.name}' has no {key.modality} head '{key.head}'")

    def heads(self, modality: str) -> tuple[str, ...]:
        """Names of the heads trained on `modality`."""
        return tuple(model.head for model in self.models if model.modality == modality)

    @property
    def best(self) -> dict[str, str]:
        """Modality -> the head that did best on validation products."""
        return {model.modality: model.head for model in self.models if model.chosen}

    @property
    def calibrators(self) -> dict[HeadKey, Calibrator]:
        """Head -> what makes its probabilities true."""
        return {model.key: model.calibrator for model in self.models}

    @property
    def reports(self) -> tuple[Report, ...]:
        """What every head reaches on the test products."""
        return tuple(model.report for model in self.models)

    def report(self, modality: str, head: str | None = None) -> Report:
        """One head's report on the test products; the chosen head's where none is named."""
        return self.model(HeadKey(modality, head or self.best[modality])).report

    def predictions(self, modality: str) -> pd.DataFrame:
        """Predictions of all heads on the test products, as stored in ``results/``."""
        import pandas as pd

        text = {"sku": str, "head": str, "true": str, "predicted": str}

        def read(file: Path) -> pd.DataFrame:
            return pd.read_csv(file, dtype=text, keep_default_na=False)

        return self._read(RESULTS[modality], read)

    @property
    def prior(self) -> np.ndarray:
        """float32 (classes,): share of each category among the training products."""
        return np.asarray(self.manifest.prior, dtype=np.float32)

    @property
    def review_thresholds(self) -> Mapping[str, float]:
        """Modality -> confidence under which an answer needs review, chosen on validation products."""
        return self.manifest.review.overall

    def class_thresholds(self, modality: str) -> np.ndarray:
        """Return the same for each predicted category, float64 (classes,)."""
        return self.manifest.review.of(modality)

    def conformal(self, modality: str) -> ConformalRule:
        """Return the rule that says which categories are plausible."""
        return self.manifest.conformal.rules[modality]


def _manifest(path: Path, raw: bytes) -> Manifest:
    """Read the manifest of the bundle at `path`, its protocol first."""
    try:
        content = json.loads(raw)
    except ValueError as error:
        raise BundleError(f"bundle '{path.name}' is damaged: {MANIFEST}: {error}; build it again") from error
    if isinstance(content, dict):
        check_protocol(path, content)
    try:
        return Manifest.read(content)
    except BundleError as error:
        raise BundleError(f"bundle '{path.name}' is damaged: {error}; build it again") from error


def _load_array(file: Path, mmap_mode: Literal["r"] | None = None) -> np.ndarray:
    array: np.ndarray = np.load(file, mmap_mode=mmap_mode)
    return array
