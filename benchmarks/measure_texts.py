"""Measure how many texts that cannot be read bundles tell apart, and how many readable ones they stop.

Names in other languages come from a CSV with the columns language and name. Texts without meaning are made
up: random letters, letters beside each other on a keyboard, consonants, repeated letters, and the letters of
words of the catalogue in another order. Texts that can be read are those of a catalogue's test products.

    python benchmarks/measure_texts.py --bundles artifacts/flipkart artifacts/fashion
        --data FLIPKART FASHION --formats flipkart fashion --names names.csv
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.bundle.reader import Bundle
from core.catalogue.reading import read_catalogue
from core.catalogue.text import product_texts
from core.evaluation.texts.profile import TextProfile

LETTERS = "abcdefghijklmnopqrstuvwxyz"
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
MADE_UP = 500


def main() -> None:
    """Print a line for each bundle and kind of text."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--bundles", type=Path, nargs="+", required=True)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--formats", nargs="+", required=True)
    parser.add_argument("--names", type=Path, required=True)
    options = parser.parse_args()
    with options.names.open(encoding="utf-8", newline="") as file:
        named = [(row["language"], row["name"]) for row in csv.DictReader(file)]
    for folder, data, form in zip(options.bundles, options.data, options.formats, strict=True):
        bundle = Bundle.open(folder)
        profile = bundle.texts
        if profile is None:
            raise SystemExit(f"{folder} has no texts")
        foreign = [name for language, name in named if language not in profile.languages]
        table = read_catalogue(data, form).table.set_index("sku").loc[bundle.table["sku"]]
        test = table.iloc[bundle.rows("test")]
        own = [text for text in product_texts(test) if text]
        say(bundle.name, profile, "names in other languages", foreign)
        say(bundle.name, profile, "texts without meaning", made_up(own))
        say(bundle.name, profile, "own test products", own)
        say(bundle.name, profile, "names alone of own test products", [name for name in test["name"] if name])


def say(bundle: str, profile: TextProfile, kind: str, texts: list[str]) -> None:
    """Print how many of these texts are told apart."""
    foreign, meaningless = profile.unreadable(texts)
    print(
        f"{bundle}, {len(texts):,} {kind}: {foreign.mean():.1%} unknown language, "
        f"{meaningless.mean():.1%} meaningless"
    )


def made_up(texts: list[str]) -> list[str]:
    """Return texts without meaning, of two to eight words."""
    rng = np.random.default_rng(0)

    def word(kind: int) -> str:
        length = int(rng.integers(3, 10))
        if kind == 1:
            row = ROWS[rng.integers(len(ROWS))]
            return (row * 3)[int(rng.integers(len(row))) :][:length]
        if kind == 3:
            return LETTERS[rng.integers(26)] * length
        letters = LETTERS if kind == 0 else "bcdfghjklmnpqrstvwxz"
        return "".join(rng.choice(list(letters), length))

    found = []
    for number in range(MADE_UP):
        kind = number % 5
        if kind < 4:
            found.append(" ".join(word(kind) for _ in range(rng.integers(2, 8))))
        else:
            words = [each for each in texts[number % len(texts)].split() if len(each) > 3 and each.isalpha()]
            found.append(" ".join("".join(rng.permutation(list(each))) for each in words[:6]) or "qzx vkw")
    return found


if __name__ == "__main__":
    main()
