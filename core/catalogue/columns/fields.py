"""The fields of a product that a table's columns are matched to."""

from __future__ import annotations

from core.common.errors import CatalogueError

FIELDS = {
    "sku": "the identifier of a product, unique in the catalogue",
    "name": "what the product is called",
    "description": "a longer text about it",
    "category": "what it is: a name, a path, or several columns that are the levels of one",
    "price": "what it costs",
    "currency": "the currency of the price, where a column of its own says it",
    "images": "its images: file names, addresses or the images themselves, in one or several columns",
    "parent": "the product that it is a variant of",
    "brand": "who makes it",
    "language": "the language of its texts",
    "url": "the address of its page",
    "colour": "its colour",
    "size": "its size",
    "material": "what it is made of",
    "gender": "whom it is for",
    "usage": "what it is for",
    "kind": "how a shop sells it: simple, variable, a variation, virtual",
}
"""Field -> what it holds."""

_OTHER_NAMES = {
    "image": "images",
    "picture": "images",
    "color": "colour",
    "id": "sku",
    "title": "name",
    "label": "category",
}


def known_field(name: str) -> str:
    """Return the field that a user means by `name`: "image" is images.

    Raises
    ------
    CatalogueError
        If there is none; the message lists the fields.
    """
    field = _OTHER_NAMES.get(name.strip().lower(), name.strip().lower())
    if field not in FIELDS:
        raise CatalogueError(f"unknown field {name!r} of products: expected one of {', '.join(FIELDS)}")
    return field
