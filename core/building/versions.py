"""Versions of the packages that a bundle is built with."""

from __future__ import annotations

import platform
from importlib.metadata import version

LIBRARIES = (
    "numpy",
    "pandas",
    "scikit-learn",
    "tensorflow",
    "keras",
    "umap-learn",
    "openTSNE",
    "pillow",
)


def versions() -> dict[str, str]:
    """Return package -> version, Python's own among them."""
    import onnxruntime  # the package of its CUDA build has another name

    own = {"python": platform.python_version(), "onnxruntime": onnxruntime.__version__}
    return own | {name: version(name) for name in LIBRARIES}
