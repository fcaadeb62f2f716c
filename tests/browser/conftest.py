"""The app in a real server and a real Chromium."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.browser.looks import LOOKS, look_of
from tests.browser.waiting import listen
from tests.paths import ROOT

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",  # a camera that shows a moving pattern, and asks nobody
    "--use-fake-ui-for-media-stream",
]
# The server must know the tiny bundle's encoders: they are registered before Streamlit starts.
START = """
import sys
from streamlit.web.cli import main
from tests.tiny import register_tiny_encoders
from tests.paths import ROOT
register_tiny_encoders()
sys.argv = ["streamlit", "run", "server.py", "--server.headless", "true", "--server.port", sys.argv[1]]
main()
"""


# Streamlit closes the connection of a tab that has gone, and Starlette says that it is closed already.
LEFT = re.compile(
    r"^Exception in ASGI application\n(?:(?!Exception in ASGI application).*\n)*?"
    r"starlette\.websockets\.WebSocketDisconnected: Cannot call \"send\" once a close message has .*\n",
    re.MULTILINE,
)


@dataclass
class Server:
    """A running app: its address, everything it has logged, and its process."""

    address: str
    log: Path
    process: subprocess.Popen

    def faults(self) -> str:
        """Return the log if it has a traceback other than of Streamlit's answer to a tab that left."""
        log = self.log.read_text()
        return log if "Traceback" in LEFT.sub("", log) else ""


@dataclass
class Tab:
    """A browser tab, the errors its console showed, and what it asked of other machines."""

    page: object
    errors: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def server(tiny_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve(tiny_bundle.parent, tmp_path_factory.mktemp("server") / "log.txt") as running:
        yield running


@contextmanager
def serve(artifacts: Path, log: Path, start: str = START, **settings: str) -> Iterator[Server]:
    """Run the app on a folder of bundles with other settings, or started by other code."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {"PRODUCT_LENS_ARTIFACTS": str(artifacts), "PYTHONPATH": str(ROOT)}
    environment = os.environ | own | settings
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", start, str(port)], cwd=ROOT, env=environment, stdout=out, stderr=out
        )
    try:
        address = f"http://localhost:{port}"
        wait_until_ready(f"{address}/_stcore/health", process, log)
        yield Server(address, log, process)
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_until_ready(url: str, process: subprocess.Popen, log: Path, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the app did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip(f"no browser here (looked for {', '.join(BROWSERS)})")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def tab(request: pytest.FixtureRequest, chromium, server: Server) -> Iterator[Tab]:
    look = getattr(request, "param", None) or look_of(request.node.name)
    with visit(chromium, server, look) as opened:
        yield opened


@contextmanager
def visit(chromium, server: Server, look: str) -> Iterator[Tab]:
    """Open the app's first page in a tab of its own."""
    width, scheme = LOOKS[look]
    context = chromium.new_context(viewport={"width": width, "height": 1000}, color_scheme=scheme)
    context.set_default_timeout(60_000)
    tab = Tab(context.new_page())
    listen(tab.page)
    tab.page.on("console", lambda message: message.type == "error" and tab.errors.append(message.text))
    tab.page.on("pageerror", lambda error: tab.errors.append(str(error)))

    def note(request) -> None:
        if not request.url.startswith(
            (server.address, server.address.replace("http", "ws"), "data:", "blob:")
        ):
            tab.elsewhere.append(request.url)

    tab.page.on("request", note)
    tab.page.goto(server.address)
    tab.page.get_by_role("heading", name="Product Lens").wait_for()
    yield tab
    context.close()
