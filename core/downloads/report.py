"""The outcome of each address: counted, and listed in a file."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.common.files import atomic_path
from core.common.spreadsheet import safe_text

FETCHED, KEPT, FAILED, NOT_TRIED = "fetched", "already here", "failed", "not tried"
_ORDER = {FAILED: 0, NOT_TRIED: 1, FETCHED: 2, KEPT: 3}


@dataclass(frozen=True)
class Outcome:
    """The outcome of one address: its image files, or the reason why there are none."""

    address: str
    files: tuple[str, ...]
    outcome: str
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True)
class FetchReport:
    """The result of a run.

    Attributes
    ----------
    outcomes : tuple of Outcome
        One per address, in table order.
    products : int
        Rows of the table.
    with_image : int
        Rows for which the catalogue's reader now finds an image.
    file : Path
        The CSV file that lists the outcomes.
    """

    outcomes: tuple[Outcome, ...]
    products: int
    with_image: int
    file: Path

    def count(self, outcome: str) -> int:
        """Return the number of addresses with this outcome."""
        return sum(each.outcome == outcome for each in self.outcomes)

    @property
    def images(self) -> int:
        """Addresses whose image is in the folder."""
        return self.count(FETCHED) + self.count(KEPT)

    @property
    def reasons(self) -> dict[str, int]:
        """Failed addresses by reason, the most frequent first."""
        return dict(Counter(each.reason for each in self.outcomes if each.outcome == FAILED).most_common())

    def lines(self) -> list[str]:
        """Return a summary for the terminal, as lines."""
        lines = [
            f"{len(self.outcomes)} addresses: {self.count(FETCHED)} fetched, "
            f"{self.count(KEPT)} already here, {self.count(FAILED)} failed"
        ]
        lines += [f"  failed: {count} ({reason})" for reason, count in self.reasons.items()]
        lines.append(f"{self.with_image} of {self.products} products now have an image")
        lines.append(f"see {self.file} for the outcome of each address")
        return lines


def write_outcomes(outcomes: Sequence[Outcome], file: Path) -> None:
    """Write a CSV ``url, file, outcome, reason``, failures first, replacing the file in one step."""
    with atomic_path(file) as temporary, temporary.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["url", "file", "outcome", "reason"])
        for each in sorted(outcomes, key=lambda each: _ORDER[each.outcome]):
            reason = f"{each.reason}: {each.detail}" if each.detail else each.reason
            cells = [each.address, " ".join(each.files), each.outcome, " ".join(reason.split())]
            writer.writerow(map(safe_text, cells))
