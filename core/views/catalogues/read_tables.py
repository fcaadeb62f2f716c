"""What was read of a table, as tables and cards: columns, set-aside rows, sample products."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from core.catalogue.columns.fields import FIELDS
from core.catalogue.images.decoding import thumbnail
from core.catalogue.images.files import ImageFiles
from core.catalogue.inspection import Inspection, Sample
from core.catalogue.recognition import Recognition
from core.catalogue.values.image_data import is_image_data
from core.common.errors import ImageError
from core.views.formatting import capitalised, shorten_category
from core.views.product_cards import Card

FIELD_NAMES = {
    "sku": "Id",
    "name": "Name",
    "description": "Description",
    "category": "Category",
    "images": "Images",
    "price": "Price",
    "currency": "Currency",
    "parent": "Variant of",
    "brand": "Brand",
    "language": "Language",
    "url": "Web page",
    "colour": "Colour",
    "size": "Size",
    "material": "Material",
    "gender": "Gender",
    "usage": "Usage",
    "kind": "Kind of product",
}
"""Field -> what people call it."""

CARDS = 6
_KEPT_BY = {"--keep-placeholders": "Keep placeholder categories", "fewer than": "Smallest category"}


def columns_table(recognition: Recognition) -> pd.DataFrame:
    """Return which columns are read as what and why, then those that are not read."""
    own = recognition.of_file
    matches = own.matches
    rows = [
        (FIELD_NAMES[name], ", ".join(matches[name].columns), matches[name].why)
        for name in FIELDS
        if name in matches
    ]
    rows += [("–", column, "not used") for column in own.unused]
    return pd.DataFrame(rows, columns=["Field", "Column", "Why"])


def set_aside_table(found: Inspection) -> pd.DataFrame:
    """Return how many rows are set aside, why, and what would keep them."""
    rows = [
        (count, _reason(reason), next((each for key, each in _KEPT_BY.items() if key in reason), ""))
        for reason, count in found.set_aside.items()
    ]
    return pd.DataFrame(rows, columns=["Rows", "Why", "Kept by"])


def sample_cards(found: Inspection, images: ImageFiles) -> list[Card]:
    """Return the first products as cards, those with an image first."""
    cards = [
        Card(_image(each, images), each.name or each.sku, _note(each)) for each in found.sample[: 3 * CARDS]
    ]
    return sorted(cards, key=lambda card: card.image is None)[:CARDS]


def _reason(reason: str) -> str:
    return capitalised(reason.partition("; --")[0])


def _image(sample: Sample, images: ImageFiles) -> bytes | None:
    return next(filter(None, (_small(name, images) for name in _names(sample, images))), None)


def _names(sample: Sample, images: ImageFiles) -> Sequence[str]:
    # Where cells name nothing that is there, images are called by the product's id.
    own = images.named(sample.sku)
    plain = [name for name in sample.images if not is_image_data(name)]
    return [*plain, own] if own else plain


def _small(name: str, images: ImageFiles) -> bytes | None:
    try:
        return thumbnail(images.read(name))
    except ImageError:
        return None


def _note(sample: Sample) -> str:
    price = "" if sample.price is None else f"{sample.price:,.2f} {sample.currency or ''}".strip()
    return "\n".join(filter(None, [shorten_category(sample.category, 60), price]))
