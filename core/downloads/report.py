"""What became of every address: counted, and listed in a file."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.common.files import atomic_path

FETCHED, KEPT, FAILED, NOT_TRIED = "fetched", "already here", "failed", "not tried"
_ORDER = {FAILED: 0, NOT_TRIED: 1, FETCHED: 2, KEPT: 3}


@dataclass(frozen=True)
class Outcome:
    """What became of one address: where its image is, or the reason it is not here."""

    address: str
    files: tuple[str, ...]
    outcome: str
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True)
class FetchReport:
    """What a run did.

    Attributes
    ----------
    outcomes : tuple of Outcome
        One an address, in the order of the table.
    products : int
        Rows of the table.
    with_image : int
        Rows for which the catalogue's reader finds an image now.
    file : Path
        Where the outcomes are listed.
    """

    outcomes: tuple[Outcome, ...]
    products: int
    with_image: int
    file: Path

    def count(self, outcome: str) -> int:
        """Return how many addresses came out so."""
        return sum(each.outcome == outcome for each in self.outcomes)

    @property
    def images(self) -> int:
        """Addresses whose image is here."""
        return self.count(FETCHED) + self.count(KEPT)

    @property
    def reasons(self) -> dict[str, int]:
        """Failed addresses by reason, the most frequent first."""
        return dict(Counter(each.reason for each in self.outcomes if each.outcome == FAILED).most_common())

    def lines(self) -> list[str]:
        """Return the summary, a line each."""
        lines = [
            f"{len(self.outcomes)} addresses: {self.count(FETCHED)} fetched, "
            f"{self.count(KEPT)} already here, {self.count(FAILED)} failed"
        ]
        lines += [f"  failed: {count} ({reason})" for reason, count in self.reasons.items()]
        lines.append(f"{self.with_image} of {self.products} products have an image now")
        lines.append(f"every address is listed in {self.file}")
        return lines


def write_outcomes(outcomes: Sequence[Outcome], file: Path) -> None:
    """Write a CSV ``url, file, outcome, reason``, what failed first; nobody sees half of it."""
    with atomic_path(file) as temporary, temporary.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["url", "file", "outcome", "reason"])
        for each in sorted(outcomes, key=lambda each: _ORDER[each.outcome]):
            reason = f"{each.reason}: {each.detail}" if each.detail else each.reason
            writer.writerow([each.address, " ".join(each.files), each.outcome, " ".join(reason.split())])
