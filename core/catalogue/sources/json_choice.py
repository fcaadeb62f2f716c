"""Choose the list of products among the lists of a JSON file."""

from __future__ import annotations

from core.catalogue.sources.json_scan import Collection
from core.catalogue.sources.source import Source
from core.common.errors import CatalogueError


def choose_collection(source: Source, found: list[Collection]) -> Collection | None:
    """Return the list of products: the one asked for, or the largest; None if the columns are lists."""
    lists = [each for each in found if not each.keyed]
    lists = [each for each in lists if each.objects] or lists  # else lists of arrays
    keyed = [each for each in found if each.keyed and each.objects > 1 and each.objects >= each.others]
    if source.sheet is not None:
        for each in lists + keyed:
            if source.sheet == ".".join(each.path):
                return each
        names = ", ".join(sorted({".".join(each.path) for each in lists + keyed}))
        raise CatalogueError(f"{source.name}: no list {source.sheet!r} among {names or 'none'}")
    longest = max((each.objects for each in lists), default=0)
    outer = [each for each in keyed if not _is_nested(each, keyed)]
    # Lists inside of products that have keys are no lists of products.
    around = [each for each in outer if each.objects >= max(longest, 2) and _around(each, lists) > 1]
    candidates = around or lists or outer
    if not candidates:
        return None
    largest = max(candidates, key=lambda each: each.objects)
    others = [each for each in candidates if each is not largest and each.objects > 1]
    if others:
        names = ", ".join(f"{'.'.join(each.path)} ({each.objects})" for each in others[:5])
        if any(2 * each.objects > largest.objects for each in others):
            several = f"{'.'.join(largest.path)} ({largest.objects}), {names}"
            raise CatalogueError(
                f"{source.name}: several lists that may be the products: {several}; "
                "choose one with --sheet NAME"
            )
        source.note(f"read the list {'.'.join(largest.path)}, the longest; not read: {names}")
    return largest


def _around(outer: Collection, lists: list[Collection]) -> int:
    """Return how many objects of an object hold lists of objects."""
    depth = len(outer.path)
    inside = [each.path for each in lists if len(each.path) > depth + 1 and each.path[:depth] == outer.path]
    return len({path[depth] for path in inside})


def _is_nested(inner: Collection, others: list[Collection]) -> bool:
    return any(
        other is not inner
        and len(other.path) < len(inner.path)
        and inner.path[: len(other.path)] == other.path
        for other in others
    )
