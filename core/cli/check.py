"""``check``: whether a bundle is sound, in all its parts."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.cli.parser import Command
from core.common.errors import CoreError


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("bundle", type=Path, metavar="BUNDLE", help="its folder")


def _check(options: argparse.Namespace) -> None:
    from core.bundle.checking import faults_of
    from core.bundle.reader import Bundle

    if faults := faults_of(options.bundle):
        print("\n".join(faults), flush=True)
        raise CoreError(f"'{options.bundle}' has {len(faults)} fault{'s' if len(faults) > 1 else ''}")
    bundle = Bundle.open(options.bundle)
    manifest = bundle.manifest
    print(f"{options.bundle}: sound, {manifest.rows:,} products, {len(manifest.files)} files")


COMMAND = Command(
    "check",
    "check a bundle from somebody else: files, hashes, tables, arrays and models",
    _add_options,
    _check,
)
