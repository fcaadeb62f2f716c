"""Attacks on Product Lens, many of each kind, with counts: ``make attack``.

Each try is made of a seed, so that a fault can be repeated: ``--campaign NAME --first SEED --tries 1``. A try
is handled if it is refused in one clear line, or does no harm; everything else is a fault.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import re
import signal
import sys
import tempfile
import time
import warnings
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.attack_jobs import jobs  # noqa: E402
from benchmarks.attack_load import load  # noqa: E402
from benchmarks.attack_pages import pages  # noqa: E402
from benchmarks.attacking import FaultError, Place, damaged, process  # noqa: E402
from core.bundle.checking import faults_of  # noqa: E402
from core.bundle.listing import list_bundles  # noqa: E402
from core.bundle.sealed import file_hash  # noqa: E402
from core.catalogue.images.decoding import open_image  # noqa: E402
from core.catalogue.upload import receive  # noqa: E402
from core.common.access import access  # noqa: E402
from core.common.errors import CoreError  # noqa: E402
from core.common.escaping import html, markdown, plotly  # noqa: E402
from core.common.meter import Meter  # noqa: E402

MOST_MB = 1200
"""What one try may add to the memory of the process."""
MOST_SECONDS = 60
ODD = (None, -1, 0, 10**300, 1e308, "", "../x", "\x00", [], {}, [[]], True, "NaN", 1.5, "x" * 10_000)
REPLACING = """
import shutil, sys, time
from pathlib import Path
from core.bundle.moving import building, replace
path = Path(sys.argv[1])
print("begun", flush=True)
while True:
    with building(path) as folder:
        shutil.copytree(path, folder, dirs_exist_ok=True)
        replace(path, folder)
"""
FULL = """
import resource, shutil, signal, sys
from pathlib import Path
from core.bundle.moving import building, replace
path, most = Path(sys.argv[1]), int(sys.argv[2])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
try:
    with building(path) as folder:
        shutil.copytree(path, folder, dirs_exist_ok=True)
        replace(path, folder)
except (OSError, shutil.Error):
    pass
"""


@dataclass
class Count:
    """What came of a campaign."""

    tried: int = 0
    handled: int = 0
    faults: list[str] = field(default_factory=list)


def bundles(place: Place, chance: random.Random) -> None:
    """Damage a bundle's files or its manifest, and make the manifest fit as somebody would who means harm."""
    copy = place.copy()
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    if chance.random() < 0.5:
        _change(manifest, chance)
    else:
        name = chance.choice(sorted(manifest["files"]))
        content = damaged((copy / name).read_bytes(), chance)
        (copy / name).write_bytes(content)
        if chance.random() < 0.7:
            manifest["files"][name] = {"bytes": len(content), "sha256": file_hash(copy / name)}
    (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    if any("\n" in line for line in faults_of(copy)):
        raise FaultError("a fault of several lines")
    if len(list_bundles(place.artifacts)) != 1:
        raise FaultError("the list lost a bundle")


def tables(place: Place, chance: random.Random) -> None:
    """Upload a damaged product table."""
    name, content = chance.choice(place.tables)
    receive(name, damaged(content, chance))


def archives(place: Place, chance: random.Random) -> None:
    """Upload a zip with odd names, deep folders, large or damaged entries."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(chance.randint(0, 20)):
            odd = ("../", "/", "C:/", "a/" * chance.randint(1, 20_000), "\\\\host\\", "é", "x" * 200)
            name = f"{chance.choice(odd)}{number}.jpg"
            size = chance.choice((0, 10, 1000, 30_000_000))
            archive.writestr(name, b"\0" * size if chance.random() < 0.5 else chance.choice(place.images))
    content = written.getvalue()
    if chance.random() < 0.5:
        content = damaged(content, chance)
    receive("t.csv", b"name,image\na,0.jpg\nb,../../etc/passwd\n", content)


def images(place: Place, chance: random.Random) -> None:
    """Decode a damaged image."""
    open_image(damaged(chance.choice(place.images), chance), chance.choice((None, 32, 224)))


def texts(place: Place, chance: random.Random) -> None:
    """Show a text made of signs that mean something."""
    words = ("http://", "www.", ":material/", "&lt;", "<a href=", "%{x}")
    signs = (*"![]()<>*_`~$:#|&;-+=.1@\\/%{} \n\t", *words)
    text = "".join(chance.choice([*signs, "a", "Z", "é"]) for _ in range(chance.randint(1, 60)))
    if re.search(r"[\[\]$`*_<>#~^]|:\S", re.sub(r"\\.", "", markdown(text))):
        raise FaultError(f"Markdown: {text!r}")
    if re.search(r"[<>'\"]", html(text)) or re.search(r"[<>]|%\{", plotly(text)):
        raise FaultError(f"HTML: {text!r}")


def places(place: Place, chance: random.Random) -> None:
    """Ask for a folder, or a table in it, that may not be read or that a link leads out of."""
    allowed, secret = place.folder / "allowed", place.folder / "secret"
    for folder in (secret, allowed / "shop", allowed / "linked"):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "products.csv").write_text("name\na\n", encoding="utf-8")
    link = allowed / "linked" / "images"
    if not link.is_symlink():
        link.symlink_to(secret)
        os.mkfifo(allowed / "pipe")
    rules = access({"PRODUCT_LENS_MODE": "team", "PRODUCT_LENS_ROOTS": str(allowed)})
    parts = ("..", ".", "shop", "etc", "passwd", "~", "proc", "self", "environ", "\0", "//", "x" * 300)
    inner = ("pipe", "linked", "linked/products.csv", "linked/images", "linked/images/products.csv")
    asked = "/".join(chance.choice(parts) for _ in range(chance.randint(1, 6)))
    if chance.random() < 0.3:
        asked = "./" * chance.randint(0, 3) + "shop/../" * chance.randint(0, 3) + chance.choice(inner)
    path = rules.catalogue(chance.choice(("", "/", f"{allowed}/")) + asked)
    if not path.is_relative_to(allowed.resolve()) or path.name == "pipe" or "linked" in path.parts:
        raise FaultError(f"{asked!r} led to {path}")


def hosts(place: Place, chance: random.Random) -> None:
    """Ask under a foreign name that looks like an own one."""
    own = chance.choice(("localhost", "127.0.0.1", "lens.example.com"))
    foreign = chance.choice(
        (f"{own}.evil.example", f"evil-{own}", f"{own}@evil.example", f"evil.example/{own}", "[::2]")
    )
    rules = access({"PRODUCT_LENS_HOSTS": "lens.example.com"})
    if rules.answers_to(f"{foreign}:{chance.randint(1, 65535)}") or not rules.answers_to(f"{own}:8501"):
        raise FaultError(foreign)


def kills(place: Place, chance: random.Random) -> None:
    """Kill a process while it replaces a bundle; the next one that looks must find it whole."""
    copy = place.copy()
    replacing = process(REPLACING, copy, say_begun=True)
    time.sleep(chance.random() * 0.2)
    replacing.send_signal(signal.SIGKILL)
    replacing.wait()
    if [info.problem for info in list_bundles(place.artifacts)] != [None] or faults_of(copy):
        raise FaultError("the bundle is lost or damaged")


def full_disks(place: Place, chance: random.Random) -> None:
    """Replace a bundle where no file may grow beyond some size."""
    copy = place.copy()
    process(FULL, copy, str(chance.randint(0, 200_000))).wait()
    if faults_of(copy) or [entry.name for entry in place.artifacts.iterdir()] != ["target"]:
        raise FaultError(f"left: {sorted(entry.name for entry in place.artifacts.iterdir())}")


CAMPAIGNS: dict[str, tuple[Callable[[Place, random.Random], None], int]] = {
    "bundles": (bundles, 250),
    "tables": (tables, 300),
    "archives": (archives, 150),
    "images": (images, 400),
    "texts": (texts, 2000),
    "places": (places, 500),
    "hosts": (hosts, 500),
    "kills": (kills, 60),
    "full disks": (full_disks, 30),
    "jobs": (jobs, 60),
    "pages": (pages, 100),
    "load": (load, 40),
}
"""Name -> attack, and how many tries it usually has."""


def run(attack: Callable[[Place, random.Random], None], place: Place, seeds: range) -> Count:
    """Make the tries of some seeds and count what came of them."""
    count = Count()
    for seed in seeds:
        count.tried += 1
        try:
            with Meter() as meter:
                try:
                    attack(place, random.Random(seed))
                except CoreError as refusal:
                    if "\n" in str(refusal).strip():
                        raise FaultError(f"a refusal of several lines: {refusal}") from refusal
            if meter.peak_mb > MOST_MB or meter.seconds > MOST_SECONDS:
                raise FaultError(f"{meter.peak_mb:.0f} MB, {meter.seconds:.0f} s")
            count.handled += 1
        except Exception as fault:
            count.faults.append(f"seed {seed}: {type(fault).__name__}: {' '.join(str(fault).split())[:150]}")
    return count


def _change(content: object, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 3)):
        inner = content
        while isinstance(inner, dict | list) and inner:
            key = chance.choice(list(inner)) if isinstance(inner, dict) else chance.randrange(len(inner))
            if not isinstance(inner[key], dict | list) or not inner[key] or chance.random() < 0.2:
                inner[key] = chance.choice(ODD)
                break
            inner = inner[key]


def main(arguments: list[str] | None = None) -> int:
    """Run the campaigns and print the table; return 1 if there was a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--bundle", type=Path, default=ROOT / "artifacts" / "flipkart", help="copied, never changed"
    )
    parser.add_argument("--campaign", choices=CAMPAIGNS, action="append", help="default: all")
    parser.add_argument("--tries", type=int, help="of each campaign (default: 30 to 2,000)")
    parser.add_argument("--first", type=int, default=0, metavar="SEED", help="seed of the first try")
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")  # Pillow's, of damaged images
    print(f"{'campaign':12}{'tried':>8}{'handled':>9}{'faults':>8}{'seconds':>9}")
    counts = []
    with tempfile.TemporaryDirectory(prefix="attack-") as folder, ExitStack() as held:
        place = Place(Path(folder), options.bundle, held)
        for name in options.campaign or CAMPAIGNS:
            attack, usual = CAMPAIGNS[name]
            started = time.perf_counter()
            count = run(attack, place, range(options.first, options.first + (options.tries or usual)))
            took = time.perf_counter() - started
            print(f"{name:12}{count.tried:8,}{count.handled:9,}{len(count.faults):8,}{took:9.0f}", flush=True)
            counts.append(count)
    faults = [fault for count in counts for fault in count.faults]
    print(f"{'all':12}{sum(c.tried for c in counts):8,}{sum(c.handled for c in counts):9,}{len(faults):8,}")
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
