"""What is the matter with a file of vectors: a line a kind, with a count and examples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

EXAMPLES = 3


@dataclass
class Finding:
    """How many ids something is the matter with, and the first few of them."""

    count: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, name: str, what: str = "") -> None:
        """Count an id, and `what` is the matter with it."""
        self.count += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(f"{name[:60]} ({what})" if what else name[:60])

    def line(self, one: str, many: str) -> Iterator[str]:
        """Yield a line if there is something to say, with its examples."""
        if self.count:
            yield f"{self.count:,} {one if self.count == 1 else many}, such as {', '.join(self.examples)}"


@dataclass
class Findings:
    """What was found in a file.

    Attributes
    ----------
    rows
        How many it has.
    repeated, wrong, not_finite, zeros
        Ids that stood in it before; rows of another length, or without numbers; rows with NaN or infinity;
        rows of zeros, which stand for no vector.
    """

    rows: int = 0
    repeated: Finding = field(default_factory=Finding)
    wrong: Finding = field(default_factory=Finding)
    not_finite: Finding = field(default_factory=Finding)
    zeros: Finding = field(default_factory=Finding)

    def lines(self, dim: int) -> Iterator[str]:
        """Yield what is the matter, a line a kind."""
        yield from self.repeated.line("id stands in it again", "ids stand in it again (the first row counts)")
        yield from self.wrong.line(
            f"row is left out: not of {dim} numbers", f"rows are left out: not of {dim} numbers"
        )
        yield from self.not_finite.line(
            "row is left out: NaN or infinity in it", "rows are left out: NaN or infinity in them"
        )
        yield from self.zeros.line("row of zeros counts as none", "rows of zeros count as none")
