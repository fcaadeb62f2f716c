"""Where everything lies inside a bundle's folder, and which layout this version reads and writes.

::

    manifest.json               protocol, origin of everything, sizes and hashes of the other files
    catalogue.parquet           the kept products, one row each: their split in `part`, their group in `group`
    features/<modality>.npy     float32 (rows, dim), L2-normalised; zero rows where the modality is absent;
                                none in a private bundle
    features/<modality>_frozen.npy   the same by the encoder before it was trained on the training products,
                                only where it was
    coordinates/<modality>_<method>_<dims>d.npy   float32 (rows, 2) or float16 (rows, 3), which no screen can
                                tell from more; NaN where the modality is absent
    coordinates/<modality>_<method>_<dims>d_trust.npy   how far each place on the map can be trusted
                                (`core.projections.trust`), as hundredths (`core.bundle.hundredths`)
    heads/<modality>_<head>.onnx
    encoders/<modality>.onnx    only encoders that do not come with the installation as they are: of other
                                weights, fine-tuned, in 8 bits
    encoders/<modality>_<n>.onnx   the same of several side by side, n from 1
    encoders/<modality>.npy     only of several side by side: float32 (2, dim), what is subtracted from each
                                number and by what the rest is multiplied
    words.parquet               in how many texts of each category each word occurs, in all and in each split
                                (`core.bundle.marking_words`); none without texts
    faults.parquet              what is probably wrong, worst first (`core.faults.fault_table`)
    out_of_fold.parquet         probabilities of products with faults, by models that were not trained on them
    held_out.parquet            answers of the chosen models to products they had not seen: thresholds are
                                taken from them (`core.bundle.held_out`)
    held_out_further.parquet    the same of the models that answer texts in further languages; only where
                                there are any
    guards.parquet              how strange each product is, and how far its text and image disagree
    strangeness/                what is typical of the categories, to tell what is unlike them
                                (`core.bundle.strangeness`)
    texts/                      what the training texts are like, to tell what cannot be read
                                (`core.bundle.text_profile`); none without text
    results/*_results.csv       predictions on the test products; every figure can be recomputed from them
    reports.json                the model cards: what each head reaches and costs, and which one was chosen
    thumbnails.zip              <row>.jpg; none in a private bundle
    inspection.json             what the table was read as, as ``inspect --json`` says it
    source/                     the table as its owner gave it, and how it was read; none in a private bundle,
                                or where the table is no single file of 100 MB or less

    refit_before.json           only in a refit: what the same heads answered for the test products when
                                trained on the categories before the corrections

The last three can be missing, and ``words.parquet``: words are counted when first asked for then. A bundle
without ``held_out_further.parquet`` that has such models is older than that file; its wanted precision cannot
be changed for them.

Only plain data: Parquet, npy, ONNX, JSON, CSV, and jpg in zip.
"""

from __future__ import annotations

import os
from pathlib import Path

from core.heads.key import HeadKey

PROTOCOL = 3
"""Raised whenever a file that is needed is added, renamed or means something else; others are refused."""

ROOT = Path("artifacts")
"""The folder of bundles, unless `ARTIFACTS` names another one."""
ARTIFACTS = "PRODUCT_LENS_ARTIFACTS"
"""Environment variable: the folder of bundles that a server shows."""

MANIFEST = "manifest.json"
CATALOGUE = "catalogue.parquet"
FAULTS = "faults.parquet"
WORDS = "words.parquet"
OUT_OF_FOLD = "out_of_fold.parquet"
HELD_OUT = "held_out.parquet"
HELD_OUT_FURTHER = "held_out_further.parquet"
GUARDS = "guards.parquet"
STRANGENESS_FOLDER = "strangeness"
TEXTS_FOLDER = "texts"
MODELS = "reports.json"
THUMBNAILS = "thumbnails.zip"
REFIT_BEFORE = "refit_before.json"
INSPECTION = "inspection.json"
SOURCE_FOLDER = "source"
READING = f"{SOURCE_FOLDER}/reading.json"
RESULTS = {
    "text": "results/text_results.csv",
    "image": "results/image_results.csv",
    "fused": "results/multimodal_results.csv",
}
"""Modality -> predictions of all its heads on the test products."""


def artifacts_root() -> Path:
    """Return the folder of bundles that a server shows: ``$PRODUCT_LENS_ARTIFACTS``, else ``artifacts``."""
    return Path(os.environ.get(ARTIFACTS) or ROOT)


def head_file(key: HeadKey) -> str:
    """Return the path of a head inside a bundle."""
    return f"heads/{key.modality}_{key.head}.onnx"


def features_file(modality: str) -> str:
    """Return the path of the vectors of text or image inside a bundle."""
    return f"features/{modality}.npy"


def frozen_features_file(modality: str) -> str:
    """Return the path of the vectors by an encoder before it was fine-tuned."""
    return f"features/{modality}_frozen.npy"


def encoder_file(modality: str) -> str:
    """Return the path of an encoder that a bundle carries."""
    return f"encoders/{modality}.onnx"


def member_file(modality: str, number: int) -> str:
    """Return the path of one of several encoders side by side that a bundle carries, from 1."""
    return f"encoders/{modality}_{number}.onnx"


def scaling_file(modality: str) -> str:
    """Return the path of what standardises the vectors of encoders side by side."""
    return f"encoders/{modality}.npy"


def coordinates_file(modality: str, method: str, dims: int) -> str:
    """Return the path of a map's coordinates inside a bundle."""
    return f"coordinates/{modality}_{method}_{dims}d.npy"


def trust_file(modality: str, method: str, dims: int) -> str:
    """Return the path of how far each place on a map can be trusted."""
    return f"coordinates/{modality}_{method}_{dims}d_trust.npy"
