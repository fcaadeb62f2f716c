"""Whole visits: how many clicks and seconds they take, and the files that visitors bring."""

import io
import random
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import openpyxl

from core.bundle.reader import Bundle
from tests.browser.waiting import listen, settle
from tests.paths import ROOT

COUNT = """
window.lensClicks = 0;
addEventListener('click', event => { if (event.isTrusted) window.lensClicks += 1; }, true);
"""


class Visit:
    """A visit under way: clicks and seconds since it began, without those spent waiting for a build."""

    def __init__(self, page) -> None:
        self.page = page
        self._begun = time.monotonic()
        self._waited = 0.0
        self._files = 0

    def hand_over(self, place: int, name: str, kind: str, content: bytes) -> None:
        """Choose a file for the field at a place; counts as one click."""
        settle(self.page)
        field = self.page.locator("input[type=file]").nth(place)
        field.set_input_files({"name": name, "mimeType": kind, "buffer": content})
        self._files += 1

    @contextmanager
    def building(self) -> Iterator[None]:
        """Leave the time of the block out."""
        begun = time.monotonic()
        yield
        self._waited += time.monotonic() - begun

    def count(self) -> tuple[int, float]:
        """Return clicks and seconds up to now."""
        clicks = self.page.evaluate("window.lensClicks") + self._files
        return clicks, time.monotonic() - self._begun - self._waited


@contextmanager
def visit(chromium, address: str) -> Iterator[Visit]:
    """Open the app as somebody who has never been there; no page may fail."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.add_init_script(COUNT)
    listen(page)
    page.goto(address)
    page.get_by_role("heading", name="Product Lens").wait_for()
    yield Visit(page)
    assert not page.get_by_test_id("stException").count()
    context.close()


@dataclass(frozen=True)
class Shop:
    """A merchandiser's files, and what is wrong in them.

    Attributes
    ----------
    workbook, images
        An xlsx with German headers, and a zip.
    truth
        Id of a product in a wrong category -> its right category.
    names
        Id -> name, of all products; no two alike.
    """

    workbook: bytes
    images: bytes
    truth: dict[str, str]
    names: dict[str, str]


def german_shop(wrong: int = 26, per_category: int = 40, categories: int = 8) -> Shop:
    """Make a shop's files out of demo products, with some categories swapped."""
    bundle = Bundle.open(ROOT / "artifacts" / "demo")
    table = bundle.table
    faulty = {*bundle.faults["row"], *bundle.faults["other"]}
    once = ~table["name"].duplicated(keep=False) & table["has_image"] & table["has_text"]
    names = sorted(bundle.classes)[:categories]
    rows = []
    for name in names:
        own = np.flatnonzero((table["category"] == name) & once)
        rows += [int(row) for row in own if row not in faulty][:per_category]
    draw = random.Random(5)
    swapped = set(draw.sample(rows, wrong))
    book, truth = openpyxl.Workbook(), {}
    book.active.append(["Artikelnummer", "Bezeichnung", "Beschreibung", "Bild", "Warengruppe", "Preis"])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for row in rows:
            sku, name, text, category = (
                str(table[column].iat[row]) for column in ("sku", "name", "description", "category")
            )
            shown = category
            if row in swapped:
                truth[sku] = category
                shown = draw.choice([other for other in names if other != category])
            book.active.append([sku, name, text, f"{sku}.jpg", shown, 9.9])
            archive.writestr(f"Bilder/{sku}.jpg", bundle.thumbnail(sku))
    out = io.BytesIO()
    book.save(out)
    known = {str(table["sku"].iat[row]): str(table["name"].iat[row]) for row in rows}
    return Shop(out.getvalue(), packed.getvalue(), truth, known)
