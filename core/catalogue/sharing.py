"""What so many different products share that it identifies none of them: a stock image, a stock sentence.

Variants of one product rightly share an image or a description, so products are counted, not rows: names that
differ only in size or colour count once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

FEWEST = 5
"""Fewer different products may share anything: the pieces of a set, a name written in several ways."""
IN_OTHER_CATEGORIES = 8
"""Products times further categories: variants are of one category, so five products of three show enough."""
OF_A_CATEGORY = 10
"""So many products of a category, and more than half of it: as an identity, it would take it away."""
IN_ONE_CATEGORY = 20
"""So many products of a category whose names have little in common."""
_COMMON_WORDS, _COMMON = 2, 0.8


@dataclass
class _Sharers:
    """The different products that share something, by category."""

    by_category: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @property
    def products(self) -> set[str]:
        return set[str]().union(*self.by_category.values())

    @property
    def categories(self) -> float:
        """Effective number of categories: 2 for two with equally many products (Simpson, 1949)."""
        sizes = [len(products) for products in self.by_category.values()]
        return float(sum(sizes) ** 2 / sum(size**2 for size in sizes))

    def takes_a_category(self, sizes: Mapping[str, int], least: int) -> bool:
        """Return whether `least` or more products, and more than half, of a category are among these."""
        shares = {category: len(products) for category, products in self.by_category.items()}
        return any(share >= least and 2 * share > sizes[category] for category, share in shares.items())

    @property
    def are_alike(self) -> bool:
        """Whether most of the names have words in common, as variants' have: "Merino yarn plum"."""
        products = self.products
        counts = Counter(word for product in products for word in set(product.split()))
        common = [word for word, count in counts.items() if count >= _COMMON * len(products)]
        return len(common) >= _COMMON_WORDS


def shared_by_many(keys: Sequence[str], products: Sequence[str], categories: Sequence[str]) -> frozenset[str]:
    """Return the keys that so many different products share that they identify none.

    The numbers are this module's constants: a key needs `FEWEST` products, and either enough of several
    categories, or most of a category, or many with unlike names of one category.

    Parameters
    ----------
    keys
        What each of n rows has: the hash of an image, a description; "" for nothing.
    products
        Which product each row is of, as `core.catalogue.product_names.without_variant` names it.
    categories
        The rows' categories.
    """
    sharers, sizes = _sharers(keys, products, categories)
    return frozenset(key for key, each in sharers.items() if _is_nobodys(each, sizes))


def taking_a_category(
    keys: Sequence[str], products: Sequence[str], categories: Sequence[str], least: int
) -> frozenset[str]:
    """Return the keys that more than half of a category's products share, and `least` or more of them."""
    sharers, sizes = _sharers(keys, products, categories)
    return frozenset(key for key, each in sharers.items() if each.takes_a_category(sizes, least))


def _is_nobodys(sharers: _Sharers, sizes: Mapping[str, int]) -> bool:
    number = len(sharers.products)
    if number < FEWEST:
        return False
    return (
        number * (sharers.categories - 1) >= IN_OTHER_CATEGORIES
        or sharers.takes_a_category(sizes, OF_A_CATEGORY)
        or (number >= IN_ONE_CATEGORY and not sharers.are_alike)
    )


def _sharers(
    keys: Sequence[str], products: Sequence[str], categories: Sequence[str]
) -> tuple[dict[str, _Sharers], dict[str, int]]:
    """Return key -> its products, for keys of `FEWEST` rows or more; and category -> number of products."""
    counts = Counter(keys)
    sharers: dict[str, _Sharers] = defaultdict(_Sharers)
    members: dict[str, set[str]] = defaultdict(set)
    for key, product, category in zip(keys, products, categories, strict=True):
        members[category].add(product)
        if key and counts[key] >= FEWEST:
            sharers[key].by_category[category].add(product)
    return sharers, {category: len(each) for category, each in members.items()}
