"""A product as a visitor of the Predict page gives it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from core.catalogue.images.files import bytes_digest
from core.catalogue.text import product_text
from core.views.formatting import shorten

NAME_LENGTH = 80


@dataclass(frozen=True)
class ProductInput:
    """A product to be classified.

    Attributes
    ----------
    name, description
        As they were typed; "" where nothing was.
    picture
        The file's bytes; None where there is none.
    example
        Id of the catalogue's product it is, "" where it is none.
    """

    name: str
    description: str
    picture: bytes | None = field(default=None, repr=False)
    example: str = ""

    @cached_property
    def text(self) -> str:
        """Name and description as the encoders read them; "" where there is nothing to read."""
        return product_text(self.name, self.description)

    @cached_property
    def digest(self) -> str:
        """32 hexadecimal digits of what the models are given: text and picture."""
        return bytes_digest(f"{self.text}|".encode() + (self.picture or b""))

    @property
    def word(self) -> str:
        """What a person may call it, at most 80 characters."""
        return shorten(self.name or self.description or "A picture", NAME_LENGTH)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to classify by."""
        return not self.text and self.picture is None
