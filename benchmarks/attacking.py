"""What the campaigns of `attack` share: a place to attack, damage, and processes to kill."""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]


class FaultError(Exception):
    """What an attack got through with."""


class Place:
    """A temporary folder with what attacks change: a bundle, tables and images.

    Parameters
    ----------
    folder, bundle
        The folder; a bundle to copy.
    held
        Ends what outlives a try, such as a server.
    """

    def __init__(self, folder: Path, bundle: Path, held: ExitStack) -> None:
        self.folder = folder
        self.held = held
        self.server: tuple[int, subprocess.Popen[bytes]] | None = None
        self.bundle = bundle
        self.artifacts = folder / "artifacts"
        self.images = [_image(kind) for kind in ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")]
        self.tables = [(f"t.{kind}", _table(kind)) for kind in ("csv", "json", "parquet", "xlsx", "xml")]

    def copy(self) -> Path:
        """Return a fresh copy of the bundle."""
        shutil.rmtree(self.artifacts, ignore_errors=True)
        copied: Path = shutil.copytree(self.bundle, self.artifacts / "target")
        return copied


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Return bytes with some turned around, replaced, repeated or cut off."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 20))):
        if not changed:
            break
        at = chance.randrange(len(changed))
        what = chance.random()
        if what < 0.5:
            changed[at] ^= 1 << chance.randrange(8)
        elif what < 0.7:
            changed[at : at + chance.randint(1, 50)] = bytes(chance.randint(0, 50))
        elif what < 0.8:
            changed[at:at] = changed[at : at + 200] * chance.randint(1, 20)
        else:
            del changed[at:]
    return bytes(changed)


def process(code: str, *arguments: str | Path, say_begun: bool = False) -> subprocess.Popen[bytes]:
    """Start a Python process that can import this project; wait for its first line if it says one."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    started = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    if started.stdout is not None and say_begun:
        started.stdout.readline()
    return started


def _image(kind: str) -> bytes:
    pixels = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, kind)
    return written.getvalue()


def _table(kind: str) -> bytes:
    import pandas as pd

    rows = [{"sku": f"A{n}", "name": f"a mug {n}", "category": "Mugs", "price": n} for n in range(30)]
    frame, written = pd.DataFrame(rows), io.BytesIO()
    if kind == "csv":
        return frame.to_csv(index=False).encode()
    if kind == "json":
        return json.dumps(rows).encode()
    if kind == "xml":
        items = "".join(f"<item><id>{row['sku']}</id><title>{row['name']}</title></item>" for row in rows)
        return f"<rss><channel>{items}</channel></rss>".encode()
    frame.to_parquet(written) if kind == "parquet" else frame.to_excel(written, index=False)
    return written.getvalue()
