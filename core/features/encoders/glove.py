"""GloVe: the mean of the vectors of a text's known words, 100 numbers per text.

Pennington, Socher and Manning 2014, https://nlp.stanford.edu/projects/glove/: 400,000 lower-case English
words, trained on Wikipedia 2014 and Gigaword 5. The file has one line per word, the most frequent first: the
word and its 100 numbers, separated by single spaces.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import zipfile
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, cast

import numpy as np

from core.common.errors import EncoderError
from core.common.files import atomic_path
from core.common.kept_files import forget, is_whole, keep
from core.common.progress import Progress
from core.features.encoders import weights, word_mean
from core.features.encoders.encoder import EncoderEntry, Weights
from core.features.encoders.text import TextEncoder
from core.onnx.export import cached_path

NAME = "glove"
DIM = 100
FILE = "glove.6B.100d.txt"
ARCHIVE = "glove.6B.zip"
REPOSITORY = "stanfordnlp/glove"
BOM = b"\xef\xbb\xbf"


def find(named: Path | None) -> Weights | None:
    """Look for vectors: what the user named, ``artifacts/encoder/``, the archive in the Hugging Face cache.

    The user may name the file, the archive that holds it, or a folder with either.
    """
    if named is not None:
        path = weights.named(NAME, named)
        inside = [path / file for file in (FILE, ARCHIVE) if (path / file).is_file()]
        if path.is_dir() and not inside:
            raise EncoderError(f"encoder '{NAME}': expected a folder with {FILE} or {ARCHIVE}, got {path}")
        return Weights(inside[0] if path.is_dir() else path)
    own = weights.ARTIFACTS / FILE
    if own.is_file():
        return Weights(own, bundled=True)
    folder = weights.find_on_hub_cache(REPOSITORY, (ARCHIVE,))
    return Weights(folder / ARCHIVE) if folder else None


def load(named: Path | None, progress: Progress) -> TextEncoder:
    """Load GloVe; if it is not on this machine, the archive is downloaded into the Hugging Face cache.

    Raises
    ------
    EncoderError
        If the file is damaged, holds other vectors, or cannot be found or downloaded.
    """
    source = find(named)
    if source is None:
        source = Weights(weights.fetch_from_hub(NAME, REPOSITORY, (ARCHIVE,), progress) / ARCHIVE)
    weights_id = content_id(source.path)
    onnx_path = cached_path(NAME, weights_id)
    if not is_whole(onnx_path):
        forget(onnx_path)
        progress(f"Preparing {NAME}", 0, 1)
        vectors = read_vectors(source.path)
        with atomic_path(onnx_path) as temporary:
            word_mean.write(list(vectors), np.stack(list(vectors.values())), temporary)
        keep(onnx_path)
        progress(f"Preparing {NAME}", 1, 1)
    return TextEncoder(NAME, DIM, weights_id, onnx_path, bundled=source.bundled)


def read_vectors(path: Path, words: Collection[str] | None = None) -> dict[str, np.ndarray]:
    """Read word vectors: word -> float32 (100,), not of length 1, the most frequent word first.

    Parameters
    ----------
    path
        The text file, or the archive that holds it (``find(None)`` says where it is on this machine).
    words
        Read only these, which is many times faster; words that are not in the file are left out. None: all.
        If a word occurs twice, its first vector is read.

    Raises
    ------
    EncoderError
        If the file is damaged, or its vectors do not have 100 numbers; the error names the line.
    """
    wanted = None if words is None else frozenset(words)
    vectors: dict[str, np.ndarray] = {}
    with _opened(path) as file:
        for number, line in enumerate(file, 1):
            line = (line.removeprefix(BOM) if number == 1 else line).rstrip()
            if not line:
                continue
            word = line.partition(b" ")[0].decode("utf-8", "replace")
            # A line with too few numbers is damaged, wanted or not; with too many, its word may have spaces.
            if number > 1 and wanted is not None and word not in wanted and line.count(b" ") >= DIM:
                continue
            word, vector = _parsed(line, f"{Path(path).name}, line {number}")
            if wanted is None or word in wanted:
                vectors.setdefault(word, vector)
    if not vectors and wanted is None:
        raise EncoderError(f"encoder '{NAME}': {path}: expected lines of a word and {DIM} numbers, got none")
    return vectors


def content_id(path: Path) -> str:
    """Return the first 16 hex digits of the SHA-256 of the text, whether it is in an archive or not.

    Raises
    ------
    EncoderError
        If the archive is damaged, or does not hold the file.
    """
    digest = hashlib.sha256()
    with _opened(path) as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()[:16]


def _parsed(line: bytes, where: str) -> tuple[str, np.ndarray]:
    """Return the word and the float32 (100,) vector of a line; the word may contain spaces."""
    word, _, rest = line.partition(b" ")
    vector = _numbers(rest)
    if vector is None:
        word = line.rsplit(b" ", DIM)[0]
        vector = _numbers(line[len(word) + 1 :])
    if vector is None or len(vector) != DIM or not word or not np.isfinite(vector).all():
        numbers = "others" if vector is None or len(vector) == DIM else str(len(vector))
        raise EncoderError(f"encoder '{NAME}': {where}: expected a word and {DIM} numbers, got {numbers}")
    return word.decode("utf-8", "replace"), vector


def _numbers(text: bytes) -> np.ndarray | None:
    """Return numbers separated by spaces as float32; None if there is anything else between them."""
    try:
        return np.fromstring(text, dtype=np.float32, sep=" ")
    except ValueError:
        return None


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """Open the text for reading, in its archive if it is in one."""
    path = Path(path)
    if path.suffix.lower() != ".zip":
        with path.open("rb") as file:
            yield file
        return
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if Path(name).name == FILE]
            if not names:
                held = ", ".join(archive.namelist()[:5]) or "nothing"
                raise EncoderError(f"encoder '{NAME}': {path}: expected {FILE} in it, got {held}")
            with archive.open(names[0]) as member:
                yield io.BufferedReader(cast(zipfile.ZipExtFile, member), 1 << 20)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise EncoderError(
            f"encoder '{NAME}': expected a whole zip file, but {path} is not one or is incomplete ({error})"
        ) from None


ENTRIES = (
    EncoderEntry(
        name=NAME,
        modality="text",
        dim=DIM,
        licence="PDDL-1.0",
        size_mb=347,
        origin=f"{FILE} of nlp.stanford.edu/projects/glove, or {ARCHIVE} (862 MB) of {REPOSITORY} "
        "on the Hugging Face hub",
        find=find,
        factory=load,
    ),
)
