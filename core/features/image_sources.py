"""Images that are to be encoded, here or in another process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from core.common.errors import ImageError

if TYPE_CHECKING:
    from core.catalogue.images.files import ImageFiles


class ImageSource(Protocol):
    """An image that is yet to be read."""

    @property
    def key(self) -> bytes:
        """By which the cache knows it."""
        ...

    def read(self) -> bytes:
        """Return its content; raises an `ImageError` if it cannot be read."""
        ...


@dataclass(frozen=True)
class FileInCatalogue:
    """A file of a catalogue. Where it is sent to another process, its content goes: files cannot."""

    key: bytes
    name: str
    files: ImageFiles

    def read(self) -> bytes:
        """Return its content."""
        return self.files.read(self.name)

    def __reduce__(self) -> tuple[type[SentImage], tuple[bytes, bytes | None]]:
        try:
            return SentImage, (self.key, self.read())
        except ImageError:
            return SentImage, (self.key, None)


@dataclass(frozen=True)
class SentImage:
    """An image that came from another process; without content where that could not read it."""

    key: bytes
    content: bytes | None

    def read(self) -> bytes:
        """Return its content."""
        if self.content is None:
            raise ImageError("the image cannot be read")
        return self.content
