"""What the cells of a column look like, for columns whose names say nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from core.catalogue.values.categories import decide_categories
from core.catalogue.values.currencies import currency_of
from core.catalogue.values.image_cells import is_address, looks_like_image
from core.catalogue.values.price_cells import NEGATIVE, PRICE, RANGE, pattern_of_one, price_cell
from core.common.letters import words_of

MOST = 2000
"""Rows that are looked at."""

_SOME = 400  # cells that take longer to look at
_LONGEST_NUMBER = 30  # characters
_LOOKED_AT = 100  # characters of a text
_MOSTLY = 0.8
_FRACTION = re.compile(r"[+-]?\d*[.,]\d+(?:e-?\d+)?")  # 0.1428; sku 100.5 is as unlikely
_CODE = re.compile(r"[\w.\-/+#:]{1,40}")
_ANSWERS_TEXT = """
yes no true false 0 1 y n t f active inactive enabled disabled draft published publish archived visible hidden
instock outofstock in stock out of stock available unavailable new used refurbished ja nein oui non si sim não
nao tak nie да нет evet hayır hayir on off simple variable variation virtual downloadable grouped external
configurable bundle taxable shipping none parent child standalone physical digital service deny continue
manual shopify true/false
"""
ANSWERS = frozenset(_ANSWERS_TEXT.split()) | {
    "in stock",
    "out of stock",
    "はい",
    "いいえ",
    "是",
    "否",
    "有",
    "無",
    "无",
}
"""Values of columns that answer a question, and are no categories."""

_KINDS_TEXT = """
simple variable variation variant virtual downloadable grouped external affiliate configurable bundle giftcard
gift_card subscription physical digital service parent child standalone single product_variation standard
normal pack combination einfach variabel variante variabile semplice variabel einfaches produit simple
variable simples variavel variável prosty wariantowy простой вариативный basit varyasyonlu
"""
KINDS = frozenset(_KINDS_TEXT.split()) | {
    "simple, virtual", "simple, downloadable", "simple, virtual, downloadable",
    "simple, downloadable, virtual", "variation, virtual", "grouped product",
    "simple product", "variable product", "バリエーション", "シンプル", "通常商品", "简单",
    "简单产品", "可变产品", "变体", "虚拟",
}  # fmt: skip
"""Ways in which a shop sells a product."""


@dataclass(frozen=True, eq=False)
class Contents:
    """The cells of a column, the first `MOST` rows.

    Attributes
    ----------
    cells
        As in the table, without outer space.
    """

    cells: tuple[str, ...]

    @classmethod
    def of(cls, cells: Sequence[str]) -> Contents:
        """Look at a column."""
        return cls(tuple(cell.strip() for cell in cells[:MOST]))

    @cached_property
    def filled(self) -> list[str]:
        """The cells that hold something."""
        return [cell for cell in self.cells if cell]

    @cached_property
    def some(self) -> list[str]:
        """The first of them."""
        return self.filled[:_SOME]

    @property
    def fill(self) -> float:
        """The share of rows that hold something."""
        return len(self.filled) / len(self.cells) if self.cells else 0.0

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each value stands."""
        return Counter(self.filled)

    @cached_property
    def length(self) -> float:
        """The mean length of what is filled, in characters."""
        return sum(map(len, self.filled)) / len(self.filled) if self.filled else 0.0

    @cached_property
    def are_images(self) -> bool:
        """Whether the cells name images."""
        return _most(looks_like_image, self.some)

    @cached_property
    def are_addresses(self) -> bool:
        """Whether the cells are addresses of any kind."""
        return _most(is_address, self.some)

    @cached_property
    def are_codes(self) -> bool:
        """Whether the cells are short codes without spaces, each once."""
        return (
            len(self.filled) >= 3
            and self.fill > _MOSTLY
            and len(self.counts) == len(self.filled)
            and all(_CODE.fullmatch(cell) for cell in self.filled)
            and any(any(letter.isdigit() for letter in cell) for cell in self.filled)
            and not _most(lambda cell: _FRACTION.fullmatch(cell) is not None, self.some)
        )

    @cached_property
    def are_numbers(self) -> bool:
        """Whether the cells are numbers, with or without a currency."""
        return _most(_is_number, self.some)

    @cached_property
    def are_prices(self) -> bool:
        """Whether the cells are numbers with a currency."""
        return self.are_numbers and _most(_has_currency, self.some)

    @cached_property
    def are_paths(self) -> bool:
        """Whether the cells are category paths of several levels."""
        rule = decide_categories(self.cells)
        return bool(rule.separator or rule.listed) and not rule.doubts

    @cached_property
    def are_kinds(self) -> bool:
        """Whether the cells say how a shop sells a product."""
        return bool(self.counts) and all(cell.lower() in KINDS for cell in self.counts)

    @cached_property
    def are_answers(self) -> bool:
        """Whether the cells answer a question, such as yes and no."""
        return bool(self.counts) and all(
            cell.lower() in ANSWERS or cell.lower() in KINDS for cell in self.counts
        )

    @cached_property
    def are_texts(self) -> bool:
        """Whether most cells are words, and no codes, numbers or addresses."""
        return _most(_is_text, self.some) and not self.are_addresses

    @cached_property
    def are_groups(self) -> bool:
        """Whether few different values repeat, as categories do."""
        different = len(self.counts)
        return (
            2 <= different <= max(2, len(self.filled) / 3)
            and len(self.filled) >= 6
            and self.length <= 120
            and self.are_texts
            and not self.are_answers
            and not self.are_images
        )


def _most(looks: Callable[[str], bool], cells: Sequence[str]) -> bool:
    """Return whether most cells look so; it stops where they cannot any more."""
    left = (1 - _MOSTLY) * len(cells)
    for cell in cells:
        if not looks(cell):
            left -= 1
            if left < 0:
                return False
    return bool(cells)


def _is_number(cell: str) -> bool:
    if len(cell) >= _LONGEST_NUMBER or price_cell(pattern_of_one(cell)).kind not in (PRICE, RANGE, NEGATIVE):
        return False
    digits = sum(map(str.isdigit, cell))
    return digits * 2 >= len(cell.replace(" ", "")) or _has_currency(cell)


def _has_currency(cell: str) -> bool:
    return currency_of(cell) is not None


def _is_text(cell: str) -> bool:
    cell = cell[:_LOOKED_AT]
    return sum(map(len, words_of(cell))) * 2 >= len(cell) and sum(map(str.isalpha, cell)) * 3 >= len(cell)
