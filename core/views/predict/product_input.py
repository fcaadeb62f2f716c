"""A product as a visitor of the *Predict* page enters it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from core.catalogue.images.digest import bytes_digest
from core.catalogue.text import product_text
from core.views.formatting import shorten

TITLE_LENGTH = 80


@dataclass(frozen=True)
class ProductInput:
    """A product to be classified.

    Attributes
    ----------
    name, description
        As they were typed; "" where nothing was.
    image
        The file's bytes; None where there is none.
    example
        Id of the catalogue's product it is, "" where it is none.
    """

    name: str
    description: str
    image: bytes | None = field(default=None, repr=False)
    example: str = ""

    @cached_property
    def text(self) -> str:
        """Name and description as the encoders read them; "" where there is nothing to read."""
        return product_text(self.name, self.description)

    @cached_property
    def digest(self) -> str:
        """32 hexadecimal digits of what the models are given: text and image."""
        return bytes_digest(f"{self.text}|".encode() + (self.image or b""))

    @property
    def title(self) -> str:
        """A name for it on screen, at most 80 characters."""
        return shorten(self.name or self.description or "An image", TITLE_LENGTH)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to classify."""
        return not self.text and self.image is None
