"""Damage tables of every kind at random and read them: nothing but clear errors, and every row counted.

    python -m benchmarks.fuzz_readers --minutes 30

Prints a table: kind of file, tries, read, refused with one line, faults. A fault is any other error, a row
that is not counted, a table that does not come back as it was read, or more than a minute for one file.
"""

from __future__ import annotations

import argparse
import random
import shutil
import time
import traceback
from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from core.catalogue.inspection import inspect
from core.catalogue.recognition import Recognition, recognise
from core.catalogue.writing.changes import RowChange
from core.catalogue.writing.owner_table import own_ending, write_table
from core.common.errors import CatalogueError
from tests.catalogue.layouts.kinds import WRITERS

PIECES = (
    *(b'"', b"'", b",", b";", b"\t", b"\n", b"\r\n", b"\r", b"|", b"\x00", b"\xff", b"\xe9", b"\xef\xbb\xbf"),
    *(b"<", b">", b"&", b"&amp", b"]]>", b"{", b"}", b"[", b"]", b"null", b"NaN", b"1e999", b"\\", b"\\u"),
    *("\u202e".encode(), "\U0001f600".encode(), b"=1+1", b"sep=;\n", b"-", b"0" * 40, b"a" * 5000),
)
SLOW = 60.0


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Return a file's bytes with some changed, cut, doubled or put elsewhere."""
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at = chance.randrange(len(content) + 1)
        to = min(len(content), at + chance.choice((0, 1, 2, 8, 64, 512)))
        new = chance.choice(
            (
                b"",
                chance.choice(PIECES),
                bytes(chance.randrange(256) for _ in range(3)),
                content[at:to] * 2,
                content[to : to + 200],
            )
        )
        content = content[:at] + new + content[to:]
    return content[: chance.randrange(1, len(content) + 1)] if chance.random() < 0.1 else content


def read_and_write(folder: Path, scratch: Path) -> None:
    """Read a table, check that its rows add up, write it back, and check that nothing was lost."""
    found = inspect(recognise(folder))
    if found.rows != found.products + found.variants + sum(found.set_aside.values()):
        raise AssertionError(f"rows: {found.rows}, {found.products}, {found.variants}, {found.set_aside}")
    table = recognise(folder)
    before = cells(table)
    numbers = [number for batch in table.raw.batches(512) for number in batch.numbers]
    out = scratch / f"back{own_ending(table.raw)}"
    try:
        write_table(table.raw, [], ((number, RowChange()) for number in numbers), out)
    except CatalogueError:
        return
    after = cells(recognise(out, table.options))
    if after != before and not (table.raw.encoding or "utf").startswith("utf"):
        # Garbage tells little of an encoding: it has to be given.
        after = cells(recognise(out, replace(table.options, encoding=table.raw.encoding)))
    if after != before and not any("#" in cell for row in before for cell in row):  # images in Parquet
        raise AssertionError(f"written back: {before[:3]} became {after[:3]}")


def cells(table: Recognition) -> list[tuple[str, ...]]:
    """Return all rows of a table."""
    return [row for each in table.raw.chunks() for row in zip(*each.values(), strict=True)]


def main() -> None:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--faults", type=Path, default=Path("fuzz-faults"))
    options = parser.parse_args()
    chance = random.Random(options.seed)
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in WRITERS}
    until = time.monotonic() + 60 * options.minutes
    while time.monotonic() < until:
        for kind, (_, write) in WRITERS.items():
            with TemporaryDirectory() as name:
                one_try(kind, write, Path(name), counts[kind], chance, options.faults)
    print(f"{'kind':16}{'tries':>8}{'read':>8}{'refused':>9}{'faults':>8}")
    for kind, count in counts.items():
        print(f"{kind:16}{count.total():8}{count['read']:8}{count['refused']:9}{count['fault']:8}")
    total = sum(counts.values(), Counter())
    print(f"{'all':16}{total.total():8}{total['read']:8}{total['refused']:9}{total['fault']:8}")


def one_try(kind, write, folder: Path, count: Counter[str], chance: random.Random, kept: Path) -> None:
    """Damage one table and read it."""
    own, scratch = folder / "own", folder / "scratch"
    own.mkdir()
    scratch.mkdir()
    write(own)
    files = [file for file in own.rglob("*") if file.is_file()]
    file = chance.choice(files)
    file.write_bytes(damaged(file.read_bytes(), chance))
    start = time.monotonic()
    try:
        read_and_write(own, scratch)
        outcome = "read"
    except CatalogueError as error:
        outcome = "refused" if "\n" not in str(error) else "fault"
    except Exception:
        traceback.print_exc(limit=-4)
        outcome = "fault"
    if time.monotonic() - start > SLOW:
        outcome = "fault"
    count[outcome] += 1
    if outcome == "fault":
        shutil.copytree(own, kept / f"{kind}-{count.total()}", dirs_exist_ok=True)


if __name__ == "__main__":
    main()
