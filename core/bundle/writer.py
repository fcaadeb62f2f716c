"""Write a bundle beside its place, then move it there; `core.bundle.layout` says what lies where."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.bundle.arrays import save_array
from core.bundle.hundredths import to_hundredths
from core.bundle.layout import CATALOGUE, FAULTS, MANIFEST, MODELS, OUT_OF_FOLD, RESULTS, WORDS, head_file
from core.bundle.manifest import FileEntry, Manifest
from core.bundle.marking_words import counted_words, words_table
from core.bundle.model_card import ModelCard
from core.bundle.moving import building, replace
from core.bundle.reader import Bundle
from core.bundle.sealed import file_hash
from core.bundle.short_csv import write_short_csv
from core.common.files import atomic_path
from core.heads.key import HeadKey

if TYPE_CHECKING:
    import pandas as pd


class BundleWriter:
    """Writes a bundle beside its place and moves it there when it is whole.

    Leaving the ``with`` block without :meth:`commit` removes what was written and leaves the bundle that was
    there as it was.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self.folder = self.path
        self._building = ExitStack()

    def __enter__(self) -> BundleWriter:
        """Make the folder to write into."""
        self.folder = self._building.enter_context(building(self.path))
        return self

    def __exit__(self, *_: object) -> None:
        """Remove what was not committed."""
        self._building.close()

    def file(self, name: str) -> Path:
        """Path to write part `name` to; its folder exists."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        return file

    def copy(self, file: Path, name: str) -> None:
        """Copy a file into the bundle, as `name`."""
        shutil.copyfile(file, self.file(name))

    def write_table(self, table: pd.DataFrame) -> None:
        """Write the kept products, with columns `part` and `group`, and what words their texts have."""
        table.to_parquet(self.file(CATALOGUE), index=False)
        words = words_table(counted_words(table))
        if len(words):
            self.write_frame(WORDS, words)

    def write_faults(self, faults: pd.DataFrame) -> None:
        """Write what is probably wrong in the catalogue (`core.faults.fault_table`)."""
        faults.to_parquet(self.file(FAULTS), index=False)

    def write_out_of_fold(self, kept: pd.DataFrame) -> None:
        """Write the out-of-fold probabilities of products with faults (`core.bundle.out_of_fold`)."""
        kept.to_parquet(self.file(OUT_OF_FOLD), index=False, compression="zstd")

    def write_frame(self, name: str, frame: pd.DataFrame) -> None:
        """Write a table of numbers as Parquet to file `name`."""
        frame.to_parquet(self.file(name), index=False, compression="zstd")

    def write_shares(self, name: str, shares: np.ndarray) -> None:
        """Write a share per product, 0 to 1 or NaN, to file `name` (`core.bundle.hundredths`)."""
        save_array(self.file(name), to_hundredths(shares))

    def write_array(self, name: str, array: np.ndarray, dtype: type[np.floating] = np.float32) -> None:
        """Write an array to file `name`."""
        save_array(self.file(name), np.asarray(array, dtype=dtype))

    def write_heads(self, files: Mapping[HeadKey, Path]) -> None:
        """Copy the heads' ONNX files."""
        for key, file in files.items():
            self.copy(file, head_file(key))

    def write_predictions(self, predictions: Mapping[str, pd.DataFrame]) -> None:
        """Write the predictions of all heads on the test products: modality -> table."""
        for modality, table in predictions.items():
            write_short_csv(table, self.file(RESULTS[modality]))

    def write_models(self, models: Sequence[ModelCard]) -> None:
        """Write what each head reaches and costs."""
        entries = [model.to_dict() for model in models]
        self.file(MODELS).write_text(json.dumps(entries), encoding="utf-8")

    def commit(self, manifest: Manifest) -> Bundle:
        """Write the manifest, its list of files filled in, move the folder into place and open the bundle."""
        files = sorted(file for file in self.folder.rglob("*") if file.is_file())
        entries = {
            file.relative_to(self.folder).as_posix(): FileEntry(file.stat().st_size, file_hash(file))
            for file in files
        }
        write_manifest(dataclasses.replace(manifest, files=entries), self.file(MANIFEST))
        replace(self.path, self.folder)
        return Bundle.open(self.path)


def write_manifest(manifest: Manifest, file: Path) -> None:
    """Write a manifest, whole or not at all."""
    with atomic_path(file) as temporary:
        text = json.dumps(manifest.to_dict(), indent=1, ensure_ascii=False)
        temporary.write_text(text, encoding="utf-8")
