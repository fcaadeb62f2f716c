"""Any network of ``keras.applications`` by name, ``keras/EfficientNetB0``, or saved: ``keras/my.keras``.

Keras itself runs only in the process that exports (`core.features.encoders.keras_vision`).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from core.common.errors import EncoderError
from core.common.files import cache_dir, file_id
from core.common.kept_files import is_whole, keep
from core.common.progress import Progress
from core.features.encoders import weights
from core.features.encoders.encoder import Weights
from core.features.encoders.image import ImageEncoder
from core.onnx import sessions
from core.onnx.export import cached_export, run_export

PREFIX = "keras"
ENDING = ".keras"
PROCESS = "core.features.encoders.keras_vision"
_BUILDER = re.compile(r"^from keras\.src\.applications\.(\w+) import \(?\s*(\w+) as ", re.MULTILINE)


@dataclass(frozen=True)
class Address:
    """Where Keras keeps an application's weights, and where it gets them."""

    file: str
    url: str


@cache
def applications() -> dict[str, str]:
    """Return the networks of ``keras.applications``: name -> module.

    They are read from the package's own list, which takes milliseconds; importing Keras takes seconds.

    Raises
    ------
    EncoderError
        Keras is not installed.
    """
    found = find_spec("keras")
    if found is None or not found.submodule_search_locations:
        raise EncoderError("keras/NAME needs Keras: pip install -r requirements.txt")
    listed = Path(found.submodule_search_locations[0], "applications", "__init__.py")
    pairs = _BUILDER.findall(listed.read_text(encoding="utf-8"))
    return {builder: module for module, builder in pairs}


def builder_of(place: str) -> str:
    """Return the name of a network as Keras spells it, whatever the capitals.

    Raises
    ------
    EncoderError
        There is none of that name; lists those there are.
    """
    known = {name.casefold(): name for name in applications()}
    if place.casefold() not in known:
        raise EncoderError(
            f"encoder '{PREFIX}/{place}': expected a file that ends in {ENDING}, or one of "
            f"{', '.join(applications())}"
        )
    return known[place.casefold()]


def check(place: str) -> None:
    """Check that a network or a saved file is named; EncoderError where it is not."""
    if not place.endswith(ENDING):
        builder_of(place)


def find(place: str, named: Path | None) -> Weights | None:
    """Look for weights without a network: a saved file, the file the user named, Keras's cache."""
    if place.endswith(ENDING):
        saved = Path(place).expanduser()
        return Weights(saved) if saved.is_file() else None
    if named is not None:
        return Weights(weights.named(f"{PREFIX}/{place}", named))
    noted = _noted(builder_of(place))
    if not is_whole(noted):
        return None
    cached = weights.keras_cache() / _read(noted).file
    return Weights(cached) if cached.is_file() else None


def load(place: str, named: Path | None, progress: Progress) -> ImageEncoder:
    """Load a network; weights that are not on this machine are downloaded into Keras's cache.

    Raises
    ------
    EncoderError
        There is no such network or file, its weights are another's, or they cannot be downloaded.
    """
    if place.endswith(ENDING):
        return _load_saved(place, named, progress)
    builder = builder_of(place)
    name = f"{PREFIX}/{builder}"
    found = find(builder, named)
    if found is None:
        address = _address(builder)
        target = weights.keras_cache() / address.file
        path = target if target.is_file() else weights.fetch_file(name, address.url, target, progress)
        found = Weights(path)
    return _exported(name, found.path, "export", progress)


def _load_saved(place: str, named: Path | None, progress: Progress) -> ImageEncoder:
    if named is not None:
        raise EncoderError(f"encoder '{PREFIX}/{place}': the file holds its weights; got {named} too")
    found = find(place, None)
    if found is None:
        raise EncoderError(f"encoder '{PREFIX}/{place}': no file at {Path(place).expanduser()}")
    # A path of the user's machine has no business in a bundle.
    return _exported(f"{PREFIX}/{found.path.stem}", found.path, "export_saved", progress)


def _exported(name: str, source: Path, function: str, progress: Progress) -> ImageEncoder:
    weights_id = file_id(source)
    onnx_path = cached_export(
        name, weights_id, "function", source, f"{PROCESS}:{function}", name, progress=progress
    )
    dim = int(sessions.session(onnx_path, gpu=True).get_outputs()[0].shape[-1])
    return ImageEncoder(name, dim, None, weights_id, onnx_path)


def _address(builder: str) -> Address:
    """Ask Keras for the weights' address; the answer is kept for this version of it."""
    noted = _noted(builder)
    if not is_whole(noted):
        run_export("function", Path(builder), noted, f"{PROCESS}:write_address")
        keep(noted)
    return _read(noted)


def _noted(builder: str) -> Path:
    return cache_dir() / "keras" / f"{builder}-{version('keras')}.json"


def _read(noted: Path) -> Address:
    return Address(**json.loads(noted.read_text(encoding="utf-8")))
