"""Visitors of a running app without browsers: they speak Streamlit's own protocol, many on few cores.

A visitor opens pages, uses widgets and uploads files, and sees what the server answers, but draws nothing.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import psutil
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

ROOT = Path(__file__).resolve().parents[1]
MB = 1 << 20
PATIENCE = 300.0
"""Seconds that a visitor waits for an answer."""


class VisitError(Exception):
    """The server did not answer as it should."""


@dataclass
class Seen:
    """What a page showed: elements by kind, and how long the answer took."""

    elements: dict[str, list[Any]] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def exceptions(self) -> list[str]:
        """Tracebacks that were shown."""
        return [each.message for each in self.elements.get("exception", [])]

    @property
    def errors(self) -> list[str]:
        """Lines in red."""
        return [each.body for each in self.elements.get("alert", []) if each.format == each.ERROR]

    def widget(self, kind: str, label: str) -> Any:
        """Return the widget whose label begins so."""
        found = [each for each in self.elements.get(kind, []) if each.label.startswith(label)]
        if not found:
            raise VisitError(
                f"no {kind} {label!r}; there are {[each.label for each in self.elements.get(kind, [])]}"
            )
        return found[0]


class Visitor:
    """A session of its own.

    Parameters
    ----------
    port
        Of the server, on this machine.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._page = ""
        self._session = ""
        self._states: dict[str, WidgetState] = {}
        self.seen = Seen()

    async def __aenter__(self) -> Self:
        """Connect."""
        self._socket = await websockets.connect(
            f"ws://localhost:{self._port}/_stcore/stream",
            subprotocols=[websockets.Subprotocol("streamlit")],
            max_size=None,
            open_timeout=PATIENCE,
            ping_timeout=None,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave."""
        await self._socket.close()

    async def open(self, page: str, query: str = "") -> Seen:
        """Open a page, "" for the first one."""
        self._page, self._states = page, {}
        return await self._run(query)

    async def press(self, kind: str, label: str) -> Seen:
        """Press a button (`kind` is "button")."""
        widget = self.seen.widget(kind, label)
        return await self._run(trigger=WidgetState(id=widget.id, trigger_value=True))

    async def write(self, label: str, text: str) -> Seen:
        """Write into a field."""
        widget = self.seen.widget("text_input", label)
        self._states[widget.id] = WidgetState(id=widget.id, string_value=text)
        return await self._run()

    async def pick(self, label: str, option: int) -> Seen:
        """Pick an option of a segmented control or of tabs that report which is open."""
        widget = self.seen.widget("button_group", label)
        state = WidgetState(id=widget.id)
        state.string_array_value.data.append(widget.options[option].content)
        self._states[widget.id] = state
        return await self._run()

    async def upload(self, label: str, name: str, content: bytes) -> tuple[int, Seen]:
        """Give a file to an uploader; return the server's status, and what is shown then."""
        widget = self.seen.widget("file_uploader", label)
        asked = BackMsg()
        asked.file_urls_request.request_id = uuid4().hex
        asked.file_urls_request.file_names.append(name)
        asked.file_urls_request.session_id = self._session
        await self._socket.send(asked.SerializeToString())
        urls = None
        while urls is None:
            message = await self._hear()
            if message.WhichOneof("type") == "file_urls_response":
                urls = message.file_urls_response.file_urls[0]
        status = await asyncio.to_thread(
            _put, f"http://localhost:{self._port}{urls.upload_url}", name, content
        )
        if status >= 300:
            return status, self.seen
        state = WidgetState(id=widget.id)
        info = state.file_uploader_state_value.uploaded_file_info.add()
        info.file_id, info.name, info.size = urls.file_id, name, len(content)
        info.file_urls.CopyFrom(urls)
        self._states[widget.id] = state
        return status, await self._run()

    async def _run(self, query: str = "", trigger: WidgetState | None = None) -> Seen:
        """Have the page's script run, and take in what it shows."""
        asked = BackMsg()
        asked.rerun_script.page_name = self._page
        asked.rerun_script.query_string = query
        asked.rerun_script.widget_states.widgets.extend(self._states.values())
        if trigger is not None:
            asked.rerun_script.widget_states.widgets.append(trigger)
        started = time.perf_counter()
        await self._socket.send(asked.SerializeToString())
        seen = Seen()
        while True:
            message = await self._hear()
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self._session = message.new_session.initialize.session_id or self._session
                seen = Seen()
            elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                element = message.delta.new_element
                which = element.WhichOneof("type")
                seen.elements.setdefault(which, []).append(getattr(element, which))
            elif kind == "script_finished":
                if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    continue
                break
        seen.seconds = time.perf_counter() - started
        self.seen = seen
        return seen

    async def _hear(self) -> ForwardMsg:
        frame = await asyncio.wait_for(self._socket.recv(), PATIENCE)
        return ForwardMsg.FromString(frame)


def _put(url: str, name: str, content: bytes) -> int:
    mark = uuid4().hex
    head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    head += "Content-Type: application/octet-stream\r\n\r\n"
    body = head.encode() + content + f"\r\n--{mark}--\r\n".encode()
    health = url.split("/_stcore/")[0] + "/_stcore/health"
    with urllib.request.urlopen(health, timeout=60) as answer:
        cookies = [each.split(";")[0] for each in answer.headers.get_all("set-cookie", [])]
    token = next((each.partition("=")[2] for each in cookies if "xsrf" in each), "")
    headers = {
        "Content-Type": f"multipart/form-data; boundary={mark}",
        "Cookie": "; ".join(cookies),
        "X-Xsrftoken": token,
    }
    request = urllib.request.Request(url, body, headers, method="PUT")
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


class Watch:
    """Samples the memory of a process and its children while it is open.

    Attributes
    ----------
    samples
        Seconds since it was opened, megabytes resident.
    """

    def __init__(self, pid: int, every: float = 0.1) -> None:
        self._process = psutil.Process(pid)
        self._every = every
        self._over = threading.Event()
        self.samples: list[tuple[float, float]] = []

    def __enter__(self) -> Self:
        """Begin."""
        self._started = time.monotonic()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""
        self._over.set()
        self._thread.join()

    @property
    def peak(self) -> float:
        """The most megabytes."""
        return max(mb for _, mb in self.samples)

    def _watch(self) -> None:
        while True:
            self.samples.append((time.monotonic() - self._started, tree_mb(self._process)))
            if self._over.wait(self._every):
                return


def tree_mb(process: psutil.Process) -> float:
    """Return the resident megabytes of a process and all its children."""
    total = 0
    for each in (process, *process.children(recursive=True)):
        try:
            total += each.memory_info().rss
        except psutil.Error:
            continue
    return total / 1e6


@contextmanager
def serving(artifacts: Path, log: Path, **settings: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Run the app on a folder of bundles; yield its port and process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "streamlit", "run", "server.py"]
    command += ["--server.port", str(port), "--server.headless", "true"]
    environment = os.environ | {"PRODUCT_LENS_ARTIFACTS": str(artifacts), "MALLOC_ARENA_MAX": "2"} | settings
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    try:
        _wait(f"http://localhost:{port}/_stcore/health", process)
        yield port, process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise VisitError("the server did not start")
