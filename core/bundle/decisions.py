"""What reviewers decide, kept in a file beside the bundle: ``<artifacts>/.reviews/<bundle>.jsonl``.

Each decision is one line of JSON, and lines are only ever added. So two reviewers at once lose nothing, a
killed process costs at most its last lines, undoing is one more line, and the file records who did what when.
Products are known by sku, so a bundle that is built again keeps its decisions. The file lies beside the
bundle, not in it, because a bundle is replaced as a whole.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from core.common.errors import CoreError

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

ACTIONS = {
    "keep": "Kept as it is",
    "correct": "Moved",
    "confirm": "Fault confirmed",
    "skip": "Skipped",
}
"""What can be decided -> what people call it."""

FOLDER = ".reviews"
LONGEST_NAME = 80

Key = tuple[str, str]
"""What a decision is about: (sku, "") for one product, both skus in alphabetical order for a pair."""


@dataclass(frozen=True)
class ReviewDecision:
    """One decision.

    Attributes
    ----------
    id
        Its own, 12 hexadecimal digits.
    time
        When: ISO 8601, UTC.
    who
        The reviewer's name, "" where none was given.
    sku, other
        The product, and the one it was compared with ("" where it was not).
    kind
        Of the worst finding that was shown (`core.views.review.queue.KINDS`).
    action
        One of `ACTIONS`.
    old, new
        The category in the catalogue at the time, and the one decided for.
    """

    id: str
    time: str
    who: str
    sku: str
    other: str
    kind: str
    action: str
    old: str
    new: str

    @property
    def key(self) -> Key:
        """What it is about."""
        return key_of(self.sku, self.other)


@dataclass(frozen=True)
class Log:
    """All decisions that were not taken back, oldest first, and how many lines could not be read."""

    decisions: tuple[ReviewDecision, ...]
    unreadable: int = 0


def key_of(sku: str, other: str = "") -> Key:
    """Return what a decision about these products is known by; a pair is one whichever comes first."""
    return (min(sku, other), max(sku, other)) if other else (sku, "")


def decisions_file(bundle: Bundle) -> Path:
    """Return where the decisions about a bundle are; a kept refit shares those of its origin."""
    return decisions_of(bundle.path.with_name(origin_of(bundle)))


def decisions_of(path: Path) -> Path:
    """Return where the decisions about the bundle in a folder are, unless it is a refit."""
    return path.parent / FOLDER / f"{path.name}.jsonl"


def origin_of(bundle: Bundle) -> str:
    """Return the name of the bundle that a refit came from, else the bundle's own."""
    refit = bundle.manifest.refit
    return bundle.path.name if refit is None else refit.of


def new_decision(
    *, sku: str, other: str = "", kind: str, action: str, old: str, new: str, who: str = ""
) -> ReviewDecision:
    """Return a decision, stamped with the time, that is not saved yet.

    Raises
    ------
    ValueError
        There is no such action, or "correct" that changes nothing.
    """
    if action not in ACTIONS or (action == "correct" and old == new):
        raise ValueError(f"expected one of {', '.join(ACTIONS)}, got {action!r} from {old!r} to {new!r}")
    return ReviewDecision(
        id=uuid4().hex[:12],
        time=_now(),
        who=_name(who),
        sku=sku,
        other=other,
        kind=kind,
        action=action,
        old=old,
        new=new,
    )


def save(
    file: Path, *, sku: str, other: str = "", kind: str, action: str, old: str, new: str, who: str = ""
) -> ReviewDecision:
    """Make a decision as `new_decision` does and add it to `file`.

    Raises
    ------
    ValueError
        As there.
    CoreError
        The file cannot be written.
    """
    decision = new_decision(sku=sku, other=other, kind=kind, action=action, old=old, new=new, who=who)
    save_all(file, [decision])
    return decision


def save_all(file: Path, decisions: Iterable[ReviewDecision]) -> None:
    """Add decisions to `file`, all of them or none.

    Raises
    ------
    CoreError
        The file cannot be written.
    """
    _append(file, [asdict(decision) for decision in decisions])


def take_back(file: Path, *decisions: str, who: str = "") -> None:
    """Add to `file` that the decisions of these ids do not hold any more, all of them or none.

    Raises
    ------
    CoreError
        The file cannot be written.
    """
    _append(file, [{"undo": each, "time": _now(), "who": _name(who)} for each in decisions])


def read(file: Path) -> Log:
    """Read the decisions in `file`; none where there is no file yet.

    Raises
    ------
    CoreError
        The file is there and cannot be opened.
    """
    try:
        lines = file.read_bytes().split(b"\n")
    except FileNotFoundError:
        return Log(())
    except OSError as error:
        raise CoreError(f"the decisions in '{file}' cannot be read: {error.strerror}") from error
    kept: dict[str, ReviewDecision] = {}
    unreadable = 0
    for plain in _records(lines):
        if plain is not None and isinstance(plain.get("undo"), str):
            kept.pop(plain["undo"], None)
        elif (decision := _decision(plain)) is not None:
            kept[decision.id] = decision
        else:
            unreadable += 1
    return Log(tuple(kept.values()), unreadable)


def decided_categories(log: Log) -> dict[str, str]:
    """Return sku -> the category that a person decided for; the last decision on a product counts."""
    return {each.sku: each.new for each in log.decisions if each.action != "skip" and each.new}


def _records(lines: list[bytes]) -> Iterator[dict[str, Any] | None]:
    """Yield the object in each line that is not empty, None where there is none."""
    for line in lines:
        if line.strip():
            try:
                plain = json.loads(line)
            except ValueError:
                plain = None
            yield plain if isinstance(plain, dict) else None


def _decision(plain: dict[str, Any] | None) -> ReviewDecision | None:
    """Return what a line says, None where it says no decision."""
    names = [field.name for field in fields(ReviewDecision)]
    if plain is None or any(not isinstance(plain.get(name), str) for name in names):
        return None
    return ReviewDecision(**{name: plain[name] for name in names}) if plain["action"] in ACTIONS else None


def _append(file: Path, records: Sequence[dict[str, Any]]) -> None:
    """Add lines by one write at the end of the file, which other writers' lines cannot come into."""
    lines = b"".join(json.dumps(record).encode("ascii") + b"\n" for record in records)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            size = os.fstat(handle).st_size
            if size and os.pread(handle, 1, size - 1) != b"\n":
                lines = b"\n" + lines  # a killed process left half a line
            written = os.write(handle, lines)
            if written != len(lines):
                os.ftruncate(handle, size)
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise CoreError(
            f"the decision was not saved: '{file}' cannot be written ({error.strerror})"
        ) from error
    if written != len(lines):
        raise CoreError(f"the decision was not saved: no room left for '{file}'")


def _name(who: str) -> str:
    return " ".join(who.split())[:LONGEST_NAME]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
