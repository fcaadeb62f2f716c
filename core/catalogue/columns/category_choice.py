"""Which column is the category: a path or one that is called so, before types of products."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core.catalogue.columns.contents import Contents
from core.catalogue.columns.headers import header_of
from core.catalogue.columns.levels import Levels, find_levels
from core.catalogue.columns.matches import Candidate, Match, named_candidates
from core.catalogue.columns.names import PATH_NAMES, key_of
from core.catalogue.values.paths import JOINED

_TYPES_TEXT = """
product type, item type, article type, type, product class, collection, feed product type,
item type keyword, item type name, attribute set, attribute set code, produkttyp, produktart, typ,
type de produit, tipo de producto, tipo, tipo di prodotto, tipo prodotto, tipo de produto, producttype,
soort, typ produktu, rodzaj, тип товара, тип, вид товара, urun tipi, urun turu, tip, tur, 商品タイプ,
種類, 種別, タイプ, 产品类型, 商品类型, 產品類型, 类型, 類型, standardized product type,
custom product type, sub category, subcategory
"""
_TYPES = frozenset(map(key_of, _TYPES_TEXT.split(",")))
_IDS_TEXT = "category id, class id, category code, browse node, recommended browse nodes"
_IDS = frozenset(map(key_of, _IDS_TEXT.split(",")))
_FILLED = 0.3  # share of rows that a category needs, if another column has them


@dataclass(frozen=True)
class _Choice:
    columns: tuple[str, ...]
    tier: int
    rank: int
    why: str
    fill: float
    values: int
    doubt: str = ""

    @property
    def order(self) -> tuple[bool, bool, int, int]:
        """The best first: filled, with several values, by the clearness of the name."""
        return self.fill < _FILLED, self.values < 2, self.tier, self.rank

    def __str__(self) -> str:
        return f"{JOINED.join(self.columns)} ({self.values} {'value' if self.values == 1 else 'values'})"


def choose_category(
    columns: Sequence[str],
    contents: Mapping[str, Contents],
    taken: set[str],
    kind: Match | None,
    add: Callable[[Match], None],
) -> None:
    """Match the category by the names of columns, if one is called so; others that could be it are said.

    Parameters
    ----------
    columns
        All columns of the table.
    contents
        What is in them.
    taken
        Columns that are matched to other fields.
    kind
        The column of kinds of products (simple, variable), which is no category.
    add
        Takes the match.
    """
    free = [column for column in columns if column not in taken]
    choices = [
        _choice(each, contents[each.column])
        for each in named_candidates(free, "category")
        if not contents[each.column].are_kinds
        and not (kind and each.column in kind.columns)
        and not contents[each.column].are_images
    ]
    levels = find_levels(free, {column: contents[column].cells for column in free})
    if levels is not None:
        choices = [each for each in choices if each.columns[0] not in levels.columns]
        choices.append(_of_levels(levels, contents))
    choices = [each for each in choices if each.values] or choices
    choices.sort(key=lambda each: each.order)
    if not choices:
        return
    best, *others = choices
    doubt = best.doubt
    if others:
        doubt = (
            f"category: {best} is read; could also be {', '.join(map(str, others[:6]))}: choose with --label"
            + (f". {doubt}" if doubt else "")
        )
    elif best.values == 1:
        doubt = f"category: {best} is read, so that all products have the same; choose another with --label"
    add(Match("category", best.columns, best.why, doubt))


def _choice(candidate: Candidate, contents: Contents) -> _Choice:
    header = header_of(candidate.column)
    is_path = candidate.key in PATH_NAMES or contents.are_paths
    is_type = candidate.key in _TYPES or header.key in _TYPES
    if candidate.key in _IDS or _are_ids(contents):
        tier = 3
    elif is_type and not is_path:
        tier = 2
    else:
        tier = 0 if is_path or not is_type else 1
    why = f"called {candidate.column!r}" + (", and holds paths" if contents.are_paths else "")
    return _Choice((candidate.column,), tier, candidate.rank, why, contents.fill, len(contents.counts))


def _are_ids(contents: Contents) -> bool:
    return bool(contents.filled) and all(cell.replace(".", "").isdecimal() for cell in contents.filled)


def _of_levels(levels: Levels, contents: Mapping[str, Contents]) -> _Choice:
    rows = zip(*(contents[column].cells for column in levels.columns), strict=True)
    values = len({row for row in rows if any(row)})
    fill = max(contents[column].fill for column in levels.columns)
    # A column of whole paths says the same, and wins.
    return _Choice(levels.columns, 0, 50, "levels of one category by their names", fill, values, levels.doubt)
