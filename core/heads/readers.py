"""What a head is fed, made from products in training and serving alike, and kept in the head's own file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from core.common.errors import CoreError
from core.heads.cleaning import VERSION, clean_words
from core.heads.inputs import Inputs
from core.heads.key import HeadKey
from core.heads.ngrams import piece_grams, word_grams
from core.heads.vocabulary import Vocabulary, pack, unpack, word_hash

Feeds = dict[str, np.ndarray]
PAD, UNKNOWN, FIRST = 0, 1, 2
"""Numbers of no word, of a word that training did not see, and of the vocabulary's first word."""


PATTERNS = (("text",), ("image",), ("text", "image"))
"""What a product may have."""
SMALLEST = 1e-6
"""A probability below this counts as this when heads' answers are weighed."""


class Reader(Protocol):
    """Makes what one head is fed.

    Attributes
    ----------
    rows_at_once
        How many products may be read together without the arrays growing large.
    partial
        Whether a product that has only one of text and picture can be read as a fused one.
    members
        (modality, head) of the heads whose answers are read.
    """

    rows_at_once: int
    partial: bool
    members: tuple[HeadKey, ...]

    def __call__(self, inputs: Inputs) -> Feeds:
        """Return the model's inputs by name, n rows each."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON; `reader_from` reads it."""
        ...


@dataclass(frozen=True)
class Vectors:
    """The vectors of one modality."""

    modality: str
    rows_at_once = 65_536
    partial = False
    members = ()

    def __call__(self, inputs: Inputs) -> Feeds:
        """Return ``vectors`` float32 (n, d)."""
        return {"vectors": np.ascontiguousarray(inputs.vectors(self.modality), dtype=np.float32)}

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {"reads": "vectors", "modality": self.modality}


@dataclass(frozen=True)
class Sides:
    """Text and picture vectors side by side, zeros for the side that a product lacks.

    Attributes
    ----------
    text, image
        How many numbers each side has.
    """

    text: int
    image: int
    rows_at_once = 65_536
    partial = True
    members = ()

    def __call__(self, inputs: Inputs) -> Feeds:
        """Return ``vectors`` float32 (n, text + image)."""
        sides = [
            inputs.vectors(side) if side in inputs.features else np.zeros((len(inputs), width), np.float32)
            for side, width in (("text", self.text), ("image", self.image))
        ]
        return {"vectors": np.ascontiguousarray(np.concatenate(sides, axis=1), dtype=np.float32)}

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {"reads": "sides", "text": self.text, "image": self.image}


@dataclass(frozen=True)
class Opinions:
    """Other heads' answers.

    Attributes
    ----------
    members
        (modality, head) of each.
    classes
        Which columns of the answers are read: the classes that training knew.
    """

    members: tuple[HeadKey, ...]
    classes: tuple[int, ...]
    rows_at_once = 4096
    partial = True

    def __call__(self, inputs: Inputs) -> Feeds:
        """Return ``opinions`` float32 (n, members, k), and ``pattern`` int64 (n,), a place in `PATTERNS`.

        Opinions are log-probabilities less their mean: zeros, where the modality is missing, say nothing.
        """
        opinions = np.zeros((len(inputs), len(self.members), len(self.classes)), dtype=np.float32)
        for place, (modality, head) in enumerate(self.members):
            rows = inputs.present(modality)
            if rows.any():
                logs = np.log(
                    np.maximum(inputs.opinions[modality, head][rows][:, list(self.classes)], SMALLEST)
                )
                opinions[rows, place] = logs - logs.mean(axis=1, keepdims=True)
        both = inputs.present("text") & inputs.present("image")
        pattern = np.where(both, 2, np.where(inputs.present("image"), 1, 0))
        return {"opinions": opinions, "pattern": pattern.astype(np.int64)}

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {
            "reads": "opinions",
            "members": [list(member) for member in self.members],
            "classes": list(self.classes),
        }


@dataclass(frozen=True)
class Grams:
    """Words and pieces of words with tf-idf weights: logarithmic counts, each kind of length one.

    Attributes
    ----------
    words, pieces
        The vocabularies; a piece's number follows the words'.
    rarity
        float32 (words + pieces,): inverse document frequencies.
    """

    words: Vocabulary
    pieces: Vocabulary
    rarity: np.ndarray
    rows_at_once = 64
    partial = False
    members = ()

    @classmethod
    def learn(cls, texts: Sequence[str], *, most: int) -> Grams:
        """Learn what occurs in two texts or more, `most` words and as many pieces, and how rare it is."""
        kinds = (word_grams, piece_grams)
        words, pieces = (
            Vocabulary.learn((grams(text) for text in texts), least=2, most=most) for grams in kinds
        )
        plain = cls(words, pieces, np.ones(len(words) + len(pieces), dtype=np.float32))
        documents = np.zeros(len(plain.rarity))
        for text in texts:
            documents[plain.numbers(text)[0]] += 1
        # scikit-learn's smoothed idf
        rarity = np.log((1 + len(texts)) / (1 + documents)) + 1
        return cls(words, pieces, rarity.astype(np.float32))

    def numbers(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """Return which entries `text` has, and their weights: int64 and float32, both (m,)."""
        numbers, weights = [], []
        for start, vocabulary, grams in (
            (0, self.words, word_grams),
            (len(self.words), self.pieces, piece_grams),
        ):
            found = vocabulary.numbers(grams(text))
            entries, counts = np.unique(found[found >= 0] + start, return_counts=True)
            weight = (1 + np.log(counts)) * self.rarity[entries]
            numbers.append(entries)
            weights.append(weight / max(np.linalg.norm(weight), 1e-12))
        return np.concatenate(numbers), np.concatenate(weights).astype(np.float32)

    def __call__(self, inputs: Inputs) -> Feeds:
        """Return ``numbers`` int64 and ``weights`` float32, both (n, m), filled up with weights of zero."""
        found = [self.numbers(text) for text in inputs.texts]
        longest = max((len(numbers) for numbers, _ in found), default=0)
        feeds = {
            "numbers": np.zeros((len(found), max(longest, 1)), dtype=np.int64),
            "weights": np.zeros((len(found), max(longest, 1)), dtype=np.float32),
        }
        for row, (numbers, weights) in enumerate(found):
            feeds["numbers"][row, : len(numbers)] = numbers
            feeds["weights"][row, : len(weights)] = weights
        return feeds

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {
            "reads": "grams",
            "words": self.words.to_text(),
            "pieces": self.pieces.to_text(),
            "rarity": pack(self.rarity),
        }


@dataclass(frozen=True)
class Words:
    """Clean words in their order, as numbers, and beside them the vectors of the picture where asked for.

    Attributes
    ----------
    vocabulary
        Hashes of the clean words of the training rows.
    longest
        How many words of a text are read.
    pictures
        Whether the picture's vectors are read too.
    """

    vocabulary: Vocabulary
    longest: int
    pictures: bool = False
    rows_at_once = 512
    partial = False
    members = ()

    def __call__(self, inputs: Inputs) -> Feeds:
        """Return ``words`` int64 (n, w), ``lengths`` int32 (n,), and perhaps ``vectors`` float32 (n, d).

        A text without a word gets one unknown word: a recurrent layer cannot read nothing.
        """
        texts = [clean_words(text)[: self.longest] for text in inputs.texts]
        lengths = np.array([max(len(words), 1) for words in texts], dtype=np.int32)
        numbers = np.full((len(texts), int(lengths.max(initial=1))), PAD, dtype=np.int64)
        for row, words in enumerate(texts):
            hashes = np.array([word_hash(word) for word in words], dtype=np.uint64)
            found = self.vocabulary.numbers(hashes)
            numbers[row, : len(words)] = np.where(found < 0, UNKNOWN, found + FIRST)
            if not words:
                numbers[row, 0] = UNKNOWN
        feeds = {"words": numbers, "lengths": lengths}
        if self.pictures:
            feeds["vectors"] = np.ascontiguousarray(inputs.vectors("image"), dtype=np.float32)
        return feeds

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {
            "reads": "words",
            "cleaning": VERSION,
            "vocabulary": self.vocabulary.to_text(),
            "longest": self.longest,
            "pictures": self.pictures,
        }


def reader_from(plain: Mapping[str, Any]) -> Reader:
    """Make the reader that a head was trained with.

    Raises
    ------
    CoreError
        If this version reads otherwise.
    """
    kind = plain.get("reads")
    if kind == "vectors":
        return Vectors(plain["modality"])
    if kind == "sides":
        return Sides(plain["text"], plain["image"])
    if kind == "opinions":
        return Opinions(tuple((m, head) for m, head in plain["members"]), tuple(plain["classes"]))
    if kind == "grams":
        words, pieces = Vocabulary.from_text(plain["words"]), Vocabulary.from_text(plain["pieces"])
        return Grams(words, pieces, unpack(plain["rarity"], "<f4"))
    if kind == "words":
        if plain["cleaning"] != VERSION:
            raise CoreError(
                f"expected words cleaned by version {VERSION}, got {plain['cleaning']}; "
                "build the bundle again"
            )
        return Words(Vocabulary.from_text(plain["vocabulary"]), plain["longest"], plain["pictures"])
    raise CoreError(
        f"expected a head that reads vectors, grams or words, got '{kind}'; build the bundle again"
    )
