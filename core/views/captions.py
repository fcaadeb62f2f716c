"""The line under a figure: the products, features and model behind it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from core.views.display_names import features_name, head_name

if TYPE_CHECKING:
    from core.bundle.reader import Bundle


def figure_caption(
    bundle: Bundle, rows: int, what: str, modality: str | None = None, head: str | None = None, note: str = ""
) -> str:
    """Return the caption of a figure, as ``1,470 test products · MiniLM features · Linear SVM``.

    Parameters
    ----------
    bundle
        Whose products.
    rows
        How many of them.
    what
        What they are, in the plural: ``test products``, ``products in Mugs``, ``pairs of products``.
    modality, head
        The input and the head behind the figure, if any.
    note
        Further sentences, on a line of their own.
    """
    singular = re.sub(r"(pair|product)s", r"\1", what, count=1)
    parts = [f"{rows:,} {singular if rows == 1 else what}"]
    if modality:
        parts.append(features_name(bundle, modality, head))
    if head:
        parts.append(head_name(head))
    if bundle.synthetic:
        parts.append("synthetic products")
    return " · ".join(parts) + (f"  \n{note}" if note else "")
