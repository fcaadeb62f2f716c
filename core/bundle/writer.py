"""Write a bundle beside its place, then move it there; `core.bundle.reader` has the layout."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.bundle.reader import PROTOCOL, RESULT_FILES, Bundle, ModelCard, previous, recover
from core.common.errors import BundleError

if TYPE_CHECKING:
    import pandas as pd


class BundleWriter:
    """Writes a bundle beside its place and moves it there when it is whole.

    Leaving the ``with`` block without :meth:`commit` removes what was written and leaves an older bundle
    as it was.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self.folder = self.path.parent / f".building-{self.path.name}-{os.getpid()}"

    def __enter__(self) -> BundleWriter:
        """Make the folder to write into."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.path.exists() and not (self.path / "manifest.json").exists() and any(self.path.iterdir()):
            raise BundleError(
                f"'{self.path}' is a folder with other files: name another folder for the bundle"
            )
        _clear_leftovers(self.path)
        self.folder.mkdir()
        return self

    def __exit__(self, *_: object) -> None:
        """Remove what was not committed."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def file(self, name: str) -> Path:
        """Path to write part `name` to; its folder exists."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        return file

    def write_table(self, table: pd.DataFrame) -> None:
        """Write the kept products (with column `part`)."""
        table.to_parquet(self.file("catalogue.parquet"), index=False)

    def write_faults(self, faults: pd.DataFrame) -> None:
        """Write what is probably wrong in the catalogue (see `core.faults`)."""
        faults.to_parquet(self.file("faults.parquet"), index=False)

    def write_opinions(self, opinions: pd.DataFrame) -> None:
        """Write what models that had not seen the faulty products say of them (`core.bundle.likeliest`)."""
        opinions.to_parquet(self.file("opinions.parquet"), index=False, compression="zstd")

    def write_array(self, name: str, array: np.ndarray) -> None:
        """Write an array as ``<name>.npy`` in float32."""
        np.save(self.file(f"{name}.npy"), np.ascontiguousarray(array, dtype=np.float32), allow_pickle=False)

    def write_predictions(self, modality: str, tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
        """Write the predictions of all heads of `modality` and return them as one table."""
        import pandas as pd

        table = pd.concat(tables, ignore_index=True)
        # Five decimals are all there are; this way a zero takes one character instead of three.
        table.to_csv(self.file(RESULT_FILES[modality]), index=False, float_format="%.6g")
        return table

    def write_models(self, models: Sequence[ModelCard]) -> None:
        """Write what each head reaches."""
        entries = [{**asdict(model), "report": model.report.to_dict()} for model in models]
        self.file("reports.json").write_text(json.dumps(entries), encoding="utf-8")

    def commit(self, manifest: Mapping[str, Any]) -> Bundle:
        """Complete the manifest, move the folder into place and open it."""
        files = sorted(p for p in self.folder.rglob("*") if p.is_file())
        entries = {
            p.relative_to(self.folder).as_posix(): {"bytes": p.stat().st_size, "sha256": _sha256(p)}
            for p in files
        }
        whole = {"protocol": PROTOCOL, "name": self.path.name, **manifest, "files": entries}
        self.file("manifest.json").write_text(
            json.dumps(whole, indent=1, ensure_ascii=False), encoding="utf-8"
        )
        waiting = previous(self.path)
        if self.path.exists():
            self.path.rename(waiting)
        self.folder.rename(self.path)
        shutil.rmtree(waiting, ignore_errors=True)
        return Bundle.open(self.path)


def _clear_leftovers(path: Path) -> None:
    """Remove what killed builds of the same bundle left behind."""
    recover(path)
    for folder in path.parent.glob(f".building-{path.name}-*"):
        pid = folder.name.rsplit("-", 1)[1]
        if pid.isdigit() and not _alive(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)
    if path.exists():
        shutil.rmtree(previous(path), ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid != os.getpid()


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
