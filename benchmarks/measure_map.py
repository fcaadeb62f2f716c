"""Measure the map of very many products in a real browser.

    python benchmarks/measure_map.py [--products 1000000] [--small artifacts/demo]

Needs Chromium and Playwright. The catalogue is stretched from a small one, by
`benchmarks/stretched_bundle.py`. *First* is the first visitor of a server, *next* the one after: seconds from
the click on the page's name until the map is drawn, what the server sent until then, and the processor's
seconds that it took. *Panning* is the time between two frames while the map is dragged, and that of drawing
alone. *Zoom* is the time after each step until all tiles have arrived. *Lasso* is the time from the release
of the mouse until the products are counted and listed, and the processor's seconds of the server, for growing
boxes. On a busy machine times are longer; the processor's seconds hardly are.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psutil

from benchmarks.measure_pages import FRAMES, browser, running
from benchmarks.measuring import processor
from benchmarks.stretched_bundle import write_stretched
from core.bundle.reader import Bundle

PATIENCE = 600_000
"""Milliseconds."""
WINDOW = {"width": 1440, "height": 900}
DRAWS = """box => {
  const times = [];
  for (let i = 0; i < 40; i++) {
    const start = performance.now(); box.map.draw(); times.push(performance.now() - start);
  }
  return times;
}"""
SHARES = (0.04, 0.07, 0.1, 0.15, 0.2, 0.3, 0.45)
"""Of the window's width and height, of boxes around its middle."""


def main() -> None:
    """Measure, and print lines."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--products", type=int, default=1_000_000)
    parser.add_argument("--small", type=Path, default=Path("artifacts/demo"))
    parser.add_argument("--bundle", type=Path, help="one that was stretched before")
    parser.add_argument("--lasso", type=int, default=100_000, help="products of a lasso, about")
    asked = parser.parse_args()
    print(f"{processor()}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        bundle = asked.bundle or Path(folder) / "stretched"
        if asked.bundle is None:
            write_stretched(Bundle.open(asked.small), bundle, asked.products)
        with running(bundle) as (address, process), browser() as chromium:
            server = psutil.Process(process.pid)
            for name in ("first", "next"):
                tab = _opened(chromium, address, server, name)
            print(f"server's memory: {server.memory_info().rss / 2**20:.0f} MB", flush=True)
            _panned(tab, "overview")
            _zoomed(tab, server)
            _panned(tab, "zoomed in")
            _picked(tab, server, asked.lasso)


def _opened(chromium: Any, address: str, server: psutil.Process, name: str) -> Any:
    """Open the page as a new visitor, and tell what that took."""
    tab = chromium.new_context(viewport=WINDOW).new_page()
    tab.set_default_timeout(PATIENCE)
    sent = [0]
    tab.on("websocket", lambda socket: socket.on("framereceived", lambda data: _add(sent, data)))
    tab.goto(address)
    tab.get_by_role("heading", name="Product Lens").wait_for()
    tab.wait_for_timeout(2000)
    sent[0], start, worked = 0, time.perf_counter(), _worked(server)
    tab.get_by_test_id("stSidebarNav").get_by_role("link", name="Embeddings").click()
    tab.locator(".map[data-drawn]").wait_for()
    seconds = time.perf_counter() - start
    drawn = tab.locator(".drawn").inner_text()
    print(
        f"{name}: {seconds:.1f} s ({_worked(server) - worked:.1f} s of the server's processor), "
        f"{sent[0] / 1e6:.1f} MB, {drawn}",
        flush=True,
    )
    return tab


def _add(sent: list[int], data: bytes | str) -> None:
    sent[0] += len(data)


def _worked(server: psutil.Process) -> float:
    taken = server.cpu_times()
    return float(taken.user + taken.system)


def _panned(tab: Any, where: str) -> None:
    """Drag the map to and fro."""
    tab.get_by_role("button", name="Pan", exact=True).click()
    x, y, width, height = _area(tab)
    tab.evaluate(f"() => {{ window.measured = ({FRAMES})(); }}")
    tab.mouse.move(x + width / 2, y + height / 2)
    tab.mouse.down()
    for step in range(120):
        tab.mouse.move(x + width / 2 + 60 * (step % 20) / 20, y + height / 2 + 2 * (step % 30))
    tab.mouse.up()
    frames = tab.evaluate("async () => { window.stopFrames = true; return await window.measured; }")
    draws = tab.locator(".map").evaluate(DRAWS)
    print(
        f"panning, {where}: {1000 / statistics.median(frames):.0f} frames a second in the median; drawing "
        f"{tab.locator('.map').get_attribute('data-drawn')} points {statistics.median(draws):.1f} ms "
        f"(least {min(draws):.1f})",
        flush=True,
    )


def _zoomed(tab: Any, server: psutil.Process) -> None:
    """Zoom into the middle until every point in the window is drawn."""
    for _ in range(20):
        start, worked = time.perf_counter(), _worked(server)
        tab.get_by_role("button", name="Zoom in").click()
        tab.wait_for_timeout(100)
        while tab.locator(".map").evaluate("box => box.map.awaits"):
            tab.wait_for_timeout(20)
        seconds = time.perf_counter() - start
        zoom = tab.locator(".map").get_attribute("data-zoom")
        taken = f"{seconds:.1f} s, {_worked(server) - worked:.1f} s of the server's processor"
        print(f"zoom {zoom}: {tab.locator('.drawn').inner_text()}, {taken}", flush=True)
        if tab.locator(".map").get_attribute("data-all") == "true":
            return


def _picked(tab: Any, server: psutil.Process, wanted: int) -> None:
    """Lasso larger and larger boxes around the middle of the whole map."""
    tab.get_by_role("button", name="Show all points").click()
    tab.get_by_role("button", name="Lasso", exact=True).click()
    for share in SHARES:
        x, y, width, height = _area(tab)
        corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -0.9)]
        places = [(x + width * (0.5 + share * a), y + height * (0.5 + share * b)) for a, b in corners]
        before = _selected(tab)
        tab.mouse.move(*places[0])
        tab.mouse.down()
        for place in places[1:]:
            tab.mouse.move(*place, steps=30)
        start, worked = time.perf_counter(), _worked(server)
        tab.mouse.up()
        while _selected(tab) == before:
            tab.wait_for_timeout(10)
        counted = time.perf_counter() - start
        tab.get_by_test_id("stDataFrame").first.wait_for()
        listed = time.perf_counter() - start
        tab.wait_for_timeout(3000)
        taken = f"{counted:.2f} s, listed {listed:.2f} s, {_worked(server) - worked:.2f} s of the processor"
        print(f"lasso: {_selected(tab)}, {taken}", flush=True)
        if int(_selected(tab).split()[0].replace(",", "")) >= wanted:
            return


def _selected(tab: Any) -> str:
    found = tab.locator("strong", has_text="products selected")
    return str(found.first.inner_text()) if found.count() else ""


def _area(tab: Any) -> tuple[float, float, float, float]:
    overlay = tab.locator(".map .overlay").first
    overlay.scroll_into_view_if_needed()
    box = overlay.bounding_box()
    return box["x"], box["y"], box["width"], box["height"]


if __name__ == "__main__":
    main()
