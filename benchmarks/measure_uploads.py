"""Memory of a real server under the worst of each kind of upload, eight at once.

    python benchmarks/measure_uploads.py [--kind "xlsx, rows"] [--at-once 8]

Each kind has a server of its own. Memory is that of the server and all its children, at most; the target is
1,500 MB. Files go to the Predict page (a whole file, or an image) and to the Catalogues page.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.visiting import ROOT, VisitError, Visitor, Watch, serving
from benchmarks.worst_uploads import ARCHIVES, IMAGES, TABLES

TARGET_MB = 1500
SMALL = b"name,image\nmug,0.jpg\n"
CATALOGUE = b"sku,name,category,image\n" + b"".join(
    f"{n},mug {n},c{n % 3},{n}.jpg\n".encode() for n in range(60)
)


async def to_predict(port: int, name: str, content: bytes) -> str:
    """Hand over a table to be classified."""
    async with Visitor(port) as visitor:
        await visitor.open("Predict", "tab=Whole+file")
        return said(*await visitor.upload("Product table", name, content))


async def zip_to_predict(port: int, name: str, content: bytes) -> str:
    """Hand over a zip of images with a small table."""
    async with Visitor(port) as visitor:
        await visitor.open("Predict")
        await visitor.upload("Product table", "t.csv", SMALL)
        return said(*await visitor.upload("Images", name, content))


async def image_to_predict(port: int, name: str, content: bytes) -> str:
    """Have an image classified."""
    async with Visitor(port) as visitor:
        await visitor.open("Predict")
        status, _ = await visitor.upload("Choose an image", name, content)
        return said(status, await visitor.press("button", "Classify"))


async def to_catalogues(port: int, name: str, content: bytes) -> str:
    """Hand over the table of a new catalogue."""
    async with Visitor(port) as visitor:
        await visitor.open("Catalogues")
        return said(*await visitor.upload("Product table", name, content))


async def zip_to_catalogues(port: int, name: str, content: bytes) -> str:
    """Hand over the images of a new catalogue."""
    async with Visitor(port) as visitor:
        await visitor.open("Catalogues")
        await visitor.upload("Product table", "t.csv", CATALOGUE)
        return said(*await visitor.upload("Images", name, content))


def said(status: int, seen: object) -> str:
    """Return what became of an upload, in a word."""
    if status >= 300:
        return f"not taken ({status})"
    return "TRACEBACK" if seen.exceptions else "refused" if seen.errors else "read"  # type: ignore[attr-defined]


Door = Callable[[int, str, bytes], "asyncio.Future[str]"]
DOORS: dict[str, list[Callable[..., object]]] = {
    **{kind: [to_predict, to_catalogues] for kind in TABLES},
    **{kind: [zip_to_predict, zip_to_catalogues] for kind in ARCHIVES},
    **{kind: [image_to_predict] for kind in IMAGES},
}
FILES = TABLES | IMAGES | {kind: ("i.zip", make) for kind, make in ARCHIVES.items()}


async def all_at_once(door: Callable[..., object], port: int, kind: str, at_once: int, seconds: float) -> str:
    """Hand over a file so many times at once; return what became of them."""
    name, make = FILES[kind]
    content = make()
    tasks = [asyncio.ensure_future(door(port, name, content)) for _ in range(at_once)]  # type: ignore[call-overload]
    done, late = await asyncio.wait(tasks, timeout=seconds)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    words = Counter(str(task.exception() or task.result()) for task in done)
    words["unanswered"] = len(late)
    return ", ".join(f"{count} {word}" for word, count in words.items() if count)


def main() -> int:
    """Measure, and print a table; return 1 if it was too much."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kind", choices=DOORS, action="append", help="default: all")
    parser.add_argument("--at-once", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=120, help="waited for answers")
    parser.add_argument("--bundle", type=Path, default=ROOT / "artifacts" / "demo", help="copied")
    options = parser.parse_args()
    print(f"{'kind':24}{'door':20}{'before':>8}{'most MB':>9}  what became of {options.at_once} at once")
    most = 0.0
    with tempfile.TemporaryDirectory(prefix="uploads-") as folder:
        root = Path(folder, "artifacts")
        shutil.copytree(options.bundle, root / options.bundle.name)
        for kind in options.kind or DOORS:
            for door in DOORS[kind]:
                try:
                    before, peak, words = measure(door, root, Path(folder), kind, options)
                except VisitError as error:
                    before, peak, words = 0.0, 0.0, f"not measured: {error}"
                print(f"{kind:24}{door.__name__:20}{before:8.0f}{peak:9.0f}  {words}", flush=True)
                most = max(most, peak)
    print(f"most: {most:,.0f} MB")
    return 1 if most > TARGET_MB else 0


def measure(
    door: Callable[..., object], root: Path, folder: Path, kind: str, options: argparse.Namespace
) -> tuple[float, float, str]:
    """Return megabytes before and at most, and what became of the uploads."""
    with serving(root, folder / "log.txt") as (port, process):
        asyncio.run(image_to_predict(port, "i.png", IMAGES["png, 9,000 px"][1]()))  # loads the models
        with Watch(process.pid) as watch:
            words = asyncio.run(all_at_once(door, port, kind, options.at_once, options.seconds))
    return watch.samples[0][1], watch.peak, words


if __name__ == "__main__":
    sys.exit(main())
