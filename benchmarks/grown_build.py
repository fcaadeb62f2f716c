"""Build a made catalogue in a process of its own, for `benchmarks/growth.py`, and tell each stage in a file.

    python benchmarks/grown_build.py REPOSITORY CATALOGUE FOLDER

REPOSITORY is the checkout whose `core` builds. FOLDER takes the bundle, the caches, which are empty before,
and the files `MOMENTS` and `RESULT`. Encoders that were exported on this machine are not exported again.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.measuring import peak_mb
from benchmarks.stages import StageClock, append_moment

MOMENTS, RESULT = "moments.jsonl", "result.json"
HEADS = ("logistic_regression", "tfidf", "blend")
ENCODERS = {"text": "minilm", "image": "compact"}
READING, GROUPING = "Reading the table", "Finding equal products"


def build(
    catalogue_folder: Path, folder: Path, encoder_names: Mapping[str, str] = ENCODERS
) -> dict[str, Any]:
    """Build a catalogue; return what its models reach and the most memory held, in MB."""
    from core.building.build import build_bundle
    from core.building.options import BuildOptions
    from core.catalogue.reading import read_catalogue
    from core.features.encoders.registry import load_encoder

    has_images = (catalogue_folder / "images.zip").is_file()
    names = encoder_names if has_images else {"text": encoder_names["text"]}
    encoders = {modality: load_encoder(name, modality=modality) for modality, name in names.items()}
    os.environ["PRODUCT_LENS_CACHE"] = str(folder / "cache")
    options = BuildOptions(
        heads=HEADS, methods=("umap",), dims=(2, 3), synthetic=True, cache=folder / "cache" / "features"
    )
    clock = StageClock(partial(append_moment, folder / MOMENTS))
    clock(READING, 0, 1)
    catalogue = read_catalogue(catalogue_folder, minimum=1, progress=clock)
    clock(GROUPING, 0, 1)
    catalogue.grouping  # noqa: B018  (computed when first asked for)
    clock(GROUPING, 1, 1)
    built = build_bundle(catalogue, encoders, folder / "bundle", options, clock)
    clock.end()
    models = [
        {
            "model": f"{model.report.head} on {model.report.modality}",
            "accuracy": model.report.accuracy,
            "log_loss": model.report.log_loss,
            "calibration_error": model.calibration_error,
        }
        for model in built.models
    ]
    return {"models": models, "peak_mb": peak_mb(), "products": len(catalogue.table)}


def main() -> None:
    """Build by the `core` of the repository that is named, and write the result."""
    repository, catalogue, folder = map(Path, sys.argv[1:])
    sys.path.insert(0, str(repository.resolve()))
    import core

    assert core.__file__ and Path(core.__file__).is_relative_to(repository.resolve()), core.__file__
    result = build(catalogue, folder)
    (folder / RESULT).write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    main()
