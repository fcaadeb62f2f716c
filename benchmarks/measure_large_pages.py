"""Measure pages of large catalogues on the server: seconds until each is computed, and memory.

    python benchmarks/measure_large_pages.py [--sizes 10000 200000 1000000] [--visitors 10] [--folder DIR]

Makes bundles of texts alone (`benchmarks/large_bundle.py`) in a temporary folder, or in --folder, where they
are used again. Each size is measured in a process of its own, without a browser: *first* is a page's first
run there, *next* its run for another visitor, *again* a rerun, as after a click on an unrelated widget; then
that many visitors open every page, and stay. Seconds are of the processor, with those of the clock in
brackets. Memory is what the process holds of its own: mapped files are told apart, since the system takes
their memory back when it is needed.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.measuring import processor

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[1]
SIZES = (10_000, 200_000, 1_000_000)
TABS = ("Categories", "Products", "Texts", "Prices", "Missing", "Duplicates", "Faults")
HOME = ("Home", "")
PAGES = (
    *(("1_Dataset", tab) for tab in TABS),
    ("2_Embeddings", ""),
    ("3_Models", ""),
    ("4_Predict", ""),
    ("5_Review", ""),
    ("0_Catalogues", ""),
)
"""Files of the pages, with the tab that is open."""
SMALL = ROOT / "artifacts" / "demo" / "source" / "table.csv"
"""The table of the catalogue that the others are made of."""


def main() -> None:
    """Measure every size, and print Markdown tables."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    arguments.add_argument("--visitors", type=int, default=10)
    arguments.add_argument("--folder", type=Path, help="keep the bundles here")
    arguments.add_argument("--skip", nargs="*", default=[], help="pages to leave out, such as 2_Embeddings")
    arguments.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    pages = [page for page in PAGES if page[0] not in given.skip]
    if given.child:
        for told in measured(given.child, pages, given.visitors):
            print(json.dumps(told), flush=True)
        return
    print(f"{processor()}, {os.getloadavg()[0]:.1f} other programs at work")
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        for products in given.sizes:
            bundle = large_bundle(folder, products)
            command = [sys.executable, __file__, *sys.argv[1:], "--child", str(bundle)]
            print(f"\n{products:,} products\n\n| page | first | next | again | memory | mapped |")
            print("| --- | ---: | ---: | ---: | ---: | ---: |", flush=True)
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
                for line in child.stdout:
                    if line.startswith("{"):
                        print(table_line(json.loads(line)), flush=True)
            if child.returncode:
                raise SystemExit(child.returncode)


def large_bundle(folder: Path, products: int) -> Path:
    """Return the bundle of so many products in a folder, made if it is not there."""
    from benchmarks.large_bundle import write_large
    from core.bundle.reader import Bundle

    out = folder / "artifacts" / str(products)
    if not (out / "manifest.json").is_file():
        write_large(Bundle.open(small_bundle(folder)), out, products)
    return out


def small_bundle(folder: Path) -> Path:
    """Return the bundle in a folder that large ones are made of, built if it is not there."""
    out = folder / "small" / "demo"
    if not (out / "manifest.json").is_file():
        options = ["--heads", "logistic_regression,tfidf,blend", "--maps", "umap", "--image", "none"]
        command = [sys.executable, "-m", "core", "build", "--data", str(SMALL), "--out", str(out), *options]
        subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    return out


def measured(bundle: Path, pages: list[tuple[str, str]], visitors: int) -> Iterator[dict[str, Any]]:
    """Yield what each page takes in this process, and what memory it holds when many have looked at all."""
    from streamlit.components.v2 import manifest_scanner

    os.environ |= {"PRODUCT_LENS_ARTIFACTS": str(bundle.parent), "PRODUCT_LENS_BUNDLE": bundle.name}
    os.chdir(ROOT)
    logging.disable(logging.WARNING)  # there is no browser, says Streamlit
    # Each AppTest reads the installed packages' metadata anew, which a server does once.
    manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
    for page in (HOME, *pages):
        app, first = opened(page)
        again = seconds_of(app.run)
        _, following = opened(page)
        yield told(" ".join(page).strip(), first=first, following=following, again=again)
    kept = []
    for _ in range(visitors):
        kept += [opened(page)[0] for page in (HOME, *pages)]
    yield told(f"all pages, {visitors} visitors")


@dataclass(frozen=True)
class Seconds:
    """How long something took: on the clock, and of all cores' work, which other programs do not lengthen."""

    clock: float
    cores: float


def seconds_of(call: Callable[[], object]) -> Seconds:
    """Call something; return how long it took."""
    clock, cores = time.perf_counter(), time.process_time()
    call()
    return Seconds(time.perf_counter() - clock, time.process_time() - cores)


def opened(page: tuple[str, str]) -> tuple[AppTest, Seconds]:
    """Return a visitor's page, opened by its address, and how long that took."""
    from streamlit.testing.v1 import AppTest

    name, tab = page
    app = AppTest.from_file(str(ROOT / "Home.py"), default_timeout=36_000)
    if page != HOME:
        app.switch_page(f"pages/{name}.py")
    if tab:
        app.query_params["tab"] = tab
    seconds = seconds_of(app.run)
    if app.exception or app.error:
        raise SystemExit(f"{name} {tab} failed: {app.exception or app.error}")
    return app, seconds


def told(page: str, **taken: Seconds) -> dict[str, Any]:
    """Return a line of the table, with the memory that this process holds now, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    sizes = {line.partition(":")[0]: line.split()[1] for line in lines if line.startswith("Rss")}
    own, mapped = (int(sizes[name]) / 1024 for name in ("RssAnon", "RssFile"))
    return {
        "page": page,
        "own": own,
        "mapped": mapped,
        **{name: asdict(each) for name, each in taken.items()},
    }


def table_line(line: dict[str, Any]) -> str:
    """Return a measurement as a row of a Markdown table."""
    cells = [
        f"{line[name]['cores']:.2f} s ({line[name]['clock']:.2f})" if name in line else ""
        for name in ("first", "following", "again")
    ]
    return f"| {line['page']} | {' | '.join(cells)} | {line['own']:,.0f} MB | {line['mapped']:,.0f} MB |"


if __name__ == "__main__":
    main()
