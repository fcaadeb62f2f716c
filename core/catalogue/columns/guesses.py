"""Guesses from what cells look like, where no column's name says it; each is said as a doubt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from core.catalogue.columns.contents import Contents
from core.catalogue.columns.matches import Match

_LONG, _SHORT = 40, 4  # mean characters of descriptions and of names
_MANY = 0.5  # share of names that differ


def guess_columns(
    columns: Sequence[str],
    contents: Mapping[str, Contents],
    matches: Mapping[str, Match],
    without: set[str],
    add: Callable[[Match], None],
) -> None:
    """Match images, prices, identifiers, texts and categories by what cells look like.

    Parameters
    ----------
    columns
        All columns of the table.
    contents
        What is in them.
    matches
        What is matched so far; it grows with `add`.
    without
        Fields that the table does not have, as its owner says.
    add
        Takes a match.
    """

    def free() -> list[str]:
        taken = {column for match in matches.values() for column in match.columns}
        return [column for column in columns if column not in taken and contents[column].filled]

    def guess(field: str, found: list[str], looks: str, several: bool = False) -> None:
        if field in matches or field in without or not found:
            return
        picked = tuple(found) if several else (found[0],)
        others = [] if several else found[1:]
        doubt = f"{field}: guessed from its cells, {', '.join(picked)} ({looks})"
        if others:
            doubt += f"; could also be {', '.join(_counted(each, contents) for each in others[:6])}"
        doubt += "; choose with --label" if field == "category" else f"; choose with --columns {field}=COLUMN"
        add(Match(field, picked, looks, doubt))

    guess("images", [c for c in free() if contents[c].are_images], "cells name images", several=True)
    guess("price", [c for c in free() if contents[c].are_prices], "numbers with a currency")
    texts = [c for c in free() if contents[c].are_texts]
    long = sorted((c for c in texts if contents[c].length >= _LONG), key=lambda c: -contents[c].length)
    guess("description", [c for c in long if not contents[c].are_groups], "the longest texts")
    names = [
        c
        for c in free()
        if contents[c].are_texts
        and contents[c].length >= _SHORT
        and len(contents[c].counts) >= _MANY * len(contents[c].filled)
        and not contents[c].are_codes
    ]
    guess("name", sorted(names, key=lambda c: -len(contents[c].counts)), "short texts that differ")
    groups = sorted(
        (c for c in free() if contents[c].are_groups),
        key=lambda c: (not contents[c].are_paths, -len(contents[c].counts)),
    )
    guess("category", groups, "few values that repeat")
    guess("sku", [c for c in free() if contents[c].are_codes], "short codes, each once")


def _counted(column: str, contents: Mapping[str, Contents]) -> str:
    return f"{column} ({len(contents[column].counts)} values)"
