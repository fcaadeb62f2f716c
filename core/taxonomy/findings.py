"""What is odd about a tree of categories, for people."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from core.taxonomy.taxonomy import Taxonomy

KINDS = {
    "cycle": ("above themselves", "one of each circle stands at the top"),
    "two parents": ("with several parents", "the first is taken"),
    "unknown parent": ("whose parent is not listed", "they stand at the top"),
    "repeated": ("listed twice", "they count once"),
    "nameless": ("without a name", "they are called by their ids"),
    "skipped level": ("that skip a level", "they move up"),
    "same name": ("with a name that stands under several parents", "each is a category of its own"),
}
"""Kind -> which categories these are, and what became of them."""
EXAMPLES = 3


@dataclass(frozen=True)
class Finding:
    """Something odd: of which of `KINDS`, how often, and the first `EXAMPLES`."""

    kind: str
    count: int
    examples: tuple[str, ...]

    def line(self) -> str:
        """Return the finding as a line."""
        which, fate = KINDS[self.kind]
        more = ", ..." if self.count > len(self.examples) else ""
        return f"categories {which}: {self.count:,}; {fate} ({', '.join(self.examples)}{more})"


def findings(found: dict[str, list[str]]) -> tuple[Finding, ...]:
    """Return kind -> examples, all of them, as findings in the order of `KINDS`."""
    return tuple(
        Finding(kind, len(found[kind]), tuple(map(repr, found[kind][:EXAMPLES])))
        for kind in KINDS
        if found.get(kind)
    )


def same_names(tree: Taxonomy) -> list[str]:
    """Return names that stand under more than one parent."""
    parents: dict[str, set[int]] = defaultdict(set)
    for name, parent in zip(tree.names[1:], tree.parents[1:].tolist(), strict=True):
        parents[name].add(parent)
    return [name for name, above in parents.items() if len(above) > 1]
