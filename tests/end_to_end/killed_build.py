"""Build a tiny catalogue and die at a step, in a process of its own: ``killed_build CATALOGUE FOLDER STEP``.

The process kills itself (SIGKILL) when it begins to keep the step of that name.
"""

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from core.building.build import build_bundle
from core.building.options import BuildOptions
from core.building.unfinished.steps import Steps
from core.catalogue.reading import read_catalogue
from tests import tiny

OPTIONS = BuildOptions(heads=("logistic_regression", "tfidf", "blend"), methods=("pca", "umap"), dims=(2,))


def main(data: Path, folder: Path, step: str) -> None:
    """Build until the step."""
    keep = Steps._kept

    def kill(self: Steps, value: object, form: object, place: Path) -> bool:
        if place.name.startswith(step):
            os.kill(os.getpid(), signal.SIGKILL)
        return keep(self, value, form, place)

    Steps._kept = kill
    build(data, folder)


def build(data: Path, folder: Path):
    """Build the catalogue, and keep in `folder` what goes on."""
    options = replace(OPTIONS, cache=folder / "features", unfinished=folder / "unfinished")
    return build_bundle(
        read_catalogue(data, "csv", minimum=5), {"text": tiny.TinyText()}, folder / "a" / "b", options
    )


if __name__ == "__main__":
    tiny.register_tiny_encoders()
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
