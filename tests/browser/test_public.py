"""A visitor of a public server tries every control and address; nothing on disk changes."""

import hashlib
import http.client
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser import test_file, test_predict
from tests.browser.conftest import serve
from tests.browser.waiting import listen, settle
from tests.paths import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = ("", "Catalogues", "Dataset", "Embeddings", "Models", "Predict", "Review")
QUERY = (
    "bundle=../../etc&part=../x&input=<img src=//203.0.113.9>&category=%00&category="
    + "x" * 2000
    + "&page=-1&product=../../etc/passwd&map=%2e%2e&tab=none"
)
REQUESTS = (
    ("GET", "/../../etc/passwd"),
    ("GET", "/app/static/..%2f..%2f..%2fetc/passwd"),
    ("GET", "/media/..%2f..%2fetc%2fpasswd"),
    ("GET", "/component/x/..%2f..%2f..%2fetc/passwd"),
    ("GET", "/_stcore/message-size"),
    ("GET", "/pages/0_Catalogues.py"),
    ("GET", "/artifacts/tiny/manifest.json"),
    ("PUT", "/_stcore/upload_file/nobody/f"),
    ("PUT", "/_stcore/upload_file/..%2f..%2fx/f"),
    ("DELETE", "/_stcore/upload_file/nobody/f"),
    ("POST", "/_stcore/stream"),
    ("PATCH", "/"),
)
CONTROLS = (
    "[data-testid=stExpander] summary",
    "[data-testid=stCheckbox] label",
    "[data-testid=stButtonGroup] button, [data-testid=stSegmentedControl] [role=radio]",
    "[data-testid=stButton] button",
    "[data-testid=stFormSubmitButton] button",
    "[data-testid=stPopover] button",
    "[data-testid=stSlider] [role=slider]",
)
MOST = 3
"""Controls of one kind that are tried on a page: more are the same control of other products."""

IGNORED = {".git", ".venv", "__pycache__", ".pytest_cache", ".ruff_cache", ".mypy_cache"}


def contents(folder: Path) -> dict[str, str]:
    """Return path -> hash of the content, folders included."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in folder.rglob("*")
    }


def stamps(folder: Path) -> dict[str, tuple[int, int]]:
    """Return path -> size and time of change for the files of the project."""
    found = {}
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in IGNORED]
        for name in files:
            state = Path(place, name).lstat()
            found[str(Path(place, name))] = (state.st_size, state.st_mtime_ns)
    return found


def ask(address: str, method: str, path: str) -> bytes:
    """Send a path as it is, which a client for browsers would tidy up."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    connection.request(method, path, body=b"x" if method in ("PUT", "POST") else None)
    answer = connection.getresponse().read()
    connection.close()
    return answer


def warm(cache: Path) -> None:
    """Have the cache hold what the server itself writes there the first time: a dictionary."""
    command = [sys.executable, "-c", "from core.heads.text.lemmas import lemmatizer; lemmatizer()"]
    subprocess.run(command, check=True, cwd=ROOT, env=os.environ | {"PRODUCT_LENS_CACHE": str(cache)})


def try_controls(page) -> int:
    """Use each control that is shown; return how many there were."""
    tried = 0
    for field in page.locator("[data-testid=stMain] input[type=text], textarea").all():
        if field.is_visible() and field.is_enabled() and not field.get_attribute("role"):
            field.fill("../../etc/passwd <b> ceramic mug")
            field.press("Tab")
            tried += 1
    settle(page)
    for kind in CONTROLS:
        for number in range(min(MOST, page.locator(kind).count())):
            control = page.locator(kind).nth(number)
            if control.count() and control.is_visible() and control.is_enabled():
                control.click(force=True)
                page.keyboard.press("ArrowRight" if "Slider" in kind else "Escape")
                settle(page)
                close_dialog(page)
                tried += 1
    return tried


def close_dialog(page) -> None:
    """Close the card of a product, which covers the page."""
    dialog = page.get_by_role("dialog")
    if dialog.count():
        page.keyboard.press("Escape")
        dialog.wait_for(state="detached")
        settle(page)


def try_page(page) -> int:
    """Use each control of each tab of a page."""
    tried = try_controls(page)
    for number in range(page.get_by_role("tab").count()):
        if page.get_by_role("tab").nth(number).is_visible():
            page.get_by_role("tab").nth(number).click()
            settle(page)
            tried += 1 + try_controls(page)
    return tried


def test_nothing_changes_on_a_public_server(chromium, tiny_bundle, tmp_path):
    root, cache, temporary = (tmp_path / name for name in ("artifacts", "cache", "temporary"))
    shutil.copytree(tiny_bundle, root / "tiny")
    temporary.mkdir()
    warm(cache)
    before = contents(root), contents(cache), stamps(ROOT)
    settings = {"PRODUCT_LENS_MODE": "public", "PRODUCT_LENS_CACHE": str(cache), "TMPDIR": str(temporary)}
    tried = 0
    with serve(root, tmp_path / "log.txt", **settings) as server:
        for method, path in REQUESTS:
            answer = ask(server.address, method, path)
            assert b"root:" not in answer and b"fingerprint" not in answer, path
        page = chromium.new_context(viewport={"width": 1300, "height": 1000}).new_page()
        page.set_default_timeout(60_000)
        listen(page)
        for name in PAGES:
            for query in (QUERY, ""):
                page.goto(f"{server.address}/{name}?{query}")
                page.get_by_role("heading", level=1).first.wait_for()
                settle(page)
                assert not page.get_by_test_id("stException").count(), (name, query)
            tried += try_page(page)
            assert not page.get_by_test_id("stException").count(), name
            for word in (
                "Build catalogue",
                "Delete catalogue",
                "Rename",
                "Keep",
                "Train again",
                "Recompute map",
            ):
                assert not page.get_by_role("button", name=word, exact=True).count(), (name, word)
        test_predict.open_predict(page)
        test_predict.paste_image(page)
        test_predict.classify(page)
        page.get_by_role("tab", name="Whole file").click()
        page.get_by_text("No file yet").wait_for()
        test_file.give_table(page, test_file.product_file(10))
        page.get_by_role("button", name="Classify 10 products").click()
        page.get_by_text("10 products, those that need review first").wait_for()
        page.context.close()
        assert (contents(root), contents(cache), stamps(ROOT)) == before
        assert not server.faults()
    assert tried > 60
    assert not list(temporary.iterdir())
