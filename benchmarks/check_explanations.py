"""Check explanations: removing important parts should change the answer more than removing random ones.

    python benchmarks/check_explanations.py --bundle artifacts/demo
    python benchmarks/check_explanations.py --bundle artifacts/my-shop --products 200 --overlays DIR

Uses random test products of a bundle with text and image. Text: removes the three words that speak most for
the category, and three random other words (five draws), from texts with at least eight different words.
Image: covers the ten of its 49 cells that speak most for the category, ten random cells, and the ten that
speak least for it, with the image head. Prints the mean decrease of the category's probability and log-odds,
and the share of products whose decrease is larger than with random parts. Images are the bundle's thumbnails.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from core.catalogue.images.decoding import open_image
from core.catalogue.text import product_texts
from core.serving.explain.case import Case, log_odds
from core.serving.explain.explanation import explain
from core.serving.explain.image import CELLS, cell_edges, ground_colour, image_effects, overlay
from core.serving.explain.segments import without, words_of
from core.serving.explain.words import WordEffects, word_effects
from core.serving.predictor import Predictor

WORDS, FEWEST, DRAWS, PARTS = 3, 8, 5, 10


def main() -> None:
    """Print a line for each thing taken away."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--products", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--overlays", type=Path, metavar="DIR", help="write the maps over the images here")
    arguments = parser.parse_args()
    predictor = Predictor.load(arguments.bundle)
    bundle = predictor.bundle
    rng = np.random.default_rng(arguments.seed)
    rows = bundle.rows("test")
    rows = rng.permutation(rows[bundle.present("fused")[rows]])[: arguments.products]
    texts = product_texts(bundle.table.iloc[rows])
    falls: dict[str, list[tuple[float, float]]] = defaultdict(list)
    seconds = []
    for row, text in zip(rows, texts, strict=True):
        image = bundle.thumbnail(bundle.table["sku"].iat[row])
        start = time.perf_counter()
        explanation = explain(predictor, text, image)
        seconds.append(time.perf_counter() - start)
        for head in ("fused", "text"):
            case = Case.of(predictor, text, image, modality=head)
            effects = explanation.words if head == "fused" else word_effects(case)
            for name, fall in words_taken(case, effects, rng).items():
                falls[f"words, {head} head: {name}"].append(fall)
        case = Case.of(predictor, text, image, modality="image")
        effects = image_effects(case)
        for name, fall in parts_taken(case, effects.weight, rng).items():
            falls[f"image, image head: {name}"].append(fall)
        if arguments.overlays:
            arguments.overlays.mkdir(parents=True, exist_ok=True)
            drawn = overlay(open_image(image), effects)
            drawn.save(arguments.overlays / f"{row}_{case.category.replace('/', ' ')}.png")
    print(f"{len(rows)} products of '{bundle.name}', best heads {bundle.best}")
    print(f"{'':48}{'products':>9}{'probability':>12}{'log-odds':>9}{'beats random':>13}")
    for name, pairs in falls.items():
        fall = np.array(pairs)
        others = np.array(falls[name.rpartition(": ")[0] + ": random"])
        wins = (fall[:, 1] > others[:, 1]).mean()
        print(f"{name:48}{len(fall):9}{fall[:, 0].mean():12.4f}{fall[:, 1].mean():9.3f}{wins:13.2f}")
    print(f"seconds a product: median {np.median(seconds):.2f}, longest {max(seconds):.2f}")


def words_taken(case: Case, effects: WordEffects, rng: np.random.Generator) -> dict[str, tuple[float, float]]:
    """Return by how much the category falls without the strongest words, and without random other ones."""
    words = words_of(case.text)
    single = {(word.start, word.end): word.key for word in words}
    by_weight = sorted(effects.spans, key=lambda span: -span.weight)
    strongest = dict.fromkeys(single[s.start, s.end] for s in by_weight if (s.start, s.end) in single)
    strongest = list(strongest)[:WORDS]
    others = sorted({word.key for word in words} - set(strongest))
    if len(others) + len(strongest) < FEWEST:
        return {}
    draws = [strongest, *(list(rng.choice(others, WORDS, replace=False)) for _ in range(DRAWS))]
    numbers = [[n for n, word in enumerate(words) if word.key in keys] for keys in draws]
    falls = fallen(case, case.with_texts([without(case.text, words, left_out) for left_out in numbers]))
    return {"strongest": tuple(falls[0]), "random": tuple(falls[1:].mean(axis=0))}


def parts_taken(case: Case, weight: np.ndarray, rng: np.random.Generator) -> dict[str, tuple[float, float]]:
    """Return by how much the category falls when the strongest, random, and weakest cells are covered."""
    encoder = case.predictor.encoders["image"]
    prepare = getattr(encoder, "prepare", None)
    seen = prepare(case.image) if prepare else np.asarray(case.image)
    rows, columns = (cell_edges(length, CELLS) for length in seen.shape[:2])
    order = np.argsort(-weight.ravel(), kind="stable")
    choices = [order[:PARTS], order[-PARTS:]]
    choices += [rng.choice(len(order), PARTS, replace=False) for _ in range(DRAWS)]
    images = []
    for cells in choices:
        covered = seen.copy()
        for row, column in zip(*np.divmod(cells, CELLS), strict=True):
            part = slice(rows[row], rows[row + 1]), slice(columns[column], columns[column + 1])
            covered[part] = ground_colour(seen)
        images.append(covered if prepare else Image.fromarray(covered))
    falls = fallen(case, case.with_images(images))
    random = tuple(falls[2:].mean(axis=0))
    return {"strongest": tuple(falls[0]), "weakest": tuple(falls[1]), "random": random}


def fallen(case: Case, asked: np.ndarray) -> np.ndarray:
    """Return the falls of probability and log-odds, (n, 2)."""
    return np.stack([case.confidence - asked, log_odds(case.confidence) - log_odds(asked)], axis=1)


if __name__ == "__main__":
    main()
