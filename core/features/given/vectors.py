"""Vectors that a user brings in place of an encoder: joined with products by id."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import numpy as np

from core.common.errors import EncoderError
from core.common.files import file_id, temporary_folder
from core.common.progress import Progress, silent
from core.common.spreadsheet import own_text
from core.features.encoders.encoder import Encoder, normalised
from core.features.given.blocks import Block, read_blocks
from core.features.given.findings import EXAMPLES, Finding, Findings
from core.features.vectors import Features

if TYPE_CHECKING:
    import pandas as pd

GIVEN = "given"
"""Name of the encoder in a bundle."""
STAGE = "Reading vectors"


class GivenVectors(Encoder):
    """The vectors of one file, scaled to length 1; use `open_vectors`.

    They lie in a temporary file on disk, so that memory holds the ids alone. Nothing can be encoded with it.

    Attributes
    ----------
    file
        Where they come from.
    findings
        What is the matter with them.
    """

    name, preprocessing, bundled = GIVEN, 1, True

    def __init__(
        self,
        file: Path,
        modality: str,
        weights_id: str,
        rows: dict[str, int],
        vectors: np.ndarray,
        findings: Findings,
        folder: tempfile.TemporaryDirectory[str],
    ) -> None:
        self.file = file
        self.modality = modality
        self.weights_id = weights_id
        self.dim = vectors.shape[1]
        self.findings = findings
        self._rows = rows
        self._by_name = _by_name(rows)
        self._vectors = vectors
        self._folder = folder  # removed with this

    def encode(self, items: Sequence[Any]) -> np.ndarray:
        """Raise EncoderError: what made the vectors is not here."""
        raise EncoderError(
            f"the {self.modality} vectors come from {self.file.name}; what made them is not here, so that "
            f"nothing new can be encoded"
        )

    def features(self, table: pd.DataFrame, images_per_product: int = 1) -> Features:
        """Return the vectors of products; one that has none counts as without text or image.

        A product's vector is that of its sku, else of its images: the first, or the mean of several.

        Parameters
        ----------
        table
            Columns ``sku``, ``image`` and ``images``.
        images_per_product
            How many images of a product count.
        """
        vectors = np.zeros((len(table), self.dim), dtype=np.float32)
        present = np.zeros(len(table), dtype=bool)
        for number, found in enumerate(self._found(table, images_per_product)):
            if found:
                own = self._vectors[found]
                vectors[number] = own[0] if len(found) == 1 else normalised(own.mean(axis=0)[None])[0]
                present[number] = True
        return Features(vectors, present)

    def has(self, table: pd.DataFrame) -> np.ndarray:
        """Return which products have a vector, bool (n,)."""
        return np.array([bool(found) for found in self._found(table, 1)], dtype=bool)

    def lines(self, table: pd.DataFrame) -> Iterator[str]:
        """Yield what its owner should know: what was found, and how it fits these products.

        Raises
        ------
        EncoderError
            None of the products has a vector.
        """
        lacking, used = Finding(), set()
        for sku, found in zip(table["sku"], self._found(table, 1), strict=True):
            used.update(found)
            if not found:
                lacking.add(str(sku))
        what = f"{self.modality} vectors from {self.file.name}"
        if lacking.count == len(table):
            raise EncoderError(
                f"{what}: none of {len(table):,} products has one; its ids are such as "
                f"{', '.join(list(self._rows)[:EXAMPLES])}, those of the products such as "
                f"{', '.join(table['sku'].head(EXAMPLES))}"
            )
        yield f"{what}: {len(self._rows):,} of {self.dim} numbers"
        for line in self.findings.lines(self.dim):
            yield f"  {line}"
        for line in lacking.line(
            f"product has none and counts as without {self.modality}",
            f"of {len(table):,} products have none and count as without {self.modality}",
        ):
            yield f"  {line}"
        others = Finding()
        for name, row in self._rows.items():
            if row not in used:
                others.add(name)
        for line in others.line("is of no product that is kept", "are of no product that is kept"):
            yield f"  {line}"

    def _found(self, table: pd.DataFrame, most: int) -> Iterator[list[int]]:
        """Yield the rows of each product's vectors: of its sku, else of `most` of its images."""
        from core.catalogue.images.lists import unpacked

        for sku, image, images in zip(table["sku"], table["image"], table["images"], strict=True):
            if str(sku) in self._rows:
                yield [self._rows[str(sku)]]
                continue
            named = (self._of_image(name) for name in unpacked(image, images) if name)
            yield list(dict.fromkeys(row for row in named if row is not None))[:most]

    def _of_image(self, image: str) -> int | None:
        for name in (image, *_names(image)):
            row = self._rows.get(name, self._by_name.get(name))
            if row is not None:
                return row
        return None


def open_vectors(file: Path, modality: str, progress: Progress = silent) -> GivenVectors:
    """Read a file of vectors.

    Rows of another length than the first, with NaN or infinity, or of an id that was there before are left
    out and counted (`Findings`).

    Parameters
    ----------
    file
        ``.npy`` with ids beside it, ``.npz``, ``.parquet`` or ``.csv`` (`core.features.given.blocks`).
    modality
        text or image: what they stand for.
    progress
        Told how many rows are read.

    Raises
    ------
    EncoderError
        The file is missing or none of these, or has no vector.
    """
    folder = temporary_folder()
    spool, findings, rows = Path(folder.name, "vectors.f32"), Findings(), dict[str, int]()
    dim = 0
    with spool.open("wb") as out:
        for block in read_blocks(file):
            dim = dim or block.vectors.shape[1]
            kept = _kept(block, dim, rows, findings)
            out.write(normalised(block.vectors[kept]).tobytes())
            progress(STAGE, findings.rows, findings.rows + 1)
    progress(STAGE, findings.rows, findings.rows)
    if not rows:
        why = "; ".join(findings.lines(dim)) or "it is empty"
        raise EncoderError(f"{file.name}: no vector can be used: {why}")
    vectors = np.memmap(spool, dtype=np.float32, mode="r", shape=(len(rows), dim))
    return GivenVectors(file, modality, file_id(file), rows, vectors, findings, folder)


def with_vectors(given: Iterable[GivenVectors]) -> Callable[[pd.DataFrame], np.ndarray]:
    """Return what says of a table which products have a vector in one of the files, bool (n,)."""
    files = list(given)

    def content(table: pd.DataFrame) -> np.ndarray:
        some = np.zeros(len(table), dtype=bool)
        for own in files:
            some |= own.has(table)
        return some

    return content


def _kept(block: Block, dim: int, rows: dict[str, int], findings: Findings) -> list[int]:
    """Return the rows of a block that can be used, and give their ids the next numbers."""
    right = block.vectors.shape[1] == dim
    finite = np.isfinite(block.vectors).all(axis=1)
    zeros = np.asarray(~block.vectors.any(axis=1))
    kept = []
    for number, written in enumerate(block.ids):
        name = own_text(written).strip()
        if name in rows:
            findings.repeated.add(name)
        elif number in block.wrong or not right:
            findings.wrong.add(name, block.wrong.get(number, f"{block.vectors.shape[1]} numbers"))
        elif not finite[number]:
            findings.not_finite.add(name)
        elif zeros[number] or not name:
            findings.zeros.add(name)
        else:
            rows[name] = len(rows)
            kept.append(number)
    findings.rows += len(block.ids)
    return kept


def _by_name(rows: dict[str, int]) -> dict[str, int]:
    """Return file name -> row of the ids that are paths or names of images, with and without ending."""
    by_name: dict[str, int] = {}
    for written, row in rows.items():
        for name in _names(written):
            if name != written:
                by_name.setdefault(name, row)
    return by_name


def _names(path: str) -> tuple[str, str]:
    """Return a path's file name with and without its ending."""
    pure = PurePosixPath(path.replace("\\", "/"))
    is_image = pure.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff")
    return pure.name, pure.stem if is_image else pure.name
