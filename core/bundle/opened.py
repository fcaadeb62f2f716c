"""A bundle's folder opened: its manifest is checked, its files are read when they are first used."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

from core.bundle.layout import MANIFEST
from core.bundle.manifest import Manifest
from core.bundle.moving import recover
from core.bundle.protocol import check_protocol
from core.bundle.split_inflation import SplitInflation
from core.catalogue.account import Account
from core.catalogue.shared_by import SharedBy
from core.common.errors import BundleError
from core.features.encoders.record import EncoderRecord

if TYPE_CHECKING:
    import pandas as pd

Content = TypeVar("Content")


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
        recover(path)
        file = path / MANIFEST
        if not file.is_file():
            raise BundleError(
                f"no bundle in '{path}': it has no {MANIFEST} (make one with: python -m core build)"
            )
        raw = file.read_bytes()
        manifest = _manifest(path, raw)
        for name, entry in manifest.files.items():
            part = path / name
            if not part.is_file() or part.stat().st_size != entry.bytes:
                raise BundleError(
                    f"bundle '{path.name}' is damaged: {name} is missing or cut short; build it again"
                )
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

    def _read(self, name: str, reader: Callable[[Path], Content]) -> Content:
        """Read one file of the bundle; the size was checked, the content may still be damaged."""
        try:
            return reader(self.path / name)
        except (OSError, EOFError, ValueError, zipfile.BadZipFile) as error:
            raise BundleError(
                f"bundle '{self.name}' is damaged: {name} cannot be read; build it again"
            ) from error

    def _sound(self, check: Callable[[], Content]) -> Content:
        """Return what `check` returns; whatever it finds wrong is damage of the bundle."""
        try:
            return check()
        except BundleError as error:
            raise BundleError(f"bundle '{self.name}' is damaged: {error}; build it again") from error

    def _table(self, name: str) -> pd.DataFrame:
        import pandas as pd

        return self._read(name, pd.read_parquet)


def _manifest(path: Path, raw: bytes) -> Manifest:
    """Read the manifest of the bundle at `path`, its protocol first."""
    try:
        content = json.loads(raw)
    except ValueError as error:
        raise BundleError(f"bundle '{path.name}' is damaged: {MANIFEST}: {error}; build it again") from error
    if isinstance(content, dict):
        check_protocol(path, content)
    try:
        return Manifest.read(content)
    except BundleError as error:
        raise BundleError(f"bundle '{path.name}' is damaged: {error}; build it again") from error
