"""Which bundles there are in a folder, damaged ones included."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.bundle.layout import MANIFEST, ROOT
from core.bundle.moving import recover_all
from core.bundle.reader import Bundle
from core.common.errors import BundleError


@dataclass(frozen=True)
class BundleInfo:
    """A line of the list of bundles.

    `refit_of` names the bundle that a refit came from; `problem` says why one cannot be opened.
    """

    name: str
    path: Path
    created: str = ""
    rows: int = 0
    classes: int = 0
    synthetic: bool = False
    private: bool = False
    refit_of: str = ""
    problem: str | None = None


def list_bundles(root: Path | str = ROOT) -> list[BundleInfo]:
    """List the bundles in folder `root`, by name."""
    return [bundle_info(folder) for folder in bundle_folders(root)]


def bundle_folders(root: Path | str = ROOT) -> list[Path]:
    """List the folders in folder `root` that hold a bundle, by name; hidden folders are builds under way."""
    if not Path(root).is_dir():
        return []
    recover_all(Path(root))
    folders = sorted(folder for folder in Path(root).iterdir() if not folder.name.startswith("."))
    return [folder for folder in folders if _holds_bundle(folder)]


def _holds_bundle(folder: Path) -> bool:
    try:
        return (folder / MANIFEST).is_file()
    except OSError:  # a folder that may not be looked into
        return False


def bundle_info(folder: Path) -> BundleInfo:
    """Describe the bundle in a folder, or say what is wrong with it."""
    try:
        bundle = Bundle.open(folder)
    except BundleError as error:
        return BundleInfo(folder.name, folder, problem=str(error))
    manifest = bundle.manifest
    return BundleInfo(
        name=folder.name,
        path=folder,
        created=manifest.created,
        rows=manifest.rows,
        classes=len(manifest.classes),
        synthetic=bundle.synthetic,
        private=bundle.private,
        refit_of="" if manifest.refit is None else manifest.refit.of,
    )
