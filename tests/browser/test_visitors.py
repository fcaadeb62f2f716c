from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest

from tests import tiny

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = ("Dataset", "Embeddings", "Models", "Predict", "Review")
STILL = """() => document.querySelector('.stApp')?.dataset.testScriptState === 'notRunning'
  && !document.querySelector('[data-testid=stSkeleton]')"""


def visits() -> list[tuple[str, str, str]]:
    """Ten visits, no two alike: page, part of the split, input."""
    inputs = ("text", "image")
    return [(page, ("train", "test")[n % 2], inputs[n // 5]) for n, page in enumerate(PAGES * 2)]


def kept(page: object) -> dict[str, list[str]]:
    return parse_qs(urlparse(page.url).query)


@pytest.fixture
def tabs(chromium, server):
    contexts = [chromium.new_context(viewport={"width": 1200, "height": 800}) for _ in range(10)]
    for context in contexts:
        context.set_default_timeout(120_000)
    yield [context.new_page() for context in contexts]
    for context in contexts:
        context.close()


def test_ten_visitors_at_once_see_their_own_and_nothing_else(tabs, server):
    for tab, (page, part, modality) in zip(tabs, visits(), strict=True):
        tab.goto(f"{server.address}/{page}?part={part}&input={modality}", wait_until="commit")
    for tab, (page, part, modality) in zip(tabs, visits(), strict=True):
        tab.locator(f"h1:has-text('{page}')").wait_for()
        tab.wait_for_function(STILL)
        assert not tab.get_by_test_id("stException").count()
        assert (kept(tab)["part"], kept(tab)["input"]) == ([part], [modality])
    everyone_classifies(tabs)
    grown = memory_mb(server.process)
    everyone_classifies(tabs)
    assert memory_mb(server.process) < grown + 60, "what a visitor asks for must not pile up"
    assert not server.faults()


def everyone_classifies(tabs) -> None:
    """Have all go to Predict and classify, each a product of its own, at the same time."""
    products = [(name, f"{' '.join(tiny.WORDS[name])} {n}") for n, name in enumerate([*tiny.KNOWN] * 4)]
    for tab in tabs:
        tab.get_by_test_id("stSidebarNav").get_by_role("link", name="Predict").click()
    for tab, (_, name) in zip(tabs, products, strict=False):
        tab.locator("h1:has-text('Predict')").wait_for()
        tab.get_by_label("Name", exact=True).fill(name)
    for tab in tabs:
        tab.get_by_role("button", name="Classify").click()
    for tab, (category, name) in zip(tabs, products, strict=False):
        tab.get_by_role("heading", name=category).wait_for()
        assert tab.get_by_label("Name", exact=True).input_value() == name
        assert not tab.get_by_test_id("stException").count()


def memory_mb(process: object) -> float:
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) / 1024
