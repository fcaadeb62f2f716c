"""A bundle: one folder that holds all that was learned from one catalogue.

Its layout, which `core.bundle.writer` writes::

    manifest.json               protocol, origin of everything, sizes and hashes of the other files
    catalogue.parquet           the kept products, one row each, with their part of the split
    features/<modality>.npy     float32 (rows, dim), L2-normalised; zero rows where the modality is absent
    coordinates/<modality>_<method>_<dims>d.npy   float32 (rows, dims)
    heads/<modality>_<head>.onnx
    encoders/<modality>.onnx    only encoders whose weights do not come with the installation
    faults.parquet              what is probably wrong in the catalogue, worst first
    opinions.parquet            what models that had not seen these products say of them
    results/*_results.csv       the predictions on the test rows, every figure can be recomputed from them
    reports.json                what each head reaches, and which one its validation rows chose
    thumbnails.zip              <row>.jpg
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from core.catalogue.account import Account
from core.common.errors import BundleError
from core.evaluation.calibrators import Calibrator, calibrator_from_dict
from core.evaluation.conformal import ConformalRule
from core.evaluation.report import Report
from core.heads.key import HeadKey
from core.nearest.index import VectorIndex

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow

PROTOCOL = 1
MODALITIES = ("text", "image", "fused")
RESULT_FILES = {
    "text": "results/text_results.csv",
    "image": "results/image_results.csv",
    "fused": "results/multimodal_results.csv",
}
TITLE = ["sku", "name", "category"]
"""Columns that name a product."""
ROOT = Path("artifacts")
_MANIFEST = (
    "name", "created", "fingerprint", "format", "label", "rows", "classes", "modalities", "seed", "private",
    "data", "encoders", "prior", "review", "projections", "account", "versions", "files",
)  # fmt: skip


@dataclass(frozen=True)
class Projection:
    """One map of a bundle and how far it may be trusted (both figures 0 to 1, None where not measured)."""

    modality: str
    method: str
    dims: int
    trustworthiness: float | None = None
    neighbour_accuracy: float | None = None

    @property
    def file(self) -> str:
        """Path of its coordinates inside the bundle."""
        return f"coordinates/{self.modality}_{self.method}_{self.dims}d.npy"


@dataclass(frozen=True)
class ModelCard:
    """One trained head of a bundle: what it reaches and what it costs.

    `ms_per_product` is the median time of one product alone, its encoding left out; `peak_mb` by how much
    memory rose in training; `intervals` hold low and high of the test rows' accuracy, macro_f1 and
    weighted_f1 (95 %); `calibrator` is what its probabilities went through, and `calibration_error` how far
    they are from true on test rows (expected calibration error). Bundles of older versions lack these.
    """

    modality: str
    head: str
    chosen: bool
    validation_accuracy: float
    validation_macro_f1: float
    train_seconds: float
    size_bytes: int
    report: Report
    train_accuracy: float | None = None
    ms_per_product: float | None = None
    peak_mb: float | None = None
    intervals: Mapping[str, Sequence[float]] = field(default_factory=dict)
    calibrator: Mapping[str, Any] | None = None
    calibration_error: float | None = None

    @property
    def file(self) -> str:
        """Path of the head inside the bundle."""
        return head_file(self.modality, self.head)


@dataclass(frozen=True)
class BundleInfo:
    """A line of the list of bundles; `problem` says why one cannot be opened."""

    name: str
    path: Path
    created: str = ""
    rows: int = 0
    classes: int = 0
    synthetic: bool = False
    private: bool = False
    problem: str | None = None


def head_file(modality: str, head: str) -> str:
    """Path of a head inside a bundle."""
    return f"heads/{modality}_{head}.onnx"


class Bundle:
    """A bundle opened for reading; its parts are read when they are first asked for.

    Use :meth:`open`; the constructor only stores.
    """

    def __init__(self, path: Path, manifest: dict[str, Any], fingerprint: str) -> None:
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
            No bundle is there, its manifest or a file is damaged, or its protocol is unknown.
        """
        path = Path(path)
        recover(path)
        file = path / "manifest.json"
        if not file.is_file():
            raise BundleError(
                f"no bundle in '{path}': it has no manifest.json (make one with: python -m core build)"
            )
        raw = file.read_bytes()
        try:
            manifest = json.loads(raw)
            protocol = manifest["protocol"]
            files = {name: int(entry["bytes"]) for name, entry in manifest.get("files", {}).items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BundleError(f"the manifest of bundle '{path.name}' is damaged: build it again") from error
        if protocol != PROTOCOL:
            raise BundleError(
                f"bundle '{path.name}' has protocol {protocol}, this version reads {PROTOCOL}: build it again"
                + (", or update Product Lens" if isinstance(protocol, int) and protocol > PROTOCOL else "")
            )
        if missing := [key for key in _MANIFEST if key not in manifest]:
            raise BundleError(
                f"the manifest of bundle '{path.name}' is damaged (no {missing[0]}): build it again"
            )
        for name, size in files.items():
            part = path / name
            if not part.is_file() or part.stat().st_size != size:
                raise BundleError(
                    f"bundle '{path.name}' is damaged: {name} is missing or cut short; build it again"
                )
        return cls(path, manifest, hashlib.sha256(raw).hexdigest()[:16])

    # What it is

    @property
    def name(self) -> str:
        """Name of the bundle, which is its folder's name when it was built."""
        return self.manifest["name"]

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the categories; a label is a position in this tuple."""
        return tuple(self.manifest["classes"])

    @property
    def modalities(self) -> tuple[str, ...]:
        """Those of text, image, fused that this bundle has."""
        return tuple(self.manifest["modalities"])

    @property
    def private(self) -> bool:
        """Whether names, descriptions and pictures were left out."""
        return bool(self.manifest["private"])

    @property
    def synthetic(self) -> bool:
        """Whether the products were invented."""
        return bool(self.manifest["data"]["synthetic"])

    @property
    def encoders(self) -> Mapping[str, dict[str, Any]]:
        """Modality -> what is known of its encoder."""
        return self.manifest["encoders"]

    @cached_property
    def account(self) -> Account:
        """Rows read, kept and set aside when the catalogue was read."""
        return Account.from_dict(self.manifest["account"])

    def _read(self, name: str, reader: Callable[[Path], Any]) -> Any:
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
        import pandas as pd

        return self._read("catalogue.parquet", pd.read_parquet)

    @cached_property
    def _titles(self) -> pyarrow.Table:
        from pyarrow.parquet import ParquetFile

        def read(file: Path) -> pyarrow.Table:
            with ParquetFile(file) as parquet:
                return parquet.read(columns=TITLE)

        return self._read("catalogue.parquet", read)

    def title(self, row: int) -> dict[str, str]:
        """Return the `TITLE` columns of one row; without pandas, which takes longer to import than to ask."""
        if "table" in self.__dict__:  # read already, or put there by another
            return {column: self.table[column].iat[row] for column in TITLE}
        return {column: self._titles[column][row].as_py() for column in TITLE}

    @cached_property
    def labels(self) -> np.ndarray:
        """int64 (rows,): each product's category as a position in `classes`."""
        position = {name: i for i, name in enumerate(self.classes)}
        return self.table["category"].map(position).to_numpy(dtype=np.int64)

    @cached_property
    def _row_of(self) -> dict[str, int]:
        return {sku: row for row, sku in enumerate(self.table["sku"].tolist())}

    def row(self, sku: str) -> int:
        """Row of product `sku`; KeyError where there is none."""
        return self._row_of[sku]

    def rows(self, part: str) -> np.ndarray:
        """int64 rows of one part of the split: train, validation or test."""
        return np.flatnonzero(self.table["part"].to_numpy(dtype=object) == part)

    @cached_property
    def _thumbnails(self) -> zipfile.ZipFile | None:
        name = "thumbnails.zip"
        return self._read(name, zipfile.ZipFile) if name in self.manifest["files"] else None

    def thumbnail(self, sku: str) -> bytes | None:
        """JPEG bytes of the product's small picture, None where there is none."""
        if self._thumbnails is None or sku not in self._row_of:
            return None
        try:
            with self._zip_lock:
                return self._thumbnails.read(f"{self._row_of[sku]}.jpg")
        except KeyError:
            return None

    @cached_property
    def faults(self) -> pd.DataFrame | None:
        """What is probably wrong (`core.faults.fault_table`); None in bundles of older versions."""
        import pandas as pd

        name = "faults.parquet"
        return self._read(name, pd.read_parquet) if name in self.manifest["files"] else None

    @cached_property
    def opinions(self) -> pd.DataFrame | None:
        """What was said of products with faults, as `core.bundle.likeliest` has it; None in older bundles."""
        import pandas as pd

        name = "opinions.parquet"
        return self._read(name, pd.read_parquet) if name in self.manifest["files"] else None

    @property
    def fairness(self) -> Mapping[str, Any] | None:
        """How much a random split would flatter scores; None where not measured."""
        return self.manifest.get("fairness")

    @property
    def groups(self) -> np.ndarray | None:
        """int64 (rows,): rows of one product share a number; None in bundles of older versions."""
        return self.table["group"].to_numpy() if "group" in self.table else None

    # Arrays

    def has_features(self, modality: str) -> bool:
        """Whether the vectors of `modality` are stored."""
        needed = ("text", "image") if modality == "fused" else (modality,)
        return all(f"features/{name}.npy" in self.manifest["files"] for name in needed)

    def features(self, modality: str) -> np.ndarray:
        """float32 (rows, dim), L2-normalised, zero where absent; fused is text and image side by side."""
        if modality == "fused":
            return self._fused
        if not self.has_features(modality):
            raise BundleError(f"bundle '{self.name}' holds no {modality} features")
        return self._read(f"features/{modality}.npy", partial(np.load, mmap_mode="r"))

    @cached_property
    def _fused(self) -> np.ndarray:
        return np.concatenate([self.features("text"), self.features("image")], axis=1)

    def stored(self, modality: str) -> VectorIndex:
        """Return the rows of `features`, ready to be searched for those nearest to one product.

        Fused ones are not copied side by side for this: both files stay mapped.
        """
        if modality not in self._stored:
            sides = ("text", "image") if modality == "fused" else (modality,)
            self._stored[modality] = VectorIndex.of(*(self.features(side) for side in sides))
        return self._stored[modality]

    def present(self, modality: str) -> np.ndarray:
        """Which products have this modality, bool (rows,); for fused, both."""
        text, image = (self.table[f"has_{m}"].to_numpy(dtype=bool) for m in ("text", "image"))
        return {"text": text, "image": image, "fused": text & image}[modality]

    @cached_property
    def projections(self) -> tuple[Projection, ...]:
        """The maps this bundle holds."""
        return tuple(Projection(**entry) for entry in self.manifest["projections"])

    def coordinates(self, modality: str, method: str, dims: int) -> np.ndarray:
        """float32 (rows, dims) of one map; NaN where a product lacks the modality."""
        name = Projection(modality, method, dims).file
        if name not in self.manifest["files"]:
            raise BundleError(f"bundle '{self.name}' has no {dims}-D {method} map of {modality} features")
        return self._read(name, np.load)

    # Models

    @cached_property
    def models(self) -> tuple[ModelCard, ...]:
        """All trained heads of all modalities."""
        entries = self._read("reports.json", lambda file: json.loads(file.read_text(encoding="utf-8")))
        return tuple(ModelCard(**{**entry, "report": Report.from_dict(entry["report"])}) for entry in entries)

    def heads(self, modality: str) -> tuple[str, ...]:
        """Names of the heads trained on `modality`."""
        return tuple(model.head for model in self.models if model.modality == modality)

    @property
    def best(self) -> dict[str, str]:
        """Modality -> the head its validation rows chose."""
        return {model.modality: model.head for model in self.models if model.chosen}

    @property
    def calibrators(self) -> dict[HeadKey, Calibrator]:
        """(modality, head) -> what makes its probabilities true; older bundles have none."""
        kept = {(model.modality, model.head): model.calibrator for model in self.models}
        return {key: calibrator_from_dict(plain) for key, plain in kept.items() if plain}

    @property
    def reports(self) -> tuple[Report, ...]:
        """What every head reaches on the test rows."""
        return tuple(model.report for model in self.models)

    def report(self, modality: str, head: str | None = None) -> Report:
        """One head's report; the chosen head's where none is named."""
        head = head or self.best[modality]
        for model in self.models:
            if (model.modality, model.head) == (modality, head):
                return model.report
        raise BundleError(f"bundle '{self.name}' has no {modality} head '{head}'")

    def predictions(self, modality: str) -> pd.DataFrame:
        """Predictions of all heads on the test rows, as stored in ``results/``."""
        import pandas as pd

        text = {"sku": str, "head": str, "true": str, "predicted": str}
        return self._read(RESULT_FILES[modality], partial(pd.read_csv, dtype=text, keep_default_na=False))

    @property
    def prior(self) -> np.ndarray:
        """float32 (classes,): share of each category among the training rows."""
        return np.asarray(self.manifest["prior"], dtype=np.float32)

    @property
    def review_thresholds(self) -> Mapping[str, float]:
        """Modality -> confidence under which a person should look, chosen on validation rows."""
        return self.manifest["review"]["thresholds"]

    def class_thresholds(self, modality: str) -> np.ndarray:
        """Return the same for each predicted category, float64 (classes,); one for all in older bundles."""
        one = self.review_thresholds[modality]
        by_class = self.manifest["review"].get("by_class", {}).get(modality)
        return np.asarray(by_class or [one] * len(self.classes), dtype=np.float64)

    def conformal(self, modality: str) -> ConformalRule | None:
        """Return the rule of sets that hold the right category so often; None in older bundles."""
        plain = self.manifest.get("conformal", {}).get("rules", {}).get(modality)
        return ConformalRule.from_dict(plain) if plain else None


def list_bundles(root: Path | str = ROOT) -> list[BundleInfo]:
    """List the bundles under `root`, damaged ones included, by name."""
    return [bundle_info(folder) for folder in bundle_folders(root)]


def bundle_folders(root: Path | str = ROOT) -> list[Path]:
    """List the folders under `root` that hold a bundle, whole or damaged, by name."""
    if not Path(root).is_dir():
        return []
    folders = sorted(folder for folder in Path(root).iterdir() if not folder.name.startswith("."))
    return [folder for folder in folders if (folder / "manifest.json").is_file()]


def bundle_info(folder: Path) -> BundleInfo:
    """Describe the bundle in a folder, or say what is wrong with it."""
    try:
        bundle = Bundle.open(folder)
    except BundleError as error:
        return BundleInfo(folder.name, folder, problem=str(error))
    m = bundle.manifest
    return BundleInfo(
        folder.name, folder, m["created"], m["rows"], len(m["classes"]), bundle.synthetic, bundle.private
    )


def previous(path: Path) -> Path:
    """Return where the bundle at `path` waits while a new one takes its place."""
    return path.parent / f".previous-{path.name}"


def recover(path: Path) -> None:
    """Put the old bundle back if a build was killed between its two renames."""
    if not path.exists() and previous(path).exists():
        with contextlib.suppress(OSError):  # another process may have done it first
            previous(path).rename(path)
