"""What tests in a browser wait for."""

import time
from weakref import WeakKeyDictionary

import pytest

SECONDS = 60
QUIET = "document.querySelector('.stApp')?.dataset.testScriptState === 'notRunning'"


class Talk:
    """Whether the server has answered all that a page has asked."""

    def __init__(self) -> None:
        self.begun = False
        self.answered = False

    def hear_page(self, frame: bytes) -> None:
        from streamlit.proto.BackMsg_pb2 import BackMsg

        if BackMsg.FromString(frame).WhichOneof("type") == "rerun_script":
            self.begun = self.answered = False

    def hear_server(self, frame: bytes) -> None:
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        message = ForwardMsg.FromString(frame)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.begun = True
        elif kind == "script_finished":
            self.answered = self.begun and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN


_talks: WeakKeyDictionary[object, Talk] = WeakKeyDictionary()


def listen(page) -> None:
    """Follow what a page that has not been opened yet will ask, so that it can `settle`."""
    talk = _talks[page] = Talk()

    def follow(socket) -> None:
        socket.on("framesent", talk.hear_page)
        socket.on("framereceived", talk.hear_server)

    page.on("websocket", follow)


def settle(page) -> None:
    """Wait until the page shows the answer to all that was done to it."""
    page.wait_for_timeout(200)  # a field may tell the server a moment after it has changed
    until(page, lambda: _talks[page].answered)
    page.wait_for_timeout(100)  # until what has arrived is drawn
    page.wait_for_function(QUIET)


def until(page, asked) -> None:
    """Wait until `asked` of the page, a function, is true."""
    end = time.monotonic() + SECONDS
    while not asked():
        if time.monotonic() > end:
            pytest.fail(f"not within {SECONDS} seconds")
        page.wait_for_timeout(50)


def place_of(element) -> dict:
    """Scroll to an element; return where it lies in the window once what stands above it grows no more."""
    element.scroll_into_view_if_needed()
    before = None
    while (box := element.bounding_box()) != before:
        before = box
        element.page.wait_for_timeout(200)
    return box
