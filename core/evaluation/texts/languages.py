"""What languages texts are in, by py3langid's sequences of letters (Lui and Baldwin, 2012)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

MOST_READ = 2_000
"""Texts that a catalogue's languages are looked for in; of more, every n-th."""
WORDS_READ = 20
"""Words of each that are read for it."""
COMMON = 0.01
"""Share of the texts that a further language needs, and at least `FEWEST` of them."""
FEWEST = 3
_CODES = """
    ar az be bg bn bs ca cs da de el en es et eu fa fi fr ga gl gu he hi hr hu hy id is it ja ka kk km kn
    ko ky la lo lt lv mk ml mn mr ms my ne nl no pa pl ps pt ro ru si sk sl sq sr sv sw ta te th tl tr uk
    ur uz vi zh
"""
LANGUAGES = frozenset(_CODES.split())
"""Those that are told apart (ISO 639): py3langid knows some seventy more, which names of brands look like."""
MOST_PER_BYTE = 3.0
"""Log-odds that a byte of a text, a letter in Latin, says for a language at most."""
SURELY = 20.0
"""Log-odds from which on a text is surely in another language than those found so far."""


def language_scores(words: Sequence[str]) -> dict[str, float]:
    """Return the log-likelihood of words in each of `LANGUAGES`, but for a constant."""
    import py3langid

    ranked: list[tuple[str, float]] = py3langid.rank(" ".join(words))
    return {language: score for language, score in ranked if language in LANGUAGES}


def foreignness(scores: dict[str, float], languages: Collection[str]) -> float:
    """Return by how much the likeliest other language is likelier than all of `languages`, in log-odds."""
    own = max(score for language, score in scores.items() if language in languages)
    return max(score for language, score in scores.items() if language not in languages) - own


def find_languages(texts: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the languages of texts, the most common one first; none for no texts.

    Names of brands and models look like many languages. So a further language counts where enough texts are
    surely in none that was found before.

    Parameters
    ----------
    texts
        The words of each.
    """
    scores = [language_scores(words[:WORDS_READ]) for words in texts[:: 1 + len(texts) // MOST_READ] if words]
    if not scores:
        return ()
    first = Counter(max(each, key=lambda language: each[language]) for each in scores)
    languages = [first.most_common(1)[0][0]]
    while True:
        others = Counter(
            max((name for name in each if name not in languages), key=lambda name: each[name])
            for each in scores
            if foreignness(each, languages) > SURELY
        )
        if not others or others.most_common(1)[0][1] < max(FEWEST, COMMON * len(scores)):
            return tuple(languages)
        languages.append(others.most_common(1)[0][0])
