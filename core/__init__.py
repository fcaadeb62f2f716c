"""How well text, image, or both together put each product of a catalogue into its category.

The flow, a package a step; each uses only those above it::

    catalogue     a product table and its images (formats, downloads, the synthetic demo)
        │
    features      text (n, 384)   image (n, d)          frozen encoders, run by onnx
        │
    nearest       neighbours ───────────────┐
        │                                   │
    evaluation    training / validation / test products, scores, calibration, paired tests
        │                                   │
    heads         classifiers on text, image, or both
        │                                   │
    projections   PCA, t-SNE, UMAP ─────────┤
    faults        what is probably wrong ───┘
        │
    bundle        the folder of all that was learned: artifacts/<name>/
    building      catalogue in, bundle out
        │
        ├── serving   Predictor, explanations, whole catalogues, cluster
        └── views     what pages show ── ui  pages' parts ── cli  commands

This module is the library's public API. ``import core`` loads none of it: each name is imported from its
module when it is first used.

In a notebook::

    from pathlib import Path
    import core

    catalogue = core.read_catalogue(Path("my-shop"), "csv")
    encoders = {"text": core.load_encoder("minilm"), "image": core.load_encoder("compact")}
    dataset = core.prepare_dataset(catalogue, encoders)
    text, both = (dataset.train("logistic_regression", modality) for modality in ("text", "fused"))
    print(both.evaluate().accuracy, both.compare(text).sentence)
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

# ONNX Runtime's packages tell their maker what is run, models' names included, unless this is set before they
# are loaded (onnxruntime's Privacy.md). A catalogue's owner was not asked.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

if TYPE_CHECKING:
    from core.building.build import build_bundle
    from core.building.dataset import Dataset, Model, prepare_dataset
    from core.building.options import BuildOptions
    from core.building.result import BuildResult
    from core.bundle.listing import list_bundles
    from core.bundle.reader import Bundle
    from core.bundle.results import write_results
    from core.bundle.training import TrainingChoices
    from core.catalogue.grouping import Grouping, group_products
    from core.catalogue.reading import Catalogue, read_catalogue, read_chunks
    from core.common.errors import BundleError, CatalogueError, CoreError, EncoderError, ImageError
    from core.common.progress import bar
    from core.demo.writer import write_demo
    from core.evaluation.fusion_gain import FusionGain, fusion_gain
    from core.evaluation.paired import Comparison, compare
    from core.evaluation.report import Report
    from core.evaluation.scores import evaluate
    from core.evaluation.splits import Split, make_split
    from core.faults.detection import find_faults
    from core.features.encoders.encoder import Encoder
    from core.features.encoders.registry import describe_encoders, load_encoder
    from core.features.given.vectors import open_vectors
    from core.features.products import encode_products
    from core.features.vectors import Features
    from core.heads.inputs import Inputs
    from core.heads.key import HeadKey
    from core.heads.task import TrainingTask
    from core.heads.training import TrainedHead, train_head
    from core.projections.drawing import project
    from core.serving.answer import Answer
    from core.serving.bulk.embeddings import write_embeddings
    from core.serving.bulk.evaluation import StreamEvaluation, evaluate_stream
    from core.serving.bulk.predictions import write_predictions
    from core.serving.explain.explanation import Explanation, explain
    from core.serving.predictor import Predictor

_MODULES = {
    "building.build": ("build_bundle",),
    "building.dataset": ("Dataset", "Model", "prepare_dataset"),
    "building.options": ("BuildOptions",),
    "building.result": ("BuildResult",),
    "bundle.listing": ("list_bundles",),
    "bundle.reader": ("Bundle",),
    "bundle.results": ("write_results",),
    "bundle.training": ("TrainingChoices",),
    "catalogue.grouping": ("Grouping", "group_products"),
    "catalogue.reading": ("Catalogue", "read_catalogue", "read_chunks"),
    "common.errors": ("BundleError", "CatalogueError", "CoreError", "EncoderError", "ImageError"),
    "common.progress": ("bar",),
    "demo.writer": ("write_demo",),
    "evaluation.fusion_gain": ("FusionGain", "fusion_gain"),
    "evaluation.paired": ("Comparison", "compare"),
    "evaluation.report": ("Report",),
    "evaluation.scores": ("evaluate",),
    "evaluation.splits": ("Split", "make_split"),
    "faults.detection": ("find_faults",),
    "features.encoders.encoder": ("Encoder",),
    "features.encoders.registry": ("describe_encoders", "load_encoder"),
    "features.given.vectors": ("open_vectors",),
    "features.products": ("encode_products",),
    "features.vectors": ("Features",),
    "heads.inputs": ("Inputs",),
    "heads.key": ("HeadKey",),
    "heads.task": ("TrainingTask",),
    "heads.training": ("TrainedHead", "train_head"),
    "projections.drawing": ("project",),
    "serving.answer": ("Answer",),
    "serving.bulk.embeddings": ("write_embeddings",),
    "serving.bulk.evaluation": ("StreamEvaluation", "evaluate_stream"),
    "serving.bulk.predictions": ("write_predictions",),
    "serving.explain.explanation": ("Explanation", "explain"),
    "serving.predictor": ("Predictor",),
}
"""Module of `core` -> the names it gives to the API; the imports above say the same to type checkers."""

_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "Answer",
    "BuildOptions",
    "BuildResult",
    "Bundle",
    "BundleError",
    "Catalogue",
    "CatalogueError",
    "Comparison",
    "CoreError",
    "Dataset",
    "Encoder",
    "EncoderError",
    "Explanation",
    "Features",
    "FusionGain",
    "Grouping",
    "HeadKey",
    "ImageError",
    "Inputs",
    "Model",
    "Predictor",
    "Report",
    "Split",
    "StreamEvaluation",
    "TrainedHead",
    "TrainingChoices",
    "TrainingTask",
    "bar",
    "build_bundle",
    "compare",
    "describe_encoders",
    "encode_products",
    "evaluate",
    "evaluate_stream",
    "explain",
    "find_faults",
    "fusion_gain",
    "group_products",
    "list_bundles",
    "load_encoder",
    "make_split",
    "open_vectors",
    "prepare_dataset",
    "project",
    "read_catalogue",
    "read_chunks",
    "train_head",
    "write_demo",
    "write_embeddings",
    "write_predictions",
    "write_results",
]


def __getattr__(name: str) -> object:
    """Import a name of the API from its module (PEP 562)."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'core' has no attribute {name!r}")
    value: object = getattr(import_module(f"core.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the names of the API and of the module itself."""
    return sorted({*globals(), *__all__})
