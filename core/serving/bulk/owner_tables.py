"""The owner's own table with what was predicted for its products."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from core.catalogue.writing.answers import Answer, answer_columns
from core.catalogue.writing.corrections import Correction
from core.catalogue.writing.owner_table import own_ending, write_table
from core.catalogue.writing.shop_imports import SHOPS, write_import
from core.common.files import temporary_folder
from core.common.spreadsheet import own_text

if TYPE_CHECKING:
    from core.catalogue.recognition import Recognition
    from core.catalogue.sources.raw import RawTable


@dataclass(frozen=True)
class Written:
    """What was written: the file, and a line that says what is in it."""

    file: Path
    line: str


def read_answers(predictions: Path) -> list[Answer]:
    """Return the answers in a file that `write_predictions` wrote, in its order."""
    table = pd.read_csv(predictions, dtype="str", keep_default_na=False)
    cells = (table[name] for name in ("sku", "predicted", "confidence", "needs_review", "reason"))
    return [
        Answer(own_text(sku), own_text(category), float(confidence or 0), needs_review == "True", reason)
        for sku, category, confidence, needs_review, reason in zip(*cells, strict=True)
    ]


def sure_categories(answers: Sequence[Answer], decided: Mapping[str, str]) -> list[str | None]:
    """Return each product's category where a person decided it or the answer is sure, else None."""
    return [
        decided.get(each.sku, None if each.needs_review or not each.category else each.category)
        for each in answers
    ]


def write_answers(recognition: Recognition, answers: Sequence[Answer], out: Path) -> Written:
    """Write the owner's table with the answers as columns."""
    added, changes = answer_columns(recognition, answers)
    writer = write_table(recognition.raw, added, changes, out)
    return Written(out, f"{recognition.raw.name} with {', '.join(added)}" + _format(writer.own))


def write_corrected(recognition: Recognition, categories: Sequence[str | None], out: Path) -> Written:
    """Write the owner's table with other categories where these differ."""
    correction = Correction(recognition, categories)
    writer = write_table(recognition.raw, correction.added, correction.changes(), out)
    moved = sum(correction.moved.values())
    where = f"in the added column {correction.added[0]}" if correction.added else "in place"
    return Written(
        out, f"{recognition.raw.name} with {moved} categories corrected {where}{_format(writer.own)}"
    )


def write_for_shop(
    recognition: Recognition, categories: Sequence[str | None], shop: str, out: Path
) -> Written:
    """Write what a shop imports: products with a sure or decided category."""
    count = write_import(recognition, categories, SHOPS[shop], out)
    left = len(categories) - count
    return Written(
        out,
        f"{count} products for {SHOPS[shop].name}, {left} left out that need review; "
        "its cells are not made safe for spreadsheets",
    )


def in_own_format(raw: RawTable, write: Callable[[Path], object]) -> bytes:
    """Return what `write` writes to a file of a table's own format."""
    with temporary_folder() as folder:
        out = Path(folder, f"table{own_ending(raw)}")
        write(out)
        return out.read_bytes()


def _format(own: bool) -> str:
    return "" if own else ", written in the format that the file's name says"
