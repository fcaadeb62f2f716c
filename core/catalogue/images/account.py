"""What became of a catalogue's images and of the names by which its table calls them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

EXAMPLES = 5


@dataclass(frozen=True)
class Counted:
    """How many there are of something, and the first few of them."""

    count: int = 0
    examples: tuple[str, ...] = ()

    @classmethod
    def of(cls, names: Sequence[str]) -> Counted:
        """Count names; the first five are examples."""
        # File systems allow bytes in names that are no text.
        examples = (name.encode("utf-8", "replace").decode("utf-8") for name in names[:EXAMPLES])
        return cls(len(names), tuple(examples))

    def __str__(self) -> str:
        """Return ``7 (a.jpg, b.jpg, ...)``."""
        more = ", ..." if self.count > len(self.examples) else ""
        return f"{self.count} ({', '.join(self.examples)}{more})" if self.examples else str(self.count)


@dataclass(frozen=True)
class ImageAccount:
    """Counts of a catalogue's images, of all rows that were read.

    Attributes
    ----------
    found : int
        Image files, and images that the table itself holds.
    unnamed : int
        Image files that belong to no row.
    several : int
        Rows with several images.
    missing : Counted
        Rows that name a file that is not there, with the names.
    ambiguous : Counted
        Rows that name a file by a name that several have, with the names.
    not_fetched : int
        Rows with addresses of images, none of which is downloaded.
    refused : mapping of str to Counted
        Reason -> files that are not read.
    """

    found: int = 0
    unnamed: int = 0
    several: int = 0
    missing: Counted = field(default_factory=Counted)
    ambiguous: Counted = field(default_factory=Counted)
    not_fetched: int = 0
    refused: Mapping[str, Counted] = field(default_factory=dict)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> ImageAccount:
        """Restore an account from its JSON-serialisable values."""
        counted = {name: _counted(stored[name]) for name in ("missing", "ambiguous")}
        refused = {reason: _counted(each) for reason, each in stored["refused"].items()}
        return cls(**{**stored, **counted, "refused": refused})

    def without_names(self) -> ImageAccount:
        """Return the account without names of files."""
        return replace(
            self,
            missing=Counted(self.missing.count),
            ambiguous=Counted(self.ambiguous.count),
            refused={reason: Counted(each.count) for reason, each in self.refused.items()},
        )

    def lines(self) -> Iterator[str]:
        """Yield the account for the terminal, a line for each count that is not zero."""
        if self.found:
            several = f", rows with several: {self.several}" if self.several else ""
            unnamed = f", files of no row: {self.unnamed}" if self.unnamed else ""
            yield f"images found: {self.found}{several}{unnamed}"
        if self.missing.count:
            yield f"rows whose image file is missing: {self.missing}"
        if self.ambiguous.count:
            yield f"rows whose image name fits several files: {self.ambiguous}"
        if self.not_fetched:
            yield f"rows whose image is an address, and not downloaded: {self.not_fetched}"
        for reason, files in self.refused.items():
            yield f"image files not read: {files}, {reason}"


def _counted(stored: Mapping[str, Any]) -> Counted:
    return Counted(stored["count"], tuple(stored["examples"]))
