"""A bundle's folder opened: its manifest is checked, its files when they are first used.

Every file of a bundle is reached through :meth:`OpenedFolder.file`, so that nothing is read that the manifest
does not list or that has another hash.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Self, TypeVar

from core.bundle.json_files import parse_json
from core.bundle.layout import MANIFEST
from core.bundle.manifest import Manifest
from core.bundle.mapped_tables import LARGE, mapped_table
from core.bundle.moving import recover
from core.bundle.protocol import check_protocol
from core.bundle.sealed import hash_problem, size_problem
from core.bundle.split_inflation import SplitInflation
from core.bundle.tables import read_table
from core.catalogue.account import Account
from core.catalogue.shared_by import SharedBy
from core.common.errors import BundleError, CoreError
from core.features.encoders.record import EncoderRecord

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Content = TypeVar("Content")
MOST_MANIFEST = 16 << 20
"""Bytes of a manifest."""
LONGEST_REASON = 200
MOST_ROWS = 20_000_000
"""Rows of a table whose length does not follow from the products."""
DAMAGE = (
    *(OSError, EOFError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError),
    *(MemoryError, zipfile.BadZipFile),
)
"""What libraries raise at files that are not as they should be, of anybody's making."""


class OpenedFolder:
    """What a bundle says of itself, and its files; `core.bundle.reader.Bundle` is the whole.

    Attributes
    ----------
    path
        The folder.
    manifest
        As it was checked.
    fingerprint
        First 16 hexadecimal digits of the SHA-256 of the manifest, which lists the hashes of all files.
    """

    def __init__(self, path: Path, manifest: Manifest, fingerprint: str) -> None:
        self.path = path
        self.manifest = manifest
        self.fingerprint = fingerprint

    @classmethod
    def open(cls, path: Path | str) -> Self:
        """Open the bundle in folder `path`.

        Raises
        ------
        BundleError
            No bundle is there, its manifest or a file is damaged, or it has another protocol.
        """
        path = Path(path)
        raw = _raw_manifest(path)
        manifest = _manifest(path, raw)
        for name, entry in manifest.files.items():
            if problem := size_problem(path, name, entry.bytes):
                raise BundleError(f"bundle '{path.name}' is damaged: {problem}; build it again")
        return cls(path, manifest, hashlib.sha256(raw).hexdigest()[:16])

    @property
    def name(self) -> str:
        """Name of the bundle, which is its folder's name when it was built."""
        return self.manifest.name

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the categories; a label is a position in this tuple."""
        return self.manifest.classes

    @property
    def modalities(self) -> tuple[str, ...]:
        """Those of text, image, fused that this bundle has."""
        return self.manifest.modalities

    @property
    def private(self) -> bool:
        """Whether names, descriptions and images were left out."""
        return self.manifest.private

    @property
    def synthetic(self) -> bool:
        """Whether the products were invented."""
        return self.manifest.data.synthetic

    @property
    def encoders(self) -> Mapping[str, EncoderRecord]:
        """Modality -> its encoder."""
        return self.manifest.encoders

    @property
    def account(self) -> Account:
        """Rows read, kept and set aside when the catalogue was read."""
        return self.manifest.account

    @property
    def placeholders(self) -> frozenset[str]:
        """Digests (`core.catalogue.images.digest.bytes_digest`) of images that show no product."""
        return frozenset(self.manifest.placeholders)

    @property
    def grouping(self) -> tuple[SharedBy, ...]:
        """What rows of one product share, and how many are kept together for it."""
        return self.manifest.grouping

    @property
    def split_inflation(self) -> SplitInflation | None:
        """How much a random split would flatter the scores; None where too few products are alike."""
        return self.manifest.split_inflation

    def file(self, name: str) -> Path:
        """Return the path of one of the bundle's files, which is the one that was written.

        Raises
        ------
        BundleError
            The manifest does not list it, or it is another file than that.
        """
        entry = self.manifest.files.get(name)
        if entry is None:
            raise BundleError(
                f"bundle '{self.name}' is damaged: {name} is not among its files; build it again"
            )
        file = self.path / name
        try:
            problem = size_problem(self.path, name, entry.bytes) or hash_problem(file, name, entry.sha256)
        except OSError as error:
            problem = f"{name} cannot be read ({error.strerror})"
        if problem:
            raise BundleError(f"bundle '{self.name}' is damaged: {problem}; build it again")
        return file

    def _read(self, name: str, reader: Callable[[Path], Content]) -> Content:
        """Read one file of the bundle; it is the one that was written, but that may be anybody's."""
        file = self.file(name)
        return self._made(name, lambda: reader(file))

    def _made(self, name: str, make: Callable[[], Content]) -> Content:
        """Return what `make` makes of files; whatever it stumbles over is damage of `name`."""
        try:
            return make()
        except CoreError as error:
            raise BundleError(f"bundle '{self.name}' is damaged: {error}; build it again") from error
        except DAMAGE as error:
            reason = " ".join(str(error).split())[:LONGEST_REASON] or type(error).__name__
            raise BundleError(
                f"bundle '{self.name}' is damaged: {name} cannot be read ({reason}); build it again"
            ) from error

    def _sound(self, check: Callable[[], Content]) -> Content:
        """Return what `check` returns; whatever it finds wrong is damage of the bundle."""
        try:
            return check()
        except BundleError as error:
            raise BundleError(f"bundle '{self.name}' is damaged: {error}; build it again") from error

    def _table(
        self, name: str, check: Callable[[pd.DataFrame], pd.DataFrame], rows: int | None = None
    ) -> pd.DataFrame:
        """Read a table that `check` returns or finds wrong; it must have so many rows where that is given.

        Of a large bundle it is mapped into memory.
        """
        import pyarrow as pa

        def read() -> pd.DataFrame:
            frame = self._read(name, lambda file: read_table(file, rows, MOST_ROWS))
            return self._sound(lambda: check(frame))

        if not self.is_large:
            return read()
        packed = self._mapped(name, lambda: pa.Table.from_pandas(read(), preserve_index=False))
        frame: pd.DataFrame = packed.to_pandas(split_blocks=True)
        return frame

    @property
    def is_large(self) -> bool:
        """Whether its tables are mapped into memory instead of read."""
        return self.manifest.rows >= LARGE

    def _mapped(self, name: str, make: Callable[[], pa.Table], of: str = "") -> pa.Table:
        """Return a mapped table, made from the bundle's file `name`; `of` tells several of one file apart."""
        self.file(name)
        manifest = self.manifest
        key = manifest.files[name].sha256, manifest.rows, manifest.classes, manifest.modalities
        return mapped_table(self.path, PurePosixPath(name).stem + of, key, make)


def _raw_manifest(path: Path) -> bytes:
    file = path / MANIFEST
    try:
        recover(path)
        if not file.is_file():
            raise BundleError(
                f"no bundle in '{path}': it has no {MANIFEST} (make one with: python -m core build)"
            )
        if file.is_symlink() or file.stat().st_size > MOST_MANIFEST:
            raise BundleError(
                f"bundle '{path.name}' is damaged: {MANIFEST} is a link or too large; build it again"
            )
        return file.read_bytes()
    except (OSError, ValueError) as error:  # a path with a null byte is a ValueError
        raise BundleError(f"no bundle in '{path}': it cannot be read ({error})") from error


def _manifest(path: Path, raw: bytes) -> Manifest:
    """Read the manifest of the bundle at `path`, its protocol first."""
    try:
        content = parse_json(raw)
    except ValueError as error:
        raise BundleError(f"bundle '{path.name}' is damaged: {MANIFEST}: {error}; build it again") from error
    if isinstance(content, dict):
        check_protocol(path, content)
    try:
        return Manifest.read(content)
    except BundleError as error:
        raise BundleError(f"bundle '{path.name}' is damaged: {error}; build it again") from error
