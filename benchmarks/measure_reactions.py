"""Measure how long a visitor waits for an answer to a click, in a browser, in one or two checkouts in turns.

    python -m benchmarks.measure_reactions --bundle artifacts/fashion [--before ../older] [--rounds 3]

Needs Chromium and Playwright. A reaction is the time from the click, key or end of a drag until the page has
answered: its script has run and everything on it is drawn. The first round is left out: it warms the
server, but for the column *first*. With ``--before``, both apps run side by side and are asked by turns, so
that a busy machine is as busy for one as for the other.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.measure_pages import browser, running

ROOT = Path(__file__).resolve().parent.parent
WATCH = """
window.lensChanges = [];
const follow = () => {
  const app = document.querySelector('.stApp');
  if (!app) return setTimeout(follow, 20);
  const note = () => window.lensChanges.push([performance.now(), app.dataset.testScriptState]);
  new MutationObserver(note).observe(app, {attributes: true, attributeFilter: ['data-test-script-state']});
};
follow();
for (const kind of ['pointerdown', 'pointerup', 'keydown'])
  addEventListener(kind, () => { window.lensActed = performance.now(); }, true);
"""
DRAWN = """
() => document.querySelector('.stApp')?.dataset.testScriptState === 'notRunning'
   && !document.querySelector('[data-testid=stSkeleton]')
   && [...document.querySelectorAll('.js-plotly-plot')].every(plot => plot._fullLayout)
"""
QUIET_MS = 800
"""Milliseconds without a run of the script after which it has answered."""


def main() -> None:
    """Measure, and print a Markdown table."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--bundle", type=Path, default=ROOT / "artifacts" / "demo")
    arguments.add_argument(
        "--before", type=Path, help="another checkout, with an environment of its own or ours"
    )
    arguments.add_argument("--rounds", type=int, default=3)
    given = arguments.parse_args()
    checkouts = {"now": ROOT} | ({"before": given.before.resolve()} if given.before else {})
    times: dict[str, dict[str, list[float]]] = {name: {} for name in checkouts}
    with contextlib.ExitStack() as stack:
        addresses = {
            name: stack.enter_context(running(given.bundle, folder))[0] for name, folder in checkouts.items()
        }
        chromium = stack.enter_context(browser())
        for _ in range(given.rounds + 1):
            for name, address in addresses.items():
                for what, seconds in a_visit(chromium, address):
                    times[name].setdefault(what, []).append(seconds)
    print_table(times)


def print_table(times: dict[str, dict[str, list[float]]]) -> None:
    """Print each reaction: the first time, and the median of the others, of each checkout."""
    names = list(reversed(times))
    print("| reaction | " + " | ".join(f"{name}, first | {name}" for name in names) + " |")
    print("| --- |" + " ---: |" * (2 * len(names)))
    for what in times["now"]:
        cells = []
        for name in names:
            found = times[name].get(what, [])
            cells += [seconds(found[:1]), seconds(found[1:])]
        print(f"| {what} | " + " | ".join(cells) + " |")


def seconds(found: list[float]) -> str:
    """Return the median in words, a dash for nothing."""
    return f"{statistics.median(found):.2f} s" if found else "–"


def a_visit(chromium: Any, address: str) -> Iterator[tuple[str, float]]:
    """Do what visitors do, once; yield what was done, and how long the answer took."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(address)
    page.get_by_role("heading", level=1).wait_for()
    wait(page)
    for what, act in STEPS.items():
        try:
            page.evaluate("window.lensActed = 0; window.lensChanges = []")
            act(page)
            yield what, wait(page)
        except Exception as error:  # a checkout that lacks a control is measured without it
            print(f"{address}: {what}: {str(error).splitlines()[0]}", file=sys.stderr, flush=True)
    context.close()


def wait(page: Any) -> float:
    """Wait until the page has answered; return how long that took from the last act."""
    end = time.monotonic() + 90
    while time.monotonic() < end:
        page.wait_for_timeout(100)
        since = page.evaluate("performance.now() - (window.lensChanges.at(-1)?.[0] ?? window.lensActed ?? 0)")
        if since > QUIET_MS and page.evaluate(DRAWN):
            acted, changes = page.evaluate("[window.lensActed ?? 0, window.lensChanges]")
            ended = [at for at, state in changes if state == "notRunning"]
            return max(0.0, (ended[-1] - acted) / 1000) if ended else 0.0
    raise TimeoutError("no answer within 90 seconds")


def go(name: str) -> Callable[[Any], None]:
    """Return the click on a page's name."""
    return lambda page: page.get_by_test_id("stSidebarNav").get_by_role("link", name=name).click(timeout=5000)


def tab(name: str) -> Callable[[Any], None]:
    """Return the click on a tab."""
    return lambda page: page.get_by_role("tab", name=name).first.click(timeout=5000)


def radio(name: str) -> Callable[[Any], None]:
    """Return the click on a choice."""
    return lambda page: page.get_by_role("radio", name=name, exact=True).first.click(timeout=5000)


def button(name: str) -> Callable[[Any], None]:
    """Return the click on a button."""
    return lambda page: page.get_by_role("button", name=name).first.click(timeout=5000)


def lasso(page: Any) -> None:
    """Draw a lasso around the middle of the map."""
    box = page.locator(".map canvas").first.bounding_box(timeout=5000)
    corners = [(0.35, 0.35), (0.65, 0.35), (0.65, 0.65), (0.35, 0.65), (0.35, 0.37)]
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up()


def classify(page: Any) -> None:
    """Classify a product by its name."""
    page.get_by_label("Name", exact=True).fill("blue cotton shirt for men", timeout=5000)
    page.get_by_role("button", name="Classify", exact=True).first.click(timeout=5000)


STEPS: dict[str, Callable[[Any], None]] = {
    "Dataset opened": go("Dataset"),
    "Dataset, Texts": tab("Texts"),
    "Dataset, Images": tab("Images"),
    "Dataset, Duplicates": tab("Duplicates"),
    "Embeddings opened": go("Embeddings"),
    "Embeddings, lasso": lasso,
    "Embeddings, Text": radio("Text"),
    "Models opened": go("Models"),
    "Models, Image": radio("Image"),
    "Models, By category": tab("By category"),
    "Models, Confidence": tab("Confidence"),
    "Models, Text + image": radio("Text + image"),
    "Models, Compare two models": radio("Compare two models"),
    "Predict opened": go("Predict"),
    "Predict, Classify": classify,
    "Review opened": go("Review"),
    "Review, Next": button("Next"),
    "Review, Next again": button("Next"),
    "Home opened": go("Home"),
}


if __name__ == "__main__":
    main()
