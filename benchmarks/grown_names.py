"""Names of any number of products, recombined from those of a real catalogue, so that its categories stay.

A made name begins as one name of its category and ends as another one of it: "Puma Men Black" and "Reebok
Women Running Shoes" give "Puma Men Running Shoes". Some words are then exchanged: for invented ones, since in
real catalogues each further product brings words that no other has, and for words of other categories, since
a catalogue without doubtful names is learned more quickly and better than a real one. Names repeat, too.
With the shares below, 10,000 made names of 49 kinds of clothes were as hard to tell as 10,000 real ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

REPEATED = 0.2
"""Share of products that have the whole name of an earlier one of their category."""
INVENTED = 0.1
"""Share of the others with an invented word."""
FOREIGN = 0.05
"""Share of the others with a word of another category."""
TRIES = 8
"""Recombinations until a name is new; then it repeats another one."""
_SYLLABLES = tuple(a + b for a in "bcdfghklmnprstvwz" for b in ("a", "e", "i", "o", "u", "an", "er", "ix"))


@dataclass(frozen=True)
class MadeProduct:
    """A made product.

    Attributes
    ----------
    category, name
        Its own.
    origin
        Which of its category's names it begins as, from 0.
    """

    category: str
    name: str
    origin: int


def made_products(names: Mapping[str, Sequence[str]], count: int, seed: int = 0) -> Iterator[MadeProduct]:
    """Make products; the same for the same names, count and seed.

    Parameters
    ----------
    names
        Category -> its names, each of one word or more; a category's share of the made products is its share
        of these.
    count
        How many.
    seed
        Of all draws.
    """
    rng = np.random.default_rng(seed)
    sizes = np.array([len(each) for each in names.values()])
    makers = [_Maker(category, [name.split() for name in each]) for category, each in names.items()]
    every_word = [word for maker in makers for words in maker.names for word in words]
    # One of each category comes first, so that a small catalogue has them all.
    first = np.arange(len(makers))[:count]
    rest = rng.choice(len(makers), size=count - len(first), p=sizes / sizes.sum())
    for maker in np.concatenate([first, rest]).tolist():
        yield makers[maker].make(rng, every_word)


class _Maker:
    """Makes the products of one category."""

    def __init__(self, category: str, names: list[list[str]]) -> None:
        self.category = category
        self.names = names
        self._made: list[MadeProduct] = []
        self._seen: set[str] = set()

    def make(self, rng: np.random.Generator, every_word: Sequence[str]) -> MadeProduct:
        if self._made and rng.random() < REPEATED:
            return self._made[rng.integers(len(self._made))]
        for _ in range(TRIES):
            product = self._recombined(rng, every_word)
            if product.name not in self._seen:
                break
        self._seen.add(product.name)
        self._made.append(product)
        return product

    def _recombined(self, rng: np.random.Generator, every_word: Sequence[str]) -> MadeProduct:
        origin, other = rng.integers(len(self.names), size=2).tolist()
        head, tail = self.names[origin], self.names[other]
        cut = rng.random()
        words = head[: max(1, round(cut * len(head)))] + tail[max(1, round(cut * len(tail))) :]
        if rng.random() < INVENTED:
            words[rng.integers(len(words))] = "".join(rng.choice(_SYLLABLES, size=3)).capitalize()
        if rng.random() < FOREIGN:
            words[rng.integers(len(words))] = every_word[rng.integers(len(every_word))]
        return MadeProduct(self.category, " ".join(words), origin)
