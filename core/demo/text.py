"""Write the demo's product names and descriptions, which may be clear, vague, or hide the kind of product."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from core.demo.kinds import CATEGORIES, CATEGORY_OF


@cache
def words() -> dict[str, Any]:
    """Return the vocabulary: brands, models, colours, sentences."""
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


def pick(rng: np.random.Generator, options: list[str], count: int = 1) -> list[str]:
    """Return `count` different options in random order, or all if there are fewer."""
    return [options[i] for i in rng.permutation(len(options))[:count]]


def make_model(rng: np.random.Generator) -> str:
    """Return a model name such as ``Fjord Pro`` or ``KX-310``."""
    if rng.random() < 0.2:
        letters = "".join(rng.choice(list("ABDEGKLMNRSTVXZ"), 2))
        return f"{letters}-{rng.integers(1, 99) * 10}"
    return pick(rng, words()["models"])[0] + str(rng.choice(words()["suffixes"]))


def make_name(rng: np.random.Generator, kind: str, brand: str, model: str, *, named: bool) -> str:
    """Return a product name; if `named`, it says what the product is, else only brand and model."""
    vocabulary = words()["kinds"][kind]
    if not named:
        soft = pick(rng, vocabulary["soft"])[0].rstrip(".") if rng.random() < 0.35 else ""
        return " ".join(part for part in (brand, model, soft) if part)
    noun = pick(rng, vocabulary["nouns"])[0]
    if rng.random() < 0.04:
        noun = pick(rng, words()["foreign"][CATEGORY_OF[kind]])[0]
    adjective = pick(rng, words()["adjectives"])[0]
    patterns = [
        f"{brand} {model} {noun}",
        f"{brand} {noun} {model}",
        f"{adjective} {noun} {model} by {brand}",
        f"{brand} {model} - {adjective} {noun}",
        f"{noun} {brand} {model}",
        f"{adjective} {noun}",
    ]
    name = patterns[rng.choice(6, p=[0.38, 0.2, 0.1, 0.12, 0.12, 0.08])]
    style = rng.random()
    if style < 0.05:
        return name.upper()
    return name.title() if style < 0.15 else name[0].upper() + name[1:]


def describe(rng: np.random.Generator, kind: str, clear: int) -> str:
    """Return a description with `clear` sentences that apply only to this kind of product."""
    vocabulary = words()["kinds"][kind]
    family = words()["families"][CATEGORIES[CATEGORY_OF[kind]].family]
    sentences = [
        *pick(rng, vocabulary["clear"], clear),
        *pick(rng, vocabulary["soft"], int(rng.integers(0, 2))),
        *pick(rng, family, int(rng.integers(0, 3))),
        *pick(rng, words()["generic"], int(rng.integers(1, 4))),
    ]
    order = rng.permutation(len(sentences))
    mark = " " if rng.random() < 0.95 else "<br>"
    text = mark.join(sentences[i] for i in order)
    return text.replace(" and ", " &amp; ") if rng.random() < 0.03 else text


def describe_nothing(rng: np.random.Generator) -> str:
    """Return a description that would fit any product."""
    return " ".join(pick(rng, words()["generic"], int(rng.integers(1, 5))))


def mistype(rng: np.random.Generator, text: str) -> str:
    """Swap, double or drop one letter of the text."""
    if len(text) < 4:
        return text
    i = int(rng.integers(1, len(text) - 2))
    return [
        text[:i] + text[i + 1] + text[i] + text[i + 2 :],
        text[:i] + text[i] + text[i:],
        text[:i] + text[i + 1 :],
    ][rng.integers(3)]


def reword(rng: np.random.Generator, name: str) -> str:
    """Return a variation of the name: different case or order, a suffix, or a typo."""
    parts = name.split()
    changed = [
        mistype(rng, name),
        " ".join([*parts[1:], parts[0]]) + ",",
        name.lower() + " (new)",
        f"{name} - special offer",
    ]
    return changed[rng.integers(4)]
