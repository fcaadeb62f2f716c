"""Find a model's weights on this machine, or download them, without hanging and with clear errors.

The order is the same for all encoders: what the user named, what comes with the installation, the machine's
usual caches, the network.
"""

from __future__ import annotations

import json
import os
import struct
import threading
from collections import Counter
from pathlib import Path

from core.common.errors import EncoderError
from core.common.files import atomic_path
from core.common.progress import Progress

ARTIFACTS = Path(__file__).resolve().parents[3] / "artifacts" / "encoder"
"""Weights that come with the code."""

CONNECT_SECONDS = 5
CHUNK = 1 << 20
LOCAL_COPY = "name a local copy with --weights"

Files = tuple[str | tuple[str, ...], ...]
"""Files that are needed together; of a tuple of names, the first that exists is enough."""


def named(name: str, weights: Path) -> Path:
    """Return the weights the user named for encoder `name`, checked to exist."""
    weights = Path(weights).expanduser()
    if not weights.exists():
        raise EncoderError(f"encoder '{name}': no weights at {weights}; check --weights")
    return weights


def keras_cache() -> Path:
    """Return the folder in which ``keras.applications`` keeps downloaded weights."""
    home = os.environ.get("KERAS_HOME")
    return (Path(home) if home else Path.home() / ".keras") / "models"


def hdf5_shapes(name: str, file: Path) -> Counter[tuple[int, ...]]:
    """Count each array shape in a file of Keras weights, without an optimizer's state.

    Raises
    ------
    EncoderError
        If it is not an HDF5 file, or a damaged one.
    """
    import h5py

    counts: Counter[tuple[int, ...]] = Counter()

    def count(path: str, item: object) -> None:
        if isinstance(item, h5py.Dataset) and not path.startswith("optimizer"):
            counts[item.shape] += 1

    try:
        with h5py.File(file) as content:
            content.visititems(count)
    except (OSError, RuntimeError):
        raise EncoderError(
            f"encoder '{name}': expected Keras weights in an HDF5 file (.h5), "
            f"but {file} is not one or is damaged"
        ) from None
    return counts


def safetensors_shapes(name: str, file: Path) -> dict[str, tuple[int, ...]]:
    """Return the shape of each tensor in a safetensors file, from its header: 8 bytes of length, then JSON.

    Raises
    ------
    EncoderError
        If it is not a safetensors file.
    """
    try:
        with file.open("rb") as content:
            (length,) = struct.unpack("<Q", content.read(8))
            header = json.loads(content.read(min(length, 1 << 24)))
        return {key: tuple(item["shape"]) for key, item in header.items() if key != "__metadata__"}
    except (struct.error, ValueError, TypeError, KeyError, AttributeError):
        raise EncoderError(f"encoder '{name}': {file} is not a safetensors file") from None


def alternatives(names: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return an element of `Files` as a tuple of names."""
    return (names,) if isinstance(names, str) else names


def find_on_hub_cache(repository: str, files: Files) -> Path | None:
    """Return the folder in the Hugging Face cache with all `files` of `repository`; None if there is none."""
    from huggingface_hub import try_to_load_from_cache

    folders = set()
    for names in map(alternatives, files):
        paths = [try_to_load_from_cache(repository, file) for file in names]
        here = [path for path in paths if isinstance(path, str)]
        if not here:
            return None
        folders.add(Path(here[0]).parent)
    return folders.pop() if len(folders) == 1 else None


def fetch_from_hub(name: str, repository: str, files: Files, progress: Progress) -> Path:
    """Download `files` of a Hugging Face repository and return their folder in the Hugging Face cache.

    Raises
    ------
    EncoderError
        If downloads are switched off (``HF_HUB_OFFLINE``), or the hub does not answer or does not have them.
    """
    import huggingface_hub
    from huggingface_hub import constants
    from huggingface_hub.errors import RemoteEntryNotFoundError

    def download(wanted: tuple[str, ...]) -> str:
        try:
            return huggingface_hub.hf_hub_download(repository, wanted[0], etag_timeout=CONNECT_SECONDS)
        except RemoteEntryNotFoundError:
            if len(wanted) == 1:
                raise
            return download(wanted[1:])

    # The hub's own client tries for half a minute before it gives up, so check first that the hub answers.
    require_network(name, constants.ENDPOINT)
    try:
        for done, names in enumerate(map(alternatives, files)):
            progress(f"Downloading {name}", done, len(files))
            path = download(names)
    except Exception as error:
        # The client passes on what its HTTP library raises, and that library differs between versions.
        raise unreachable(name, f"{repository} on {constants.ENDPOINT}", error) from None
    progress(f"Downloading {name}", len(files), len(files))
    return Path(path).parent


def fetch_file(name: str, url: str, target: Path, progress: Progress) -> Path:
    """Download `url` to `target` completely or not at all and return `target`; `progress` counts kilobytes.

    Raises
    ------
    EncoderError
        As for `fetch_from_hub`.
    """
    import urllib.request

    require_network(name, url)
    try:
        with urllib.request.urlopen(url, timeout=CONNECT_SECONDS) as answer, atomic_path(target) as temporary:
            total = int(answer.headers.get("Content-Length") or 0)
            done = 0
            with temporary.open("wb") as file:
                while chunk := answer.read(CHUNK):
                    done += file.write(chunk)
                    progress(f"Downloading {name}", done >> 10, max(done, total) >> 10)
            if done < total:
                raise OSError(f"the connection broke after {done} of {total} bytes")
    except OSError as error:
        raise unreachable(name, url, error) from None
    return target


def require_network(name: str, url: str, otherwise: str = LOCAL_COPY) -> None:
    """Check within seconds that a server answers.

    Parameters
    ----------
    name
        The encoder's, for messages.
    url
        The server.
    otherwise
        What the user can do without a network.

    Raises
    ------
    EncoderError
        If the network is switched off (``HF_HUB_OFFLINE=1``), or there is no answer.
    """
    import urllib.error
    import urllib.request

    if os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "TRUE", "YES", "ON"}:
        raise unreachable(name, url, "HF_HUB_OFFLINE is set", otherwise)
    problem: list[object] = ["no answer"]

    def ask() -> None:
        try:
            request = urllib.request.Request(url, method="HEAD")
            with urllib.request.urlopen(request, timeout=CONNECT_SECONDS):
                problem.clear()
        except urllib.error.HTTPError:
            problem.clear()  # a refusal is an answer: the download will say what is wrong
        except OSError as error:
            problem[0] = error

    # A DNS lookup can hang longer than the connection's timeout; the thread is then left behind.
    request_thread = threading.Thread(target=ask, daemon=True)
    request_thread.start()
    request_thread.join(2 * CONNECT_SECONDS)
    if problem:
        raise unreachable(name, url, problem[0], otherwise)


def unreachable(name: str, source: str, reason: object, otherwise: str = LOCAL_COPY) -> EncoderError:
    """Return the error that says what to do without a network."""
    text = (str(getattr(reason, "reason", reason)).splitlines() or [type(reason).__name__])[0]
    return EncoderError(
        f"encoder '{name}': its weights are not on this machine "
        f"and cannot be downloaded from {source} ({text}); connect to the network once, or {otherwise}"
    )
