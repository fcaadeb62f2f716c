"""Attacks on the Catalogues page: hostile files and choices, by writers and by others."""

from __future__ import annotations

import gc
import io
import logging
import os
import random
import shutil
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

from streamlit.testing.v1 import AppTest

from benchmarks.attacking import ROOT, FaultError, Place, damaged
from core.jobs import queue
from core.jobs.folder import jobs_folder

NAMES = (
    "Artikel.csv",
    "../../x.csv",
    "a\nb.csv",
    "x" * 300 + ".csv",
    "con.csv",
    "-o.csv",
    ".csv",
    "ü $x$ <b>.csv",
)
SECONDS = 30
"""How soon after a visitor has gone the files must be gone."""
CONTEXT = "streamlit.runtime.scriptrunner_utils.script_run_context"
logging.getLogger(CONTEXT).disabled = True  # it misses a server, of which there is none
SETTINGS = {"PRODUCT_LENS_LIMITS": "jobs=0"}
"""A build is refused at the last moment: everything before it is attacked, and no hour is spent."""


def pages(place: Place, chance: random.Random) -> None:
    """Hand over a hostile file, choose at random, press everything."""
    shutil.rmtree(place.artifacts, ignore_errors=True)
    mode = chance.choice(("local", "local", "local", "public", "team"))
    with _settings(SETTINGS | {"PRODUCT_LENS_MODE": mode, "PRODUCT_LENS_ARTIFACTS": str(place.artifacts)}):
        page = AppTest.from_file(str(ROOT / "Home.py"), default_timeout=120)
        page.switch_page("pages/0_Catalogues.py").run()
        if mode == "local":
            _hand_over(place, page, chance)
            _press_everything(page, chance)
        elif page.file_uploader or page.button:
            raise FaultError(f"{mode}: something can be handed over")
        _check(page)
    del page
    if queue.jobs(place.artifacts):
        raise FaultError("a job was started")
    end = time.monotonic() + SECONDS
    while list(jobs_folder(place.artifacts).glob(".draft-*")):
        time.sleep(0.1)
        gc.collect()  # the session is a circle of objects, and its thread ends when it likes
        if time.monotonic() > end:
            raise FaultError("an uploaded file outlived its visitor")


def _hand_over(place: Place, page: AppTest, chance: random.Random) -> None:
    _, content = chance.choice(place.tables)
    name, usual = chance.choice(NAMES), chance.random()
    if usual < 0.3:
        name = chance.choice(place.tables)[0]  # seldom the kind that the content is
    content = damaged(content, chance) if chance.random() < 0.7 else content
    page.file_uploader[0].set_value((name, content, "text/csv"))
    if chance.random() < 0.4:
        page.file_uploader[1].set_value(("i.zip", _archive(place, chance), "application/zip"))
    page.run()
    _check(page)


def _press_everything(page: AppTest, chance: random.Random) -> None:
    for field in page.text_input:
        field.set_value(chance.choice(("", "../x", "a\nb", "$x$", "x" * 80, "--out=/etc", "\u202e", ".jobs")))
    for box in page.selectbox:
        if chance.random() < 0.3 and box.options and not box.disabled:
            box.select_index(chance.randrange(len(box.options)))
    page.run()
    _check(page)
    for button in page.button:
        if not button.disabled:
            button.click()
    page.run()


def _archive(place: Place, chance: random.Random) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for number in range(5):
            archive.writestr(
                f"{chance.choice(('', '../', '/etc/'))}{number}.jpg", chance.choice(place.images)
            )
    return damaged(written.getvalue(), chance) if chance.random() < 0.5 else written.getvalue()


def _check(page: AppTest) -> None:
    if page.exception:
        raise FaultError(f"a traceback: {page.exception[0].message}")
    lines = [error.value for error in page.error if "\n" in error.value.strip()]
    if lines:
        raise FaultError(f"an error of several lines: {lines[0]!r}")


@contextmanager
def _settings(settings: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
