"""What texts a catalogue can be read by: new ones in another language, or without meaning, are told apart.

A classifier is as sure of a text that it cannot read as of any other. What it can read, the training texts
say: their languages, and the words in them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from core.evaluation.texts.languages import (
    LANGUAGES,
    MOST_PER_BYTE,
    find_languages,
    foreignness,
    language_scores,
)
from core.evaluation.texts.letters import MOST, LetterModel, dictionary_words
from core.evaluation.texts.words import hashed, words_of

MOST_WORDS = 20_000
"""Words that are kept, those of most training texts."""
SHARED_BY = 2
"""Training texts that must have a word: a single one may be the foreign one."""
ENOUGH_KNOWN = 0.5
"""With a larger share of words of the catalogue, a text can be read, whatever the others are."""
KNOWN_WORD = 2.0
"""What each word that the catalogue has says for its languages, in log-odds."""
FOREIGN = 12.0
"""Log-odds above which a text is in an unknown language; one short name of a foreign brand says less."""
WORDLIKE = -0.3
"""Log-odds a letter below which a text has no meaning: most foreign words are above, random letters below."""
EITHER = -0.2
"""Random letters look like some language, too. Those of a real one say much for it each: where half of that
and their likeness to words are together below this, a text has no meaning."""
FALSE_ALARMS = 0.005
"""Share of the validation texts that may be told apart, or one of them; limits are moved until it holds."""
NOTHING_KNOWN = -1e9
ABBREVIATION = 2
"""Letters of a word up to which they may be any, such as XL."""
FEWEST_LETTERS = 5
"""Letters of a text's words that say whether they look like words."""


class Readings(NamedTuple):
    """What n texts are to a catalogue, bool (n,) each; a text is at most one of these.

    Attributes
    ----------
    foreign
        In a language that nobody who answers can read.
    meaningless
        Letters that say nothing.
    covered
        In a language that the catalogue does not have, but whoever answers can read.
    """

    foreign: np.ndarray
    meaningless: np.ndarray
    covered: np.ndarray


@dataclass(frozen=True, eq=False)
class TextProfile:
    """What a catalogue's texts are like; `fit` makes it.

    Attributes
    ----------
    languages
        Those of the training texts (ISO 639), the most common one first; none where they have no words.
    words
        uint32 (w,), ascending: hashes of words of the training texts.
    letters
        What words look like.
    without_words
        Whether training texts may be numbers alone.
    foreign
        Log-odds above which a text is in an unknown language.
    wordlike
        Log-odds a letter below which a text has no meaning.
    covered
        Further languages that whoever answers can read, such as those of an encoder.
    """

    languages: tuple[str, ...]
    words: np.ndarray
    letters: LetterModel
    without_words: bool
    foreign: float = FOREIGN
    wordlike: float = WORDLIKE
    covered: tuple[str, ...] = ()

    @classmethod
    def fit(
        cls, texts: Iterable[str], validation_texts: Iterable[str] = (), covered: Collection[str] = ()
    ) -> TextProfile:
        """Learn what a catalogue's texts are like.

        Parameters
        ----------
        texts
            Of the training products; "" for none.
        validation_texts
            Of the validation products: no more than `FALSE_ALARMS` of them may be told apart.
        covered
            Languages (ISO 639) that whoever answers can read.
        """
        read = [words_of(text) for text in dict.fromkeys(texts) if text]
        languages = find_languages(read)
        counted = Counter(word for words in read for word in words)
        kept = [word for word, count in counted.most_common(MOST_WORDS) if count >= SHARED_BY]
        profile = cls(
            languages,
            np.unique(hashed(kept)),
            LetterModel.fit([*counted, *dictionary_words(languages)]),
            without_words=any(not words for words in read),
            covered=tuple(sorted(LANGUAGES & set(covered) - set(languages))),
        )
        return profile._with_limits([text for text in dict.fromkeys(validation_texts) if text])

    def unreadable(self, texts: Iterable[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return which of n texts are in an unknown language, and which have no meaning, bool (n,) each.

        A text is not both. An empty one is neither.
        """
        readings = self.read(texts)
        return readings.foreign, readings.meaningless

    def read(self, texts: Iterable[str]) -> Readings:
        """Return what n texts are to this catalogue."""
        texts = list(texts)
        foreign, meaningless = np.zeros(len(texts), dtype=bool), np.zeros(len(texts), dtype=bool)
        covered = np.zeros(len(texts), dtype=bool)
        for row, text in enumerate(texts):
            words = words_of(text)
            if not words:
                meaningless[row] = bool(text) and not self.without_words
                continue
            foreignness, likeness = self._measured(words)
            foreign[row], meaningless[row] = foreignness > self.foreign, likeness < self.wordlike
            if foreign[row] and meaningless[row]:
                meaningless[row] = likeness + foreignness / _bytes(words) / 2 < EITHER
                foreign[row] = not meaningless[row]
            if foreign[row] and self.covered:
                covered[row] = foreignness_of(words, (*self.languages, *self.covered)) <= self.foreign
                foreign[row] = not covered[row]
        return Readings(foreign, meaningless, covered)

    @cached_property
    def _known(self) -> frozenset[int]:
        """The hashes as a set: a text has few words, and searching the array for them would sort it anew."""
        return frozenset(self.words.tolist())

    def _measured(self, words: list[str]) -> tuple[float, float]:
        """Return how foreign words are, and how far they look like words, log-odds a letter."""
        hashes = hashed(words).tolist()
        new = [word for word, each in zip(words, hashes, strict=True) if each not in self._known]
        of_catalogue = len(words) - len(new)
        if of_catalogue > ENOUGH_KNOWN * len(words):
            return NOTHING_KNOWN, MOST
        return self._foreignness(new) - KNOWN_WORD * of_catalogue, self._likeness(new, of_catalogue)

    def _foreignness(self, words: list[str]) -> float:
        if not words or not self.languages:
            return NOTHING_KNOWN
        return foreignness_of(words, self.languages)

    def _likeness(self, words: list[str], of_catalogue: int) -> float:
        """Return the mean over words, where those of the catalogue are as much like words as any can be."""
        telling = [word for word in words if len(word) > ABBREVIATION]
        if not of_catalogue and len("".join(telling)) < FEWEST_LETTERS:
            return 0.0
        likeness = sum(map(self.letters.likeness, telling)) + MOST * of_catalogue
        return likeness / (len(telling) + of_catalogue)

    def _with_limits(self, texts: Sequence[str]) -> TextProfile:
        """Return this profile with limits that few of these texts exceed."""
        measured = [self._measured(words) for words in map(words_of, texts) if words]
        if not measured:
            return self
        foreign, likeness = np.array(measured).T
        beyond = min(max(1, int(FALSE_ALARMS * len(measured))), len(measured) - 1)
        return replace(
            self,
            foreign=max(FOREIGN, float(np.sort(foreign)[-1 - beyond])),
            wordlike=min(WORDLIKE, float(np.sort(likeness)[beyond])),
        )


def foreignness_of(words: Sequence[str], languages: Collection[str]) -> float:
    """Return by how much words are likelier in another language than in these, in log-odds."""
    return min(foreignness(language_scores(words), languages), MOST_PER_BYTE * _bytes(words))


def _bytes(words: Sequence[str]) -> int:
    return len("".join(words).encode("utf-8", "surrogatepass"))
