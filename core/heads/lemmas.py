"""Dictionary forms of English words: simplemma's rules on its dictionary, which is unpacked once per machine.

Unpacked by simplemma, the dictionary takes a quarter of a second and 25 MB of every process. Here it is
looked up in arrays that load in milliseconds: hashes of its words in ascending order, and what each leads to.
"""

from __future__ import annotations

import logging
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from core.common.files import atomic_path, cache_dir
from core.heads.vocabulary import word_hash

LANGUAGE = "en"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Lemmas:
    """A dictionary to look words up in.

    Attributes
    ----------
    hashes
        uint64 (n,), ascending: `core.heads.vocabulary.word_hash` of its words.
    starts
        uint32 (n + 1,): where the form of each word begins in `forms`, and the last one's end.
    forms
        uint8: all dictionary forms in UTF-8, one after another.
    """

    hashes: np.ndarray
    starts: np.ndarray
    forms: np.ndarray

    @classmethod
    def of(cls, dictionary: dict[str, str]) -> Lemmas:
        """Lay out a dictionary, word -> form."""
        hashes = np.array([word_hash(word) for word in dictionary], dtype=np.uint64)
        order = np.argsort(hashes)
        forms = [form.encode() for form in dictionary.values()]
        ordered = [forms[place] for place in order]
        starts = np.cumsum([0, *(len(form) for form in ordered)], dtype=np.uint32)
        return cls(hashes[order], starts, np.frombuffer(b"".join(ordered), dtype=np.uint8))

    def get(self, word: str) -> str | None:
        """Return the form of `word`; None if the dictionary does not have it."""
        key = np.uint64(word_hash(word))
        place = int(np.searchsorted(self.hashes, key))
        if place == len(self.hashes) or self.hashes[place] != key:
            return None
        return self.forms[self.starts[place] : self.starts[place + 1]].tobytes().decode()

    def get_dictionary(self, lang: str) -> Lemmas:
        """Return itself: what simplemma calls a dictionary factory has this method."""
        return self


@cache
def lemmatizer() -> Callable[[str], str]:
    """Return the function that gives a word's dictionary form as ``simplemma.lemmatize`` does."""
    import simplemma
    from simplemma.strategies import DefaultStrategy

    lemmas = _unpacked(cache_dir() / f"lemmas-{LANGUAGE}-{simplemma.__version__}.npz")
    rules = simplemma.Lemmatizer(lemmatization_strategy=DefaultStrategy(dictionary_factory=lemmas))
    return lambda word: rules.lemmatize(word, LANGUAGE)


def _unpacked(file: Path) -> Lemmas:
    """Read the dictionary from the cache; a missing or damaged file is made anew."""
    try:
        with np.load(file, allow_pickle=False) as kept:
            return Lemmas(kept["hashes"], kept["starts"], kept["forms"])
    except FileNotFoundError:
        pass
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        _log.warning("a damaged file is made again: %s (%s)", file, error)
    from simplemma.strategies.dictionaries import DefaultDictionaryFactory

    lemmas = Lemmas.of(dict(DefaultDictionaryFactory().get_dictionary(LANGUAGE)))
    try:
        with atomic_path(file) as temporary, temporary.open("wb") as opened:
            np.savez(opened, hashes=lemmas.hashes, starts=lemmas.starts, forms=lemmas.forms)
    except OSError as error:
        _log.warning("the dictionary is not kept for the next run: %s cannot be written (%s)", file, error)
    return lemmas
