"""What a catalogue's texts are like, as files.

``profile.json`` holds languages and limits; ``words.npy`` uint32 (w,), hashes of words; ``letters.npy``
str (t,) and ``letter_counts.npy`` int32 (t,), the triples of letters that words are made of.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from core.bundle.arrays import load_array, save_array
from core.bundle.json_fields import Fields
from core.bundle.json_files import load_json
from core.common.errors import BundleError
from core.evaluation.texts.languages import LANGUAGES
from core.evaluation.texts.letters import LetterModel
from core.evaluation.texts.profile import TextProfile

PROFILE, WORDS, LETTERS, COUNTS = "profile.json", "words.npy", "letters.npy", "letter_counts.npy"


def write_text_profile(profile: TextProfile, file: Callable[[str], Path]) -> None:
    """Write all files; `file` gives the path for a name."""
    content = {
        "languages": list(profile.languages),
        "without_words": profile.without_words,
        "foreign": profile.foreign,
        "wordlike": profile.wordlike,
        "covered": list(profile.covered),
    }
    file(PROFILE).write_text(json.dumps(content), encoding="utf-8")
    for name, array in (
        (WORDS, profile.words),
        (LETTERS, profile.letters.triples),
        (COUNTS, profile.letters.counts),
    ):
        save_array(file(name), array)


def read_text_profile(file: Callable[[str], Path]) -> TextProfile:
    """Read what :func:`write_text_profile` wrote.

    Raises
    ------
    OSError, EOFError, ValueError
        A file is missing or damaged, or they do not fit together.
    """
    words = load_array(file(WORDS), np.uint32, (None,))
    triples = load_array(file(LETTERS), np.dtype("<U3"), (None,))
    counts = load_array(file(COUNTS), np.int32, triples.shape)
    if (counts < 1).any() or (np.char.str_len(triples) != 3).any():
        raise ValueError(f"{LETTERS}: expected triples of letters that occur, got others")
    try:
        fields = Fields(load_json(file(PROFILE)), PROFILE)
        return TextProfile(
            fields.texts("languages"),
            words,
            LetterModel(triples, counts),
            fields.flag("without_words"),
            fields.number("foreign"),
            fields.number("wordlike"),
            # Bundles from before encoders of several languages lack it.
            fields.texts("covered", LANGUAGES) if fields.has("covered") else (),
        )
    except BundleError as error:
        raise ValueError(str(error)) from error
