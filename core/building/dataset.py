"""A catalogue ready for experiments: features, labels and a split that belong together.

Users of a notebook never encode labels, mask products without an image, or keep images that an encoder was
trained on out of the test products by hand: a `Dataset` does it as `core.building.build.build_bundle` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.building.encoding import encode_catalogue
from core.building.fitting import fit, fit_with_settings
from core.building.options import BuildOptions
from core.building.preparation import training_data
from core.building.training_data import TrainingData
from core.catalogue.reading import Catalogue
from core.common.errors import CoreError
from core.common.progress import Progress, silent
from core.evaluation.folds import out_of_fold
from core.evaluation.paired import Comparison, compare
from core.evaluation.report import Report
from core.evaluation.scores import evaluate
from core.faults.detection import find_faults
from core.features.encoders.encoder import Encoder
from core.heads.key import HeadKey
from core.heads.registry import HEADS
from core.heads.training import TrainedHead
from core.projections.drawing import project

if TYPE_CHECKING:
    import pandas as pd

PARTS = ("train", "validation", "test")
"""The parts of a split."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """The products of a catalogue with their features, labels and split; `prepare_dataset` makes it.

    Attributes
    ----------
    catalogue
        The n products.
    data
        What heads are trained on.
    """

    catalogue: Catalogue
    data: TrainingData

    def __len__(self) -> int:
        return len(self.data.labels)

    @property
    def categories(self) -> tuple[str, ...]:
        """Names of the categories; a label is a position in this tuple."""
        return tuple(self.data.classes)

    @property
    def modalities(self) -> tuple[str, ...]:
        """Those of text, image and fused that there are features for."""
        return self.data.inputs.modalities

    @property
    def labels(self) -> np.ndarray:
        """int64 (n,): each product's category as a position in `categories`."""
        return self.data.labels

    def rows(self, part: str, modality: str) -> np.ndarray:
        """Return the products of one part of the split that have a modality, int64 row numbers.

        Parameters
        ----------
        part
            train, validation or test.
        modality
            text, image, or fused for products with both.
        """
        if part not in PARTS:
            raise CoreError(f"unknown part '{part}': expected one of {', '.join(PARTS)}")
        rows: np.ndarray = getattr(self.data.split, part)
        having: np.ndarray = rows[self.data.inputs.present(modality)[rows]]
        return having

    def features(self, modality: str) -> np.ndarray:
        """Return float32 (n, dim); rows of products without the modality are zeros."""
        return self.data.inputs.vectors(modality)

    def train(self, head: str, modality: str) -> Model:
        """Train a head on training products; validation products choose its hyperparameters.

        Parameters
        ----------
        head
            A name in `core.heads.registry.HEADS` that does not combine other heads.
        modality
            text, image or fused.

        Raises
        ------
        CoreError
            There is no such head or no such modality, or the head combines others.
        """
        if modality not in self.modalities:
            raise CoreError(f"no {modality} features: this dataset has {', '.join(self.modalities)}")
        if head in HEADS and HEADS[head].combines:
            raise CoreError(f"head '{head}' combines other heads: build a bundle to train it")
        key = HeadKey(modality, head)
        return Model(key, self, fit(self.data, key))

    def find_faults(self, head: str = "logistic_regression", folds: int = 5) -> pd.DataFrame:
        """Find products that are probably wrong: categories, images, duplicates, outliers.

        Parameters
        ----------
        head
            Trained in `folds` on each of text and image, so that it judges each product without having seen
            it.
        folds
            Two or more.

        Returns
        -------
        DataFrame
            ``kind``, ``sku``, ``name``, ``category``, ``score`` (0 to 1, comparable within a kind),
            ``reason`` and ``suggestion``: a row per product and kind of fault, worst first.
        """
        table = self.catalogue.table
        proba = {m: self._out_of_fold(HeadKey(m, head), folds) for m in self.data.inputs.features}
        faults = find_faults(
            self.labels,
            self.categories,
            proba,
            self.data.inputs.features,
            names=list(table["name"]),
            digests=list(table["image_digest"]),
            groups=self.data.groups,
            parts=self.data.split.parts,
        )
        products = table.loc[faults["row"], ["sku", "name", "category"]].reset_index(drop=True)
        faults = faults.reset_index(drop=True)[["kind", "score", "reason", "suggestion", "is_issue"]]
        listed = faults.join(products)[faults["is_issue"]].reset_index(drop=True)
        return listed[["kind", "sku", "name", "category", "score", "reason", "suggestion"]]

    def map(self, method: str, modality: str, dims: int = 2) -> np.ndarray:
        """Return coordinates on a map, float32 (n, dims), NaN where a product lacks the modality.

        Parameters
        ----------
        method
            pca, tsne or umap.
        modality
            text, image or fused.
        dims
            2 or 3.
        """
        present = self.data.inputs.present(modality)
        coordinates = np.full((len(self), dims), np.nan, dtype=np.float32)
        coordinates[present] = project(method, self.features(modality)[present], dims, seed=self.data.seed)
        return coordinates

    def _out_of_fold(self, key: HeadKey, folds: int) -> np.ndarray:
        data = self.data

        def fit_predict(train: np.ndarray, test: np.ndarray) -> np.ndarray:
            return fit_with_settings(data, key, train, {}).predict_proba(data.inputs.take(test))

        return out_of_fold(
            fit_predict,
            data.labels,
            data.groups,
            folds,
            data.seed,
            present=data.inputs.present(key.modality),
        )


@dataclass(frozen=True, eq=False)
class Model:
    """A head trained on a dataset; `Dataset.train` makes it.

    Attributes
    ----------
    key
        Its modality and head.
    dataset
        What it was trained on.
    trained
        The head.
    """

    key: HeadKey
    dataset: Dataset
    trained: TrainedHead

    @cached_property
    def _test_proba(self) -> np.ndarray:
        return self.predict_proba(self.dataset.rows("test", self.key.modality))

    def predict_proba(self, rows: np.ndarray) -> np.ndarray:
        """Return probabilities, float32 (len(rows), categories), of products that have the modality."""
        return self.trained.predict_proba(self.dataset.data.inputs.take(rows))

    def evaluate(self) -> Report:
        """Score the model on the test products that have its modality."""
        rows = self.dataset.rows("test", self.key.modality)
        return evaluate(
            self.dataset.labels[rows], self._test_proba, self.dataset.categories, **self.key._asdict()
        )

    def compare(self, other: Model) -> Comparison:
        """Test whether this model and another one differ by more than chance.

        Both are compared on the test products that both can answer. Equal products count once
        (`core.evaluation.paired.compare`).
        """
        if other.dataset is not self.dataset:
            raise CoreError("two models can only be compared if one dataset trained both")
        mine, theirs = (self.dataset.rows("test", model.key.modality) for model in (self, other))
        rows = np.intersect1d(mine, theirs)
        first, second = (
            model._test_proba[np.isin(own, rows)].argmax(axis=1)
            for model, own in ((self, mine), (other, theirs))
        )
        names = tuple(f"{model.key.head} on {model.key.modality}" for model in (self, other))
        groups = np.unique(self.dataset.data.groups[rows], return_inverse=True)[1]
        return compare(self.dataset.labels[rows], first, second, names=(names[0], names[1]), groups=groups)


def prepare_dataset(
    catalogue: Catalogue,
    encoders: Mapping[str, Encoder],
    *,
    seed: int = 0,
    cache: Path | None = None,
    progress: Progress = silent,
) -> Dataset:
    """Encode a catalogue and split it into training, validation and test products.

    Rows of one product are in one part of the split, and images that an encoder was trained on are not among
    the test products.

    Parameters
    ----------
    catalogue
        The products.
    encoders
        Modality (text, image) -> encoder.
    seed
        Of the split and of all training.
    cache
        Folder where features are kept between runs; None encodes everything.
    progress
        Told about the encoding.

    Raises
    ------
    CatalogueError
        No product has anything that the encoders read, or there are too few products to split.
    """
    catalogue, features = encode_catalogue(catalogue, encoders, cache, progress)
    options = BuildOptions(seed=seed, cache=cache)
    _, data = training_data(catalogue, encoders, features, options, progress)
    return Dataset(catalogue, data)
