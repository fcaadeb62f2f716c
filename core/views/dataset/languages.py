"""The languages of a catalogue's texts, and which ones its models read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.evaluation.texts.language_names import language_list
from core.features.encoders.registry import languages_of
from core.views.display_names import encoder_name

if TYPE_CHECKING:
    from core.bundle.reader import Bundle


def languages_summary(bundle: Bundle) -> str:
    """Return sentences on the languages of the training texts; "" where there are no texts or no words."""
    texts = bundle.texts
    if texts is None or not texts.languages:
        return ""
    sentences = [
        f"Languages of the training texts, the most common one first: {language_list(texts.languages)}."
    ]
    read = languages_of(bundle.encoders)
    if unread := [language for language in texts.languages if read and language not in read]:
        sentences.append(f"{encoder_name(bundle, 'text')} was not trained on {language_list(unread)}.")
    if texts.covered:
        sentences.append(f"Products in {language_list(texts.covered)} are read, too.")
    return " ".join(sentences)
