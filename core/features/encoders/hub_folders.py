"""Folders that hold a model in a library's own layout: local ones, and those in the hub's cache."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from core.common.errors import EncoderError
from core.common.files import file_id
from core.common.progress import Progress
from core.features.encoders import weights

CONFIG = "config.json"
SETTINGS = ("*.json", "*.txt", "*.model")
SAFETENSORS = ("model*.safetensors", "*_*/model.safetensors")
TORCH = ("pytorch_model*.bin", "*_*/pytorch_model.bin")
OTHER_RUNTIMES = ("onnx/*", "openvino/*", "coreml/*")
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")


@dataclass(frozen=True)
class ModelFolder:
    """A model's files.

    Attributes
    ----------
    path
        The folder: configuration, weights, tokenizer.
    revision
        The hub's commit hash; None for a folder of the user's.
    """

    path: Path
    revision: str | None

    @property
    def files(self) -> list[Path]:
        """What a vector depends on: configuration and weights, safetensors rather than PyTorch's format."""
        found = [file for pattern in SETTINGS for file in self._matching(pattern)]
        for patterns in (SAFETENSORS, TORCH):
            if stored := [file for pattern in patterns for file in self._matching(pattern)]:
                return sorted({*found, *stored})
        return []

    @property
    def fingerprint(self) -> str:
        """First 16 hex digits of the SHA-256 of the names and contents of `files`."""
        parts = [f"{file.relative_to(self.path).as_posix()} {file_id(file)}" for file in self.files]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    def _matching(self, pattern: str) -> list[Path]:
        # Settings also lie in the folders of sentence-transformers' modules, such as 1_Pooling.
        folders = (pattern,) if "/" in pattern else (pattern, f"*_*/{pattern}")
        return [file for each in folders for file in self.path.glob(each) if file.is_file()]


def find(place: str) -> ModelFolder | None:
    """Look for a model without a network.

    Parameters
    ----------
    place
        A folder, or OWNER/NAME on the hub.
    """
    folder = Path(place).expanduser()
    if (folder / CONFIG).is_file():
        return ModelFolder(folder.resolve(), None)
    if not _REPOSITORY.fullmatch(place):
        return None
    from huggingface_hub import try_to_load_from_cache

    cached = try_to_load_from_cache(place, CONFIG)
    if not isinstance(cached, str):
        return None
    found = ModelFolder(Path(cached).parent, Path(cached).parent.name)
    return found if found.files else None


def obtain(name: str, place: str, progress: Progress) -> ModelFolder:
    """Return a model's folder, downloaded from the hub if it is not on this machine.

    Parameters
    ----------
    name
        The encoder's, for messages.
    place
        As for `find`.
    progress
        Told about a download.

    Raises
    ------
    EncoderError
        If `place` is neither, if the hub has no such model or does not answer, or if there are no weights.
    """
    found = find(place)
    if found is None:
        folder = Path(place).expanduser()
        if folder.is_dir() or not _REPOSITORY.fullmatch(place):
            got = f"{folder} without one" if folder.is_dir() else place
            raise EncoderError(
                f"encoder '{name}': expected OWNER/NAME on the Hugging Face hub or a folder with {CONFIG}, "
                f"got {got}"
            )
        found = _download(name, place, progress)
    if not found.files:
        wanted = " or ".join(patterns[0] for patterns in (SAFETENSORS, TORCH))
        raise EncoderError(f"encoder '{name}': expected {wanted} in {found.path}, got none")
    return found


def _download(name: str, repository: str, progress: Progress) -> ModelFolder:
    from huggingface_hub import constants, snapshot_download
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    copy = f"give a local folder in place of {repository}"
    weights.require_network(name, constants.ENDPOINT, copy)
    folder = Path()
    try:
        for done, patterns in enumerate((SETTINGS, SAFETENSORS, TORCH)):
            progress(f"Downloading {name}", done, 3)
            folder = Path(
                snapshot_download(
                    repository,
                    allow_patterns=list(patterns),
                    ignore_patterns=list(OTHER_RUNTIMES),
                    etag_timeout=weights.CONNECT_SECONDS,
                )
            )
            if ModelFolder(folder, None).files:
                break
    except GatedRepoError:
        raise EncoderError(
            f"encoder '{name}': its owner gives {repository} only to those who accept its terms on "
            f"{constants.ENDPOINT}/{repository}; do so, run 'hf auth login', and try again"
        ) from None
    except RepositoryNotFoundError:
        raise EncoderError(
            f"encoder '{name}': {constants.ENDPOINT} has no public model {repository}; check the name"
        ) from None
    except Exception as error:
        # The client passes on what its HTTP library raises, and that library differs between versions.
        raise weights.unreachable(name, f"{repository} on {constants.ENDPOINT}", error, copy) from None
    progress(f"Downloading {name}", 3, 3)
    return ModelFolder(folder, folder.name)
