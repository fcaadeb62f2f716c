"""Measure whether a bundle knows what it does not know: each category left out in turn.

For each category a bundle is built without it, and answers its products as well as its own test products. For
text only, image only and both, it prints how well strangeness tells the two apart (area under the ROC curve),
the share of unknown products that are sure of a category at several prices of the guards, and what these
cost.

    python benchmarks/measure_unknown.py --data DIR --format flipkart
    python benchmarks/measure_unknown.py --data DIR --format fashion --limit 12000 --categories Bags,Belts
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from measure_promises import HEADS, answered, only, stored

from core.building.build import build_bundle
from core.building.encoding import encode_catalogue
from core.building.options import BuildOptions
from core.catalogue.reading import Catalogue, read_catalogue
from core.catalogue.text import product_texts
from core.common.files import cache_dir
from core.common.progress import bar
from core.evaluation.acceptance import fit_acceptance
from core.evaluation.held_out import HeldOutAnswers, disagreement
from core.features.encoders.registry import load_encoder
from core.heads.inputs import Inputs
from core.heads.registry import parse_heads
from core.serving.answering import ProductAnswers
from core.serving.predictor import Predictor
from core.serving.reasons import MEANINGLESS, UNKNOWN_LANGUAGE

PRICES = (0.0, 0.02, 0.05, 0.1)
MOST = 1500
"""Products of the unknown category that are answered."""


@dataclass
class Found:
    """What came out for one kind of input, a number for each category left out."""

    auroc: list[float] = field(default_factory=list)
    sure: list[list[float]] = field(default_factory=list)
    cost: list[list[float]] = field(default_factory=list)


def main() -> None:
    """Leave categories out, and print what bundles make of their products."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--format", required=True)
    parser.add_argument("--label")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--heads", default=HEADS)
    parser.add_argument("--categories", help="those to leave out (default: each)")
    options = parser.parse_args()
    encoders = {"text": load_encoder("minilm"), "image": load_encoder("compact")}
    catalogue = read_catalogue(options.data, options.format, label=options.label, limit=options.limit)
    left_out = options.categories.split(",") if options.categories else list(catalogue.classes)
    choices = BuildOptions(heads=parse_heads(options.heads), methods=(), cache=cache_dir() / "features")
    found: dict[str, Found] = {}
    for category in left_out:
        with tempfile.TemporaryDirectory() as folder:
            known, unknown = split(catalogue, category)
            bundle = build_bundle(known, encoders, Path(folder, "bundle"), choices, bar()).bundle
            predictor = Predictor.load(bundle)
            unknown, features = encode_catalogue(unknown, encoders, choices.cache)
            strangers = Inputs.of(features, product_texts(unknown.table))
            strangers = strangers.take(np.random.default_rng(0).permutation(len(strangers))[:MOST])
            products = stored(bundle)
            for given in bundle.modalities:
                rows = bundle.rows("test")
                rows = rows[bundle.present(given)[rows]]
                ours = answered(predictor, only(products.take(rows), given))
                theirs = answered(predictor, only(strangers.take(strangers.present(given)), given))
                own = as_held_out(ours, bundle.labels[rows])
                other = as_held_out(theirs, np.full(len(theirs), -1))
                compare(found.setdefault(given, Found()), own, other, given, predictor)
        print(f"without {category}", file=sys.stderr, flush=True)
    for given, each in found.items():
        auroc, sure, cost = np.array(each.auroc), np.array(each.sure), np.array(each.cost)
        prices = ", ".join(f"{100 * price:g} points" for price in PRICES)
        print(
            f"{given:6} AUROC median {np.median(auroc):.3f}, worst {auroc.min():.3f}; guards for {prices}: "
            f"unknown called sure {shares(sure)}; right answers lost {shares(cost)}"
        )


def split(catalogue: Catalogue, category: str) -> tuple[Catalogue, Catalogue]:
    """Return the catalogue without a category, and the products of the category alone."""
    own = (catalogue.table["category"] == category).to_numpy()
    known, unknown = (
        replace(catalogue, table=catalogue.table[rows].reset_index(drop=True)) for rows in (~own, own)
    )
    return known, unknown


def as_held_out(answers: ProductAnswers, true: np.ndarray) -> HeldOutAnswers:
    """Return answers as rules judge them."""
    apart = np.full(len(answers), np.nan)
    if len(answers.single) == 2:
        both = np.all([np.isfinite(each).all(axis=1) for each in answers.single.values()], axis=0)
        apart[both] = disagreement(answers.single["text"][both], answers.single["image"][both])
    no = np.zeros(len(true), dtype=bool)
    return HeldOutAnswers(
        true=true,
        predicted=answers.predicted,
        confidence=answers.confidence,
        strangeness=answers.strangeness,
        disagreement=apart,
        unknown_language=answers.reasons.get(UNKNOWN_LANGUAGE, no),
        meaningless=answers.reasons.get(MEANINGLESS, no),
        in_validation=no,
    )


def compare(
    found: Found, own: HeldOutAnswers, other: HeldOutAnswers, given: str, predictor: Predictor
) -> None:
    """Add what rules at several prices make of known and of unknown products."""
    from sklearn.metrics import roc_auc_score

    bundle = predictor.bundle
    strange = np.r_[np.zeros(len(own)), np.ones(len(other))]
    found.auroc.append(roc_auc_score(strange, np.r_[own.strangeness, other.strangeness]))
    held_out = bundle.held_out(given)
    rules = [fit_acceptance(held_out, len(bundle.classes), guard=price) for price in PRICES]
    found.sure.append([float(rule.accepted(other).mean()) for rule in rules])
    before = rules[0].accepted(own) & own.right
    found.cost.append([float((before & ~rule.accepted(own)).sum() / own.right.sum()) for rule in rules])


def shares(values: np.ndarray) -> str:
    """Return the mean of each column as a percentage."""
    return ", ".join(f"{share:.1%}" for share in values.mean(axis=0))


if __name__ == "__main__":
    main()
