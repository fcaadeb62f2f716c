"""Measure how fast the pages are: server time in this process, and waiting time in a browser.

    python benchmarks/measure_pages.py --bundle artifacts/fashion [--visitors 10]

Needs Chromium and Playwright. *Server* is the time of one run of the page's script, when it is first opened
and when a visitor changes an unrelated widget. *Browser* is the time with a warm server and a new browser,
from the click on the page's name until drawing has finished, and the bytes that the server sent. *Panning* is
the time between two frames while the map is dragged. *Visitors* open that many tabs on different pages at
once.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("Dataset", "Embeddings", "Models", "Predict", "Review")
FRAMES = """
async () => {
  const times = []; let last = performance.now(); window.stopFrames = false;
  await new Promise(done => {
    const next = now => {
      times.push(now - last); last = now;
      window.stopFrames ? done() : requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  return times;
}
"""
STILL = """
() => document.querySelector('.stApp')?.dataset.testScriptState === 'notRunning'
   && !document.querySelector('[data-testid=stSkeleton]')
   && [...document.querySelectorAll('.js-plotly-plot')].every(plot => plot._fullLayout)
   && [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')].every(
     part => [...(part.shadowRoot ?? part).querySelectorAll('.map')].every(map => map.dataset.drawn))
"""


@dataclass(frozen=True)
class Opened:
    """A page opened in a browser: seconds until it was drawn, and MB that the server sent for it."""

    seconds: float
    sent_mb: float


def main() -> None:
    """Measure, and print Markdown tables."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--bundle", type=Path, default=ROOT / "artifacts" / "fashion")
    arguments.add_argument("--visitors", type=int, default=10)
    arguments.add_argument("--child", choices=PAGES, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.child:
        print(json.dumps(server_seconds(given.bundle, given.child)))
        return
    print(f"Bundle {given.bundle.name}\n\n| page | server, first | server, again | browser | sent |")
    print("| --- | ---: | ---: | ---: | ---: |")
    with running(given.bundle) as (address, process):
        for page in PAGES:
            command = [sys.executable, __file__, "--bundle", str(given.bundle), "--child", page]
            told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            first, again = json.loads(told.splitlines()[-1])
            with browser() as chromium:
                open_page(chromium, address, page)  # warms the server
                opened = [open_page(chromium, address, page) for _ in range(3)]
            middle = sorted(opened, key=lambda one: one.seconds)[1]
            waited = f"{middle.seconds:.1f} s | {middle.sent_mb:.1f} MB"
            print(f"| {page} | {first:.2f} s | {again:.2f} s | {waited} |", flush=True)
        with browser() as chromium:
            frames = panned(chromium, address)
        middle, late = frames[len(frames) // 2], frames[int(0.95 * len(frames))]
        print(f"\nPanning the map: {middle:.0f} ms between frames, 95 % within {late:.0f} ms")
        before = memory_mb(process.pid)
        with browser() as chromium:
            visit(chromium, address, given.visitors)
        after = memory_mb(process.pid)
        print(f"{given.visitors} visitors at once: server {before:.0f} MB before, {after:.0f} MB after")


def server_seconds(bundle: Path, page: str) -> tuple[float, float]:
    """Return the seconds of a page's first run in a process that has shown Home, and of its second."""
    os.environ |= {"PRODUCT_LENS_ARTIFACTS": str(bundle.parent), "PRODUCT_LENS_BUNDLE": bundle.name}
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(ROOT / "Home.py"), default_timeout=300).run()
    file = next((ROOT / "pages").glob(f"*_{page}.py"))
    start = time.perf_counter()
    app = app.switch_page(f"pages/{file.name}").run()
    first = time.perf_counter() - start
    start = time.perf_counter()
    app.run()
    again = time.perf_counter() - start
    if app.exception or app.error:
        raise SystemExit(f"{page} failed: {app.exception or app.error}")
    return first, again


@contextlib.contextmanager
def running(bundle: Path, checkout: Path = ROOT) -> Iterator[tuple[str, subprocess.Popen]]:
    """Run a checkout's app on a bundle, in its own environment; yield its address and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = checkout / ".venv" / "bin" / "python"
    entry = "server.py" if (checkout / "server.py").exists() else "Home.py"
    env = {"PRODUCT_LENS_ARTIFACTS": str(bundle.parent.resolve()), "PRODUCT_LENS_BUNDLE": bundle.name}
    command = [str(own) if own.exists() else sys.executable, "-m", "streamlit", "run", entry]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [*command, "--server.headless", "true", "--server.port", str(port)],
            cwd=checkout, env=os.environ | env, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            for _ in range(300):
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=2).close()
                    break
                time.sleep(0.2)
            yield f"http://localhost:{port}", process
        finally:
            process.terminate()
            process.wait()


@contextlib.contextmanager
def browser() -> Iterator[Any]:
    """Start a fresh Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--enable-unsafe-swiftshader"]
        )
        yield chromium
        chromium.close()


def open_page(chromium: Any, address: str, page: str) -> Opened:
    """Open Home, then a page, as a new visitor."""
    context = chromium.new_context(viewport={"width": 1440, "height": 1000})
    tab = context.new_page()
    sent = [0]

    def listen(socket: Any) -> None:
        socket.on("framereceived", lambda data: sent.__setitem__(0, sent[0] + len(data)))

    tab.on("websocket", listen)
    tab.goto(address)
    tab.get_by_role("heading", name="Product Lens").wait_for(timeout=60_000)
    tab.wait_for_function(STILL)
    sent[0] = 0
    start = time.perf_counter()
    tab.get_by_test_id("stSidebarNav").get_by_role("link", name=page).click()
    tab.locator(f"h1:has-text('{page}')").wait_for()
    tab.wait_for_function(STILL, timeout=120_000)
    opened = Opened(time.perf_counter() - start, sent[0] / 1e6)
    context.close()
    return opened


def panned(chromium: Any, address: str) -> list[float]:
    """Drag the map to and fro; return the milliseconds between frames, the shortest first."""
    tab = chromium.new_page(viewport={"width": 1440, "height": 1000})
    tab.goto(f"{address}/Embeddings")
    tab.wait_for_function(STILL, timeout=120_000)
    tab.get_by_test_id("stMain").get_by_text("Move", exact=True).first.click()  # drags then move the map
    tab.wait_for_timeout(3000)
    plot = tab.locator(".map[data-drawn] .overlay").first
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tab.evaluate(f"() => {{ window.measured = ({FRAMES})(); }}")
    tab.mouse.move(*middle)
    tab.mouse.down()
    for step in range(60):
        tab.mouse.move(middle[0] + 150 * (step % 20) / 20, middle[1] + 3 * (step % 30))
    tab.mouse.up()
    return sorted(tab.evaluate("async () => { window.stopFrames = true; return await window.measured; }"))


def visit(chromium: Any, address: str, visitors: int) -> None:
    """Have that many visitors look at different pages at the same time."""
    tabs = [
        chromium.new_context(viewport={"width": 1440, "height": 1000}).new_page() for _ in range(visitors)
    ]
    for number, tab in enumerate(tabs):
        tab.goto(f"{address}/{PAGES[number % len(PAGES)]}?part=test", wait_until="commit")
    for number, tab in enumerate(tabs):
        tab.locator(f"h1:has-text('{PAGES[number % len(PAGES)]}')").wait_for(timeout=120_000)
        tab.wait_for_function(STILL, timeout=120_000)
        if tab.get_by_test_id("stException").count():
            raise SystemExit(f"{tab.url} failed")


def memory_mb(pid: int) -> float:
    """Return what memory a process holds, in MB of 2**20 bytes (Linux)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) / 1024


if __name__ == "__main__":
    main()
