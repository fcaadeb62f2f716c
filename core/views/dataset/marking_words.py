"""Words that mark a category: those its texts use more than the others do, and surely so.

By Dunning's likelihood ratio ("Accurate Methods for the Statistics of Surprise and Coincidence",
Computational Linguistics 19, 1993), which stays true for words that the other texts hardly use; log-odds
divided by their standard errors do not, and would rank "watch" behind the brands of watches. A text has a
word or not, however often it says it, so that one long description counts no more than any other; texts that
are the same within a category count once.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

SUREST = 3.3
"""A word marks a category from this many standard deviations on: one in a thousand gets there by chance."""

FEWEST = 3
"""Texts in which a word must be: a rarer one is a serial number or a slip."""

_WORD = re.compile(r"[^\W\d_]{2,}(?:'[^\W\d_]+)?")


@dataclass(frozen=True, eq=False)
class MarkingWords:
    """How many texts of each category have which word.

    Attributes
    ----------
    categories : tuple of str
        k names.
    words : tuple of str
        m words, each as most texts write it.
    having : np.ndarray
        int64 (k, m): texts of a category that have a word.
    texts : np.ndarray
        int64 (k,): different texts of each category.
    """

    categories: tuple[str, ...]
    words: tuple[str, ...]
    having: np.ndarray
    texts: np.ndarray

    def strength(self, category: str) -> np.ndarray:
        """Return how surely each word marks the category: float (m,), below 0 where it is rarer in it.

        The signed root of the likelihood ratio: 2 is as sure as two standard deviations.

        Raises
        ------
        ValueError
            No such category.
        """
        here = self.categories.index(category)
        yes = np.stack([self.having[here], self.having.sum(axis=0) - self.having[here]]).astype(float)
        texts = np.array([[self.texts[here]], [self.texts.sum() - self.texts[here]]], dtype=float)
        usual = yes.sum(axis=0) / max(texts.sum(), 1)
        ratio = sum(
            seen * np.log(np.divide(seen, expected, out=np.ones_like(seen), where=seen > 0))
            for seen, expected in ((yes, texts * usual), (texts - yes, texts * (1 - usual)))
        ).sum(axis=0)
        sign = np.sign(yes[0] - texts[0] * usual)
        return sign * np.sqrt(2 * np.maximum(ratio, 0))

    def of(self, category: str, most: int = 15) -> pd.DataFrame:
        """List the words that mark a category, the surest first.

        Returns
        -------
        DataFrame
            Word, Here and Elsewhere (shares of the texts of this category and of all others that have it,
            0 to 1), Strength (as :meth:`strength`, `SUREST` or more); at most `most` rows, none for a lone
            category.
        """
        import pandas as pd

        here = self.categories.index(category)
        strength = self.strength(category)
        best = np.argsort(-strength, kind="stable")[:most]
        best = best[strength[best] >= SUREST] if len(self.categories) > 1 else best[:0]
        others = self.texts.sum() - self.texts[here]
        elsewhere = (self.having.sum(axis=0) - self.having[here])[best] / max(int(others), 1)
        return pd.DataFrame(
            {
                "Word": [self.words[at] for at in best],
                "Here": self.having[here, best] / max(int(self.texts[here]), 1),
                "Elsewhere": elsewhere,
                "Strength": strength[best],
            }
        )

    def overview(self, categories: Sequence[str], most: int = 6) -> pd.DataFrame:
        """List Category, Texts and Words that mark it (joined by commas) of some categories."""
        import pandas as pd

        return pd.DataFrame(
            {
                "Category": list(categories),
                "Texts": [int(self.texts[self.categories.index(name)]) for name in categories],
                "Words that mark it": [", ".join(self.of(name, most)["Word"]) for name in categories],
            }
        )


def marking_words(texts: Sequence[str], categories: Sequence[str]) -> MarkingWords:
    """Count in which texts of which category each word is.

    Parameters
    ----------
    texts
        n texts, as `core.catalogue.text.product_text` makes them; empty ones are left out.
    categories
        n names.

    Raises
    ------
    ValueError
        There is not one category a text.
    """
    from core.heads.text.cleaning import STOP_WORDS, lemma

    if len(texts) != len(categories):
        raise ValueError(f"expected a category for each of {len(texts)} texts, got {len(categories)}")
    different = {(str(category), text) for category, text in zip(categories, texts, strict=True) if text}
    names = sorted({category for category, _ in different})
    number = {name: place for place, name in enumerate(names)}
    column: dict[str, int] = {}
    forms: list[Counter[str]] = []
    cells: list[tuple[int, int]] = []
    for category, text in sorted(different):
        said: dict[str, str] = {}
        for form in _WORD.findall(unicodedata.normalize("NFKC", text).casefold()):
            if form not in STOP_WORDS:
                said.setdefault(lemma(form), form)
        for word, form in said.items():
            at = column.setdefault(word, len(column))
            if at == len(forms):
                forms.append(Counter())
            forms[at][form] += 1
            cells.append((number[category], at))
    having = np.zeros((len(names), len(column)), dtype=np.int64)
    if cells:
        np.add.at(having, tuple(np.array(cells).T), 1)
    kept = np.flatnonzero(having.sum(axis=0) >= FEWEST)
    written = tuple(forms[at].most_common(1)[0][0] for at in kept)
    counts = Counter(category for category, _ in different)
    return MarkingWords(
        tuple(names), written, having[:, kept], np.array([counts[name] for name in names], dtype=np.int64)
    )
