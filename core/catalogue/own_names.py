"""Category paths that end with the product's own name, as some shops have them: it is no category."""

from __future__ import annotations

from collections.abc import Sequence

from core.catalogue.values.paths import JOINED

_DOTS = ". …"
_ELLIPSES = ("...", "…")


def is_own_name(category: str, product: str) -> bool:
    """Return whether a category is a product's name, whole, cut with dots, or with more in brackets behind.

    "Desk Lamp" is not taken for the name of "Desk Lamp Blue": a category's name may begin those of its
    products.
    """
    last, name = _plain(category), _plain(product)
    if not last or not name:
        return False
    if last == name or last.startswith(f"{name} ("):
        return True
    return category.rstrip().endswith(_ELLIPSES) and (name.startswith(last) or last.startswith(name))


def _plain(name: str) -> str:
    return " ".join(name.casefold().rstrip(_DOTS).split())


def category_paths(paths: Sequence[str], names: Sequence[str]) -> tuple[list[str], int]:
    """Return whole category paths without the products' own names at their ends, and how many had one.

    A name is dropped where it is the own name of all products that stand there: "Mug" is a category if
    another product than "Mug" is in it.

    Parameters
    ----------
    paths
        Of each product, levels joined.
    names
        Of the products.

    Returns
    -------
    tuple
        [] if no path has more than one level.
    """
    if not any(JOINED in path for path in paths):
        return [], 0
    own = [
        JOINED in path and is_own_name(path.rpartition(JOINED)[2], name)
        for path, name in zip(paths, names, strict=True)
    ]
    others = {path for path, is_own in zip(paths, own, strict=True) if not is_own}
    kept = [path if path in others else path.rpartition(JOINED)[0] for path in paths]
    return kept, sum(before != after for before, after in zip(paths, kept, strict=True))


def said_of_own_names(count: int, products: int) -> list[str]:
    """Return how many paths ended with the product's own name, for people; nothing if none did."""
    if not count:
        return []
    return [
        f"category paths that end with the product's own name: {count} of {products}; in the category tree "
        "these products stand one level up"
    ]
