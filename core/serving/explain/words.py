"""Which words an answer rests on: what becomes of it when they are left out.

Occlusion, as M. Robnik-Šikonja and I. Kononenko describe it ("Explaining classifications for individual
instances", IEEE TKDE 2008), and J. Li and others for texts ("Understanding neural networks through
representation erasure", 2016): no head is opened, so it holds for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.common.progress import Progress, silent
from core.serving.explain.case import Case, as_weights, log_odds
from core.serving.explain.segments import Word, pieces, without, words_of

MOST, LEAST = 64, 24
"""Changed texts that are encoded at most, and at least where there are as many words."""
CHARACTERS = 40_000
"""What they may have together: a long text is encoded less often."""


@dataclass(frozen=True)
class Span:
    """A stretch of the text and what leaving it out does.

    Attributes
    ----------
    start, end
        Its characters.
    drop
        By how much the category's probability falls without it, -1 to 1. A repeated word is left out wherever
        it stands, and so is all of a piece that the words left out by themselves leave of it.
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

    def words(self, span: Span) -> str:
        """Return the words of a span."""
        return self.text[span.start : span.end]

    def strongest(self, count: int = 5) -> tuple[Span, ...]:
        """Return the spans that matter most, for or against; of a repeated word, its first place."""
        distinct: dict[str, Span] = {}
        for span in self.spans:
            distinct.setdefault(self.words(span).casefold(), span)
        return tuple(sorted(distinct.values(), key=lambda span: -abs(span.weight))[:count])


def word_effects(case: Case, progress: Progress = silent) -> WordEffects | None:
    """Find which words of its text a product's category rests on.

    A word is left out wherever it stands. Where there are more different words than may be encoded, pieces of
    several words are left out first; then words of the pieces that matter most, and such as stand in several
    pieces, which no single piece can show; and what these leave of their pieces.

    Returns
    -------
    WordEffects or None
        None where the answer does not rest on a text.
    """
    if not case.reads("text"):
        return None
    text, words = case.text, words_of(case.text)
    most = min(MOST, max(LEAST, CHARACTERS // max(len(text), 1)))
    places: dict[str, list[int]] = {}
    for number, word in enumerate(words):
        places.setdefault(word.key, []).append(number)
    drops, fallen = np.zeros(len(words)), np.zeros(len(words))

    def leave_out(groups: Sequence[Sequence[int]]) -> None:
        probabilities = case.with_texts([without(text, words, group) for group in groups], progress)
        for group, probability in zip(groups, probabilities, strict=True):
            drops[list(group)] = case.confidence - probability
            fallen[list(group)] = log_odds(case.confidence) - log_odds(probability)

    runs: tuple[range, ...] = (range(len(words)),)
    keys = list(places)
    is_long = len(keys) > most
    if is_long:
        runs = pieces(text, words, most // 3)
        leave_out(runs)
        strength = np.abs(fallen[[run.start for run in runs]])
        keys = _worth_leaving_out(words, runs, strength, most - len(runs))
    single = {number for key in keys for number in places[key]}
    rests = [[number for number in run if number not in single] for run in runs]
    touched = [rest for rest, run in zip(rests, runs, strict=True) if 0 < len(rest) < len(run)]
    groups = [places[key] for key in keys] + touched
    if groups:
        leave_out(groups)
    weights = as_weights(fallen)
    spans = (
        Span(words[run.start].start, words[run[-1]].end, float(drops[run.start]), float(weights[run.start]))
        for run in _stretches(runs, single)
    )
    return WordEffects(text, tuple(spans), len(groups) + is_long * len(runs))


def _worth_leaving_out(
    words: Sequence[Word], runs: Sequence[range], strength: np.ndarray, most: int
) -> list[str]:
    """Return words to leave out one by one: some that stand in several pieces, and the best pieces' own.

    So many that they and the pieces they are of are `most` at most.
    """
    pieces_of: dict[str, set[int]] = {}
    for piece, run in enumerate(runs):
        for number in run:
            pieces_of.setdefault(words[number].key, set()).add(piece)
    repeated = sorted((key for key in pieces_of if len(pieces_of[key]) > 1), key=lambda k: -len(pieces_of[k]))
    by_strength = (words[n].key for run in np.argsort(-strength, kind="stable") for n in runs[run])
    chosen: list[str] = []
    touched: set[int] = set()
    for key in dict.fromkeys([*repeated[: most // 3], *by_strength]):
        if len(chosen) + 1 + len(touched | pieces_of[key]) <= most:
            chosen.append(key)
            touched |= pieces_of[key]
    return chosen


def _stretches(runs: Sequence[range], single: set[int]) -> list[range]:
    """Return the words of each span: one that was left out by itself, or those between such in a piece."""
    stretches: list[range] = []
    for run in runs:
        start = run.start
        for number in run:
            if number in single:
                stretches += [range(start, number)] if start < number else []
                stretches.append(range(number, number + 1))
                start = number + 1
        stretches += [range(start, run.stop)] if start < run.stop else []
    return stretches
