"""Lemmas of English words: simplemma's rules on its dictionary, which is unpacked once per machine.

simplemma itself needs a quarter of a second and 25 MB in every process to unpack its dictionary. Here the
dictionary is kept in arrays that load in milliseconds: the hashes of its words, ascending, and their lemmas.
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
from core.heads.text.vocabulary import word_hash

LANGUAGE = "en"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Lemmas:
    """A dictionary, word -> lemma.

    Attributes
    ----------
    hashes
        uint64 (n,), ascending: `core.heads.text.vocabulary.word_hash` of its words.
    starts
        uint32 (n + 1,): where the lemma of each word begins in `forms`, and the end of the last one.
    forms
        uint8: all lemmas in UTF-8, one after another.
    """

    hashes: np.ndarray
    starts: np.ndarray
    forms: np.ndarray

    @classmethod
    def of(cls, dictionary: dict[str, str]) -> Lemmas:
        """Lay out a dictionary, word -> lemma."""
        hashes = np.array([word_hash(word) for word in dictionary], dtype=np.uint64)
        order = np.argsort(hashes)
        forms = [form.encode() for form in dictionary.values()]
        ordered = [forms[position] for position in order]
        starts = np.cumsum([0, *(len(form) for form in ordered)], dtype=np.uint32)
        return cls(hashes[order], starts, np.frombuffer(b"".join(ordered), dtype=np.uint8))

    def get(self, word: str) -> str | None:
        """Return the lemma of `word`; None if the dictionary does not have it."""
        key = np.uint64(word_hash(word))
        position = int(np.searchsorted(self.hashes, key))
        if position == len(self.hashes) or self.hashes[position] != key:
            return None
        return self.forms[self.starts[position] : self.starts[position + 1]].tobytes().decode()

    def get_dictionary(self, lang: str) -> Lemmas:
        """Return the dictionary; simplemma expects this method of its dictionary factories."""
        return self


@cache
def lemmatizer() -> Callable[[str], str]:
    """Return a function, word -> lemma, that agrees with ``simplemma.lemmatize``."""
    import simplemma
    from simplemma.strategies import DefaultStrategy

    lemmas = cached_lemmas(cache_dir() / f"lemmas-{LANGUAGE}-{simplemma.__version__}.npz", _dictionary)
    rules = simplemma.Lemmatizer(lemmatization_strategy=DefaultStrategy(dictionary_factory=lemmas))
    return lambda word: rules.lemmatize(word, LANGUAGE)


def cached_lemmas(file: Path, unpack: Callable[[], dict[str, str]]) -> Lemmas:
    """Read a dictionary from the cache; write the file if it is missing or damaged.

    Parameters
    ----------
    file
        The cached ``.npz`` file. If it cannot be written, a warning is logged.
    unpack
        Returns the dictionary, word -> lemma.
    """
    try:
        with np.load(file, allow_pickle=False) as arrays:
            return Lemmas(arrays["hashes"], arrays["starts"], arrays["forms"])
    except FileNotFoundError:
        pass
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        _log.warning("%s is damaged and is written again (%s)", file, error)
    lemmas = Lemmas.of(unpack())
    try:
        with atomic_path(file) as temporary, temporary.open("wb") as opened:
            np.savez(opened, hashes=lemmas.hashes, starts=lemmas.starts, forms=lemmas.forms)
    except OSError as error:
        _log.warning("cannot cache the dictionary: %s cannot be written (%s)", file, error)
    return lemmas


def _dictionary() -> dict[str, str]:
    """Unpack simplemma's dictionary."""
    from simplemma.strategies.dictionaries import DefaultDictionaryFactory

    return dict(DefaultDictionaryFactory().get_dictionary(LANGUAGE))
