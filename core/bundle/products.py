"""The products of a bundle: the table, their images and vectors, and where they lie on the maps."""

from __future__ import annotations

import zipfile
from functools import cached_property, partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from core.bundle.arrays import load_array
from core.bundle.contents import TITLE, checked_faults, checked_out_of_fold, checked_products, checked_words
from core.bundle.hundredths import from_hundredths
from core.bundle.layout import (
    CATALOGUE,
    FAULTS,
    OUT_OF_FOLD,
    THUMBNAILS,
    WORDS,
    coordinates_file,
    features_file,
    frozen_features_file,
    trust_file,
)
from core.bundle.manifest import Manifest
from core.bundle.marking_words import MarkingWords, counted_words, words_of
from core.bundle.opened import OpenedFolder
from core.bundle.pictures import checked_picture, open_pictures
from core.bundle.projection import Projection
from core.bundle.sku_rows import SkuRows, sorted_rows
from core.bundle.tables import packed_table
from core.common.errors import BundleError
from core.common.modality import sides_of
from core.nearest.index import VectorIndex

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow


class StoredProducts(OpenedFolder):
    """The products of a bundle; every array has their order."""

    def __init__(self, path: Path, manifest: Manifest, fingerprint: str) -> None:
        super().__init__(path, manifest, fingerprint)
        self._zip_lock = Lock()
        self._stored: dict[str, VectorIndex] = {}

    @cached_property
    def table(self) -> pd.DataFrame:
        """The kept products, one row each, in the order of all arrays; treat as read-only."""
        return self._table(CATALOGUE, lambda table: checked_products(table, self.classes), self.manifest.rows)

    @cached_property
    def _titles(self) -> pyarrow.Table:
        rows = self.manifest.rows
        return self._read(CATALOGUE, lambda file: packed_table(file, rows, rows, TITLE))

    def title(self, row: int) -> dict[str, str]:
        """Return the `TITLE` columns of one row; without pandas, whose import takes longer."""
        if "table" in self.__dict__ or self.is_large:  # read already, put there by a subclass, or mapped
            return {column: str(self.table[column].iat[row]) for column in TITLE}
        return {column: str(self._titles[column][row].as_py()) for column in TITLE}

    @cached_property
    def labels(self) -> np.ndarray:
        """int64 (rows,): each product's category as a position in `classes`."""
        import pyarrow as pa
        import pyarrow.compute as pc

        names = pa.array(self.table["category"])
        found = pc.index_in(names, value_set=pa.array(self.classes, type=names.type))
        labels: np.ndarray = found.to_numpy(zero_copy_only=False).astype(np.int64)
        return labels

    @cached_property
    def _row_of(self) -> SkuRows:
        import pyarrow as pa

        skus = pa.array(self.table["sku"])
        skus = skus.combine_chunks() if isinstance(skus, pa.ChunkedArray) else skus
        if not self.is_large:
            return SkuRows.of(skus)
        order = self._mapped(CATALOGUE, lambda: pa.table({"row": sorted_rows(skus)}), "-by-sku")
        return SkuRows(skus, order["row"].chunk(0).to_numpy())

    def row(self, sku: str) -> int:
        """Row of product `sku`; KeyError where there is none."""
        return self._row_of[sku]

    def has(self, sku: str) -> bool:
        """Whether there is a product `sku`."""
        return sku in self._row_of

    def rows(self, part: str) -> np.ndarray:
        """int64 (m,): rows of the train, validation or test products."""
        return np.flatnonzero((self.table["part"] == part).to_numpy(dtype=bool))

    @property
    def groups(self) -> np.ndarray:
        """int64 (rows,): equal products share a number, and are on one side of the split."""
        return self.table["group"].to_numpy(dtype=np.int64)

    @cached_property
    def _thumbnails(self) -> zipfile.ZipFile | None:
        if THUMBNAILS not in self.manifest.files:
            return None
        return self._read(THUMBNAILS, partial(open_pictures, rows=self.manifest.rows))

    def thumbnail(self, sku: str) -> bytes | None:
        """JPEG bytes of the product's small image, None where there is none."""
        pictures = self._thumbnails
        if pictures is None or sku not in self._row_of:
            return None
        name = f"{self._row_of[sku]}.jpg"
        if name not in pictures.NameToInfo:
            return None
        with self._zip_lock:
            return self._made(f"{THUMBNAILS}/{name}", lambda: checked_picture(pictures.read(name)))

    def marking_words(self, split: str) -> MarkingWords:
        """Return the words that mark each category among the products of a split, "" for all."""
        if WORDS in self.manifest.files:
            return words_of(self._stored_words, split)
        return self._counted_words[split]

    @cached_property
    def _stored_words(self) -> pd.DataFrame:
        return self._table(WORDS, checked_words)

    @cached_property
    def _counted_words(self) -> dict[str, MarkingWords]:
        """As bundles from before words were stored have it, and those whose catalogue is attached."""
        return counted_words(self.table)

    @cached_property
    def faults(self) -> pd.DataFrame:
        """What is probably wrong, worst first, as `core.faults.fault_table` lays it out."""
        return self._table(FAULTS, lambda table: checked_faults(table, self.manifest.rows))

    @cached_property
    def out_of_fold(self) -> pd.DataFrame:
        """Out-of-fold probabilities of products with faults, as `core.bundle.out_of_fold` lays them out."""
        n, k, among = self.manifest.rows, len(self.classes), self.modalities
        return self._table(OUT_OF_FOLD, lambda table: checked_out_of_fold(table, n, k, among))

    def has_features(self, modality: str) -> bool:
        """Whether the vectors of `modality` are stored."""
        return all(features_file(side) in self.manifest.files for side in sides_of(modality))

    def features(self, modality: str) -> np.ndarray:
        """float32 (rows, dim), L2-normalised, zero where absent; fused is text and image side by side."""
        if modality == "fused":
            return self._fused
        if not self.has_features(modality):
            raise BundleError(f"bundle '{self.name}' holds no {modality} features")
        shape = self.manifest.rows, self.encoders[modality].dim
        read = partial(load_array, dtype=np.float32, shape=shape, mapped=True)
        return self._read(features_file(modality), read)

    def frozen_features(self, modality: str) -> np.ndarray:
        """float32 (rows, dim): `features` by an encoder as it was before it was fine-tuned."""
        shape = self.manifest.rows, self.encoders[modality].dim
        read = partial(load_array, dtype=np.float32, shape=shape, mapped=True)
        return self._read(frozen_features_file(modality), read)

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
        dtype, shape = Projection(modality, method, dims).dtype, (self.manifest.rows, dims)
        return self._read(name, lambda file: load_array(file, dtype, shape).astype(np.float32))

    def trust(self, modality: str, method: str, dims: int) -> np.ndarray:
        """float32 (rows,), 0 to 1: how far each place on one map can be trusted; NaN where not on it."""
        name = trust_file(modality, method, dims)
        if name not in self.manifest.files:
            raise BundleError(f"bundle '{self.name}' has no {dims}-D {method} map of {modality} features")
        shape = (self.manifest.rows,)
        return self._read(name, lambda file: from_hundredths(load_array(file, np.uint8, shape)))
