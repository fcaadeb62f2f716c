"""Which text encoder reads a catalogue where nobody named one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.building.effort import USUAL
from core.evaluation.texts.language_names import language_list
from core.evaluation.texts.languages import find_languages
from core.evaluation.texts.words import words_of
from core.features.encoders.registry import get_encoder

ENGLISH, OTHERS = USUAL["text"], "use"
"""Encoders of catalogues that are mostly in English, and of all others."""


@dataclass(frozen=True)
class TextEncoderChoice:
    """An encoder, and why.

    Attributes
    ----------
    name
        In the registry.
    note
        A sentence for the user; "" for the usual one.
    """

    name: str
    note: str = ""


def text_encoder_for(texts: Iterable[str]) -> TextEncoderChoice:
    """Choose the text encoder for a catalogue by the language that most of its texts are in."""
    languages = find_languages([words_of(text) for text in dict.fromkeys(texts) if text])
    if not languages or languages[0] == "en":
        return TextEncoderChoice(ENGLISH)
    note = (
        f"languages of the texts: {language_list(languages)}. Text encoder: {OTHERS}, which reads "
        f"{len(get_encoder(OTHERS).languages)} languages, not {ENGLISH}, which reads English"
    )
    unknown = [language for language in languages if language not in get_encoder(OTHERS).languages]
    if unknown:
        note += f". It was not trained on {language_list(unknown)}"
    return TextEncoderChoice(OTHERS, note)
