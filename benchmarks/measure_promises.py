"""Measure what a bundle's promises hold on test products, over several splits of a catalogue.

The catalogue is split with several seeds; on each split a bundle is built and answers its own test products
as it would answer new ones: with text only, image only, and both. Counted over all splits: how many answers
are sure (need no review), and how many of these are right, overall and for the worst categories. Then pairs:
the text of one product with the image of another category's, and as many true ones.

    python benchmarks/measure_promises.py --data DIR --format flipkart --seeds 10
    python benchmarks/measure_promises.py --data DIR --format fashion --seeds 10 --limit 12000
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.building.build import build_bundle
from core.building.options import BuildOptions
from core.bundle.reader import Bundle
from core.catalogue.reading import read_catalogue
from core.catalogue.text import product_texts
from core.common.files import cache_dir
from core.common.modality import sides_of
from core.common.progress import bar
from core.evaluation.intervals import wilson
from core.features.encoders.registry import load_encoder
from core.features.vectors import Features
from core.heads.inputs import Inputs
from core.heads.registry import parse_heads
from core.serving.answering import ProductAnswers, answer_products
from core.serving.predictor import Predictor
from core.serving.reasons import DISAGREE

HEADS = "logistic_regression,tfidf,blend"
PAIRS = 200
FEW = 30
"""Categories with fewer sure answers are not listed."""


@dataclass
class Counts:
    """Answers of one kind over all splits, by predicted category."""

    n: int = 0
    right: int = 0
    sure: dict[str, int] = field(default_factory=dict)
    sure_right: dict[str, int] = field(default_factory=dict)

    def add(self, answers: ProductAnswers, true: np.ndarray, classes: tuple[str, ...]) -> None:
        """Count the answers to products whose categories are `true`."""
        predicted, sure = answers.predicted, ~answers.needs_review
        self.n += len(true)
        self.right += int((predicted == true).sum())
        for number in np.unique(predicted[sure]).tolist():
            own = sure & (predicted == number)
            name = classes[number]
            self.sure[name] = self.sure.get(name, 0) + int(own.sum())
            self.sure_right[name] = self.sure_right.get(name, 0) + int((own & (true == number)).sum())

    def lines(self, given: str) -> list[str]:
        """Return what was counted, for people."""
        sure, right = sum(self.sure.values()), sum(self.sure_right.values())
        held = wilson(right, sure)
        worst = sorted(
            (self.sure_right[name] / count, count, name) for name, count in self.sure.items() if count >= FEW
        )
        shown = ", ".join(f"{name} {share:.1%} of {count}" for share, count, name in worst[:3])
        return [
            f"{given:6} {self.n:7,} products, accuracy {self.right / self.n:.1%}, sure {sure / self.n:.1%}, "
            f"of these right {held.value:.1%} ({held.low:.1%} to {held.high:.1%}); worst: {shown}"
        ]


@dataclass
class Pairs:
    """Made-up and true pairs of text and image."""

    made_up: int = 0
    caught: int = 0
    named: int = 0
    true: int = 0
    disturbed: int = 0
    stopped: int = 0


def main() -> None:
    """Build, answer and count."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--format", required=True)
    parser.add_argument("--label")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--heads", default=HEADS)
    parser.add_argument("--seeds", type=int, default=10)
    options = parser.parse_args()
    encoders = {"text": load_encoder("minilm"), "image": load_encoder("compact")}
    counts: dict[str, Counts] = {}
    pairs = Pairs()
    for seed in range(options.seeds):
        catalogue = read_catalogue(
            options.data, options.format, label=options.label, limit=options.limit, seed=seed
        )
        choices = BuildOptions(
            heads=parse_heads(options.heads), methods=(), seed=seed, cache=cache_dir() / "features"
        )
        with tempfile.TemporaryDirectory() as folder:
            bundle = build_bundle(catalogue, encoders, Path(folder, "bundle"), choices, bar()).bundle
            predictor = Predictor.load(bundle)
            products, true = stored(bundle), bundle.labels
            for given in bundle.modalities:
                rows = bundle.rows("test")
                rows = rows[bundle.present(given)[rows]]
                answers = answered(predictor, only(products.take(rows), given))
                counts.setdefault(given, Counts()).add(answers, true[rows], bundle.classes)
            if "fused" in bundle.modalities:
                count_pairs(predictor, products, true, seed, pairs)
        print(f"split {seed}: {bundle.best}", file=sys.stderr, flush=True)
    for given, each in counts.items():
        print("\n".join(each.lines(given)))
    if pairs.true:
        print(
            f"made-up pairs: {pairs.caught / pairs.made_up:.1%} of {pairs.made_up:,} not sure, "
            f"{pairs.named / pairs.made_up:.1%} because text and image disagree; true pairs: "
            f"{pairs.disturbed / pairs.true:.1%} of {pairs.true:,} said to disagree, "
            f"{pairs.stopped / pairs.true:.1%} not sure for any reason"
        )


def stored(bundle: Bundle) -> Inputs:
    """Return all products as heads read them."""
    features = {m: Features(np.asarray(bundle.features(m)), bundle.present(m)) for m in bundle.encoders}
    return Inputs.of(features, product_texts(bundle.table))


def only(inputs: Inputs, given: str) -> Inputs:
    """Return products as if they had nothing but what is given."""
    for side in inputs.features:
        if side not in sides_of(given):
            inputs = inputs.without(side)
    return inputs


def answered(predictor: Predictor, inputs: Inputs) -> ProductAnswers:
    """Answer products as a new catalogue's are."""
    return answer_products(predictor.bundle, predictor.scorers.on(inputs), inputs.present("image"))


def count_pairs(predictor: Predictor, products: Inputs, true: np.ndarray, seed: int, pairs: Pairs) -> None:
    """Count what happens to made-up and to true pairs of the test products."""
    bundle, rng = predictor.bundle, np.random.default_rng(seed)
    rows = bundle.rows("test")
    rows = rows[bundle.present("fused")[rows]]
    texts = rng.choice(rows, PAIRS)
    images = np.array([rng.choice(rows[true[rows] != true[row]]) for row in texts])
    mixed = Inputs(
        {"text": products.take(texts).features["text"], "image": products.take(images).features["image"]},
        products.take(texts).texts,
    )
    answers = answered(predictor, mixed)
    pairs.made_up += PAIRS
    pairs.caught += int(answers.needs_review.sum())
    pairs.named += int(answers.reasons[DISAGREE].sum())
    answers = answered(predictor, products.take(rng.permutation(rows)[:PAIRS]))
    pairs.true += len(answers)
    pairs.disturbed += int(answers.reasons[DISAGREE].sum())
    pairs.stopped += int(answers.needs_review.sum())


if __name__ == "__main__":
    main()
