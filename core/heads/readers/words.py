"""The reader of words in their order, for the recurrent heads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from core.heads.inputs import Inputs
from core.heads.key import HeadKey
from core.heads.readers.reader import Feeds
from core.heads.text.cleaning import VERSION, clean_words
from core.heads.text.vocabulary import Vocabulary, hashes_of

PAD, UNKNOWN, FIRST = 0, 1, 2
"""Numbers of padding, of a word that no training text had, and of the vocabulary's first word."""


@dataclass(frozen=True)
class WordReader:
    """Reads a text as the numbers of its clean words, beside it the image's vector if wanted.

    Attributes
    ----------
    vocabulary
        Hashes of the clean words of the training texts.
    longest
        How many words of a text are read.
    with_image
        Whether the image's vector is read, too.
    """

    vocabulary: Vocabulary
    longest: int
    with_image: bool = False
    rows_at_once: ClassVar[int] = 512
    members: ClassVar[tuple[HeadKey, ...]] = ()

    def __call__(self, inputs: Inputs) -> Feeds:
        """Return ``words`` int64 (n, w), ``lengths`` int32 (n,), and perhaps ``vectors`` float32 (n, d).

        A text without words gets one unknown word, since a recurrent layer cannot read an empty sequence.
        """
        texts = [clean_words(text)[: self.longest] for text in inputs.texts]
        lengths = np.array([max(len(words), 1) for words in texts], dtype=np.int32)
        padded = np.full((len(texts), int(lengths.max(initial=1))), PAD, dtype=np.int64)
        for row, words in enumerate(texts):
            numbers = self.vocabulary.numbers(hashes_of(words))
            padded[row, : len(words)] = np.where(numbers < 0, UNKNOWN, numbers + FIRST)
            if not words:
                padded[row, 0] = UNKNOWN
        feeds: Feeds = {"words": padded, "lengths": lengths}
        if self.with_image:
            feeds["vectors"] = np.ascontiguousarray(inputs.vectors("image"), dtype=np.float32)
        return feeds

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {
            "reads": "words",
            "cleaning": VERSION,
            "vocabulary": self.vocabulary.to_text(),
            "longest": self.longest,
            "with_image": self.with_image,
        }
