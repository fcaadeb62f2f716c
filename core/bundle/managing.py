"""Rename and delete bundles together with the decisions about them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from core.bundle.decisions import decisions_of
from core.bundle.layout import MANIFEST
from core.bundle.listing import bundle_folders
from core.bundle.moving import remove
from core.bundle.reader import Bundle
from core.bundle.writer import write_manifest
from core.common.errors import BundleError

_NAME = re.compile(r"\w[\w .+-]{0,79}")


def checked_name(name: str) -> str:
    """Return a name that a bundle's folder may have, without spaces around it.

    Raises
    ------
    BundleError
        It may not have it.
    """
    name = name.strip()
    if not _NAME.fullmatch(name) or name.endswith((".", " ")):
        raise BundleError(f"expected a name of letters, digits, - and _, got '{name}'")
    return name


def new_path(root: Path, name: str) -> Path:
    """Return where a new bundle is to stand in a folder of bundles.

    Raises
    ------
    BundleError
        The name is none for a folder, or taken.
    """
    path = Path(root) / checked_name(name)
    if path.exists():
        raise BundleError(f"{path.name} already exists. Choose another name.")
    return path


def rename(path: Path, name: str) -> Path:
    """Give a bundle another name; its decisions and refits come along. Return its new folder.

    While it is being done, the decisions are one file under both names: a kill at any point loses none.

    Raises
    ------
    BundleError
        The name is none for a folder, or taken, or the bundle is damaged.
    """
    bundle, target = Bundle.open(path), new_path(path.parent, name)
    own = decisions_of(path)
    if own.exists():
        decisions_of(target).unlink(missing_ok=True)
        decisions_of(target).hardlink_to(own)
    for refit in _refits(path):
        of = refit.manifest.refit
        if of is not None:
            write_manifest(replace(refit.manifest, refit=replace(of, of=target.name)), refit.path / MANIFEST)
    write_manifest(replace(bundle.manifest, name=target.name), path / MANIFEST)
    path.rename(target)
    own.unlink(missing_ok=True)
    return target


def delete(path: Path) -> None:
    """Delete a bundle and the decisions about it; those that refits of it share stay."""
    shared = any(_refits(path))
    remove(path)
    if not shared:
        decisions_of(path).unlink(missing_ok=True)


def _refits(path: Path) -> Iterator[Bundle]:
    """Yield the sound bundles beside one that are refits of it."""
    for folder in bundle_folders(path.parent):
        try:
            bundle = Bundle.open(folder)
        except BundleError:
            continue
        if bundle.manifest.refit is not None and bundle.manifest.refit.of == path.name:
            yield bundle
