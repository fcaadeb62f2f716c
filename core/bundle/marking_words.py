"""Words that mark a category: its texts use them significantly more often than all other texts do.

By Dunning's likelihood ratio ("Accurate Methods for the Statistics of Surprise and Coincidence",
Computational Linguistics 19, 1993), which holds for words that are rare in the other texts; log-odds
divided by their standard errors do not, and would rank "watch" behind the brands of watches. A text
has a word or not, however often, so that one long description counts no more than any other; identical texts
within a category count once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.catalogue.text import product_texts
from core.common.letters import MARKS

if TYPE_CHECKING:
    import pandas as pd

SUREST = 3.3
"""A word marks a category from this many standard deviations on: by chance about one in a thousand does."""

FEWEST = 3
"""Fewest texts with a word: rarer ones are serial numbers or typing errors."""

_WORD = re.compile(rf"[^\W\d_](?:[^\W\d_]|[{MARKS}])+(?:'[^\W\d_]+)?")


@dataclass(frozen=True, eq=False)
class MarkingWords:
    """In how many texts of each category each word occurs.

    Attributes
    ----------
    categories : tuple of str
        k names.
    words : tuple of str
        m words, in their most frequent spelling.
    having : np.ndarray
        int64 (k, m): texts of a category with a word.
    texts : np.ndarray
        int64 (k,): different texts of each category.
    """

    categories: tuple[str, ...]
    words: tuple[str, ...]
    having: np.ndarray
    texts: np.ndarray

    def strength(self, category: str) -> np.ndarray:
        """Return how strongly each word marks the category: float (m,), below 0 where it is rarer in it.

        The signed root of the likelihood ratio, which is on the scale of standard deviations.

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
        return np.asarray(sign * np.sqrt(2 * np.maximum(ratio, 0)))

    def of(self, category: str, most: int = 15) -> pd.DataFrame:
        """List the words that mark a category, the strongest first.

        Returns
        -------
        DataFrame
            Word, This category and Other categories (shares of their texts, 0 to 1), Strength (as
            :meth:`strength`, `SUREST` or more); at most `most` rows, none for a lone category.
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
                "Word": [self.words[column] for column in best],
                "This category": self.having[here, best] / max(int(self.texts[here]), 1),
                "Other categories": elsewhere,
                "Strength": strength[best],
            }
        )

    def overview(self, categories: Sequence[str], most: int = 6) -> pd.DataFrame:
        """List some categories with their number of texts and the words that mark them, joined by commas."""
        import pandas as pd

        return pd.DataFrame(
            {
                "Category": list(categories),
                "Texts": [int(self.texts[self.categories.index(name)]) for name in categories],
                "Marking words": [", ".join(self.of(name, most)["Word"]) for name in categories],
            }
        )


def marking_words(texts: Sequence[str], categories: Sequence[str]) -> MarkingWords:
    """Count in how many texts of which category each word occurs.

    Parameters
    ----------
    texts
        n texts, as `core.catalogue.text.product_text` makes them; empty ones are left out.
    categories
        n names.

    Raises
    ------
    ValueError
        There is not one category for each text.
    """
    return words_by_split(texts, categories, [""] * len(texts))[""]


def words_by_split(
    texts: Sequence[str], categories: Sequence[str], splits: Sequence[str]
) -> dict[str, MarkingWords]:
    """Count as :func:`marking_words` does in each split and, as "", in all; every text is read once."""
    if not len(texts) == len(categories) == len(splits):
        raise ValueError(
            f"expected a category and a split for each of {len(texts)} texts, got {len(categories)} and "
            f"{len(splits)}"
        )
    bits = {split: 1 << number for number, split in enumerate(dict.fromkeys(splits))}
    splits_of: dict[tuple[str, str], int] = {}
    for category, text, split in zip(categories, texts, splits, strict=True):
        if text:
            one = str(category), text
            splits_of[one] = splits_of.get(one, 0) | bits[split]
    different = sorted(splits_of)
    in_splits = np.array([splits_of[one] for one in different], dtype=np.int64)
    read = _ReadTexts([category for category, _ in different], [text for _, text in different])
    counted = {split: read.count((in_splits & bit) > 0) for split, bit in bits.items()}
    return {"": read.count(in_splits > 0)} | counted


def counted_words(table: pd.DataFrame) -> dict[str, MarkingWords]:
    """Count the words of a bundle's products: by split, and "" for all."""
    columns = (table[name].tolist() for name in ("category", "part"))
    return words_by_split(product_texts(table), *columns)


def words_table(counted: Mapping[str, MarkingWords]) -> pd.DataFrame:
    """Return what :func:`words_by_split` counted as a table.

    Returns
    -------
    DataFrame
        split, category, word, texts: how many texts of the category have the word; for the word "", all of
        them. What no text has is left out.
    """
    import pandas as pd

    parts = []
    for split, words in counted.items():
        having = np.column_stack([words.texts, words.having]).T
        word, category = np.nonzero(having)
        columns = {
            "split": split,
            "category": np.asarray(words.categories, dtype=object)[category],
            "word": np.asarray(("", *words.words), dtype=object)[word],
            "texts": having[word, category],
        }
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def words_of(table: pd.DataFrame, split: str) -> MarkingWords:
    """Return what was counted in one split, or "" for all, from :func:`words_table`."""
    import pandas as pd

    own = table[(table["split"] == split).to_numpy(dtype=bool)]
    word, words = pd.factorize(own["word"])
    category, categories = pd.factorize(own["category"], sort=True)
    having = np.zeros((len(categories), max(1, len(words))), dtype=np.int64)
    having[category, word] = own["texts"].to_numpy()
    return MarkingWords(tuple(map(str, categories)), tuple(map(str, words[1:])), having[:, 1:], having[:, 0])


class _ReadTexts:
    """Different texts and their categories, in which words are counted."""

    def __init__(self, categories: Sequence[str], texts: Sequence[str]) -> None:
        self._categories = np.asarray(categories, dtype=object)
        self._words = _Words()
        text_of, spelling_of = self._words.read(texts)
        # Of each text the first spelling of each lemma, which says that the text has it.
        m = max(len(self._words.lemmas), 1)
        _, first = np.unique(text_of * m + self._words.column[spelling_of], return_index=True)
        self._text_of, self._spelling_of = text_of[first], spelling_of[first]

    def count(self, chosen: np.ndarray) -> MarkingWords:
        """Count the words of some texts, bool (n,)."""
        names, category_of = np.unique(self._categories[chosen].astype(str), return_inverse=True)
        place = np.cumsum(chosen) - 1
        has = chosen[self._text_of]
        text_of, spelling_of = place[self._text_of[has]], self._spelling_of[has]
        m = len(self._words.lemmas)
        cells = category_of[text_of] * m + self._words.column[spelling_of]
        having = np.bincount(cells, minlength=len(names) * m).reshape(len(names), m)
        kept = np.flatnonzero(having.sum(axis=0) >= FEWEST)
        spelt = self._words.most_frequent(np.bincount(spelling_of, minlength=len(self._words.spellings)))
        return MarkingWords(
            tuple(map(str, names)),
            tuple(spelt[column] for column in kept.tolist()),
            having[:, kept],
            np.bincount(category_of, minlength=len(names)),
        )


class _Words:
    """The spellings and lemmas of many texts as numbers: arrays count faster than dictionaries of them.

    Attributes
    ----------
    spellings, lemmas
        Spelling -> its number, in order of appearance, without stop words; lemma -> its column.
    column
        int64: the column of each spelling's lemma.
    """

    def __init__(self) -> None:
        self.spellings: dict[str, int] = {}
        self.lemmas: dict[str, int] = {}
        self.column = np.zeros(0, dtype=np.int64)

    def read(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return text and spelling of each word, int64 (words,) each, in the order of texts and words."""
        from core.heads.text.cleaning import STOP_WORDS, lemma

        numbers: dict[str, int] = dict.fromkeys(STOP_WORDS, -1)
        found: list[int] = []
        lengths: list[int] = []
        for text in texts:
            spelt = dict.fromkeys(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))
            for spelling in spelt:
                if spelling not in numbers:
                    numbers[spelling] = len(self.spellings)
                    self.spellings[spelling] = len(self.spellings)
            found += map(numbers.__getitem__, spelt)
            lengths.append(len(spelt))
        columns = [self.lemmas.setdefault(one, len(self.lemmas)) for one in map(lemma, self.spellings)]
        self.column = np.array(columns, dtype=np.int64)
        spelling_of = np.array(found, dtype=np.int64)
        text_of = np.repeat(np.arange(len(texts)), lengths)
        counted = spelling_of >= 0
        return text_of[counted], spelling_of[counted]

    def most_frequent(self, texts: np.ndarray) -> list[str]:
        """Return each lemma's spelling in the most texts, int64 (spellings,); among equals the first seen."""
        names = list(self.spellings)
        best = [""] * len(self.lemmas)
        for number in np.argsort(-texts, kind="stable")[::-1].tolist():  # the last one written stays
            best[self.column[number]] = names[number]
        return best
