"""Which words an answer rests on: what becomes of it when they are left out.

Occlusion, as M. Robnik-Šikonja and I. Kononenko describe it ("Explaining classifications for individual
instances", IEEE TKDE 2008), and J. Li and others for texts ("Understanding neural networks through
representation erasure", 2016): no head is opened, so it holds for all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.explain.case import Case, as_weights, log_odds
from core.explain.segments import Word, pieces, without, words_of
from core.progress import Progress, silent

MOST_WORDS = 64
MOST_PIECES = 32
MOST_REPEATED = 16


@dataclass(frozen=True)
class Span:
    """A stretch of the text and what leaving it out does.

    Attributes
    ----------
    start, end
        Its characters.
    drop
        By how much the category's probability falls without it, -1 to 1; of a repeated word, without all of
        its occurrences.
    weight
        The same in log-odds, divided by the strongest of the text: -1 to 1, above 0 speaks for the category.
    """

    start: int
    end: int
    drop: float
    weight: float


@dataclass(frozen=True)
class WordEffects:
    """What the words of a text do.

    Attributes
    ----------
    text
        The text.
    spans
        In their order, none over another: words, and in long texts also whole pieces.
    encodings
        How many changed texts were encoded for it.
    """

    text: str
    spans: tuple[Span, ...]
    encodings: int

    def strongest(self, count: int = 5) -> tuple[Span, ...]:
        """Return the spans that matter most, for or against, the first of each repeated word."""
        order = sorted(self.spans, key=lambda span: -abs(span.weight))
        distinct = {self.text[span.start : span.end].casefold(): span for span in reversed(order)}
        return tuple(span for span in order if span in distinct.values())[:count]


def word_effects(case: Case, progress: Progress = silent) -> WordEffects | None:
    """Find which words of its text a product's category rests on.

    A word is left out wherever it stands. Of a text with more than 64 different words, pieces of some words
    are left out first; then the words of those that matter most, and such as stand in several pieces, which
    no single piece can show.

    Returns
    -------
    WordEffects or None
        None where the answer does not rest on a text.
    """
    if not case.reads("text"):
        return None
    text, words = case.text, words_of(case.text)
    places: dict[str, list[int]] = {}
    for number, word in enumerate(words):
        places.setdefault(word.key, []).append(number)
    runs: tuple[range, ...] = ()
    keys = list(places)
    drops = np.zeros(len(words))
    losses = np.zeros(len(words))
    if len(keys) > MOST_WORDS:
        runs = pieces(text, words, MOST_PIECES)
        lost, fallen = _left_out(case, words, runs, progress)
        for run, loss, drop in zip(runs, lost, fallen, strict=True):
            losses[run], drops[run] = loss, drop
        keys = _worth_asking(words, runs, np.abs(fallen))
    lost, fallen = _left_out(case, words, [places[key] for key in keys], progress)
    for key, loss, drop in zip(keys, lost, fallen, strict=True):
        losses[places[key]], drops[places[key]] = loss, drop
    weights = as_weights(drops)
    asked = {number for key in keys for number in places[key]}
    spans = [
        Span(words[first].start, words[last].end, float(losses[first]), float(weights[first]))
        for first, last in _stretches(len(words), runs, asked)
    ]
    return WordEffects(text, tuple(spans), len(runs) + len(keys))


def _left_out(
    case: Case, words: Sequence[Word], groups: Sequence[Sequence[int]], progress: Progress
) -> tuple[np.ndarray, np.ndarray]:
    """Leave out each group of words: by how much the probability falls, and the log-odds; both (groups,)."""
    asked = case.with_texts([without(case.text, words, group) for group in groups], progress)
    return case.confidence - asked, log_odds(case.confidence) - log_odds(asked)


def _worth_asking(words: Sequence[Word], runs: Sequence[range], strength: np.ndarray) -> list[str]:
    """Return the words to leave out one by one: some that stand in several pieces, and the best pieces' own."""
    in_pieces = Counter(key for run in runs for key in {words[number].key for number in run})
    repeated = [key for key, count in in_pieces.most_common(MOST_REPEATED) if count > 1]
    by_strength = (words[n].key for run in np.argsort(-strength, kind="stable") for n in runs[run])
    return list(dict.fromkeys([*repeated, *by_strength]))[:MOST_WORDS]


def _stretches(count: int, runs: Sequence[range], asked: set[int]) -> list[tuple[int, int]]:
    """Return first and last word of each span: a word that was asked for, or what is left of a piece around it."""
    piece_of = {number: piece for piece, run in enumerate(runs) for number in run}
    found: list[tuple[int, int]] = []
    for number in range(count):
        goes_on = number and not {number, number - 1} & asked and piece_of[number] == piece_of[number - 1]
        if goes_on:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
