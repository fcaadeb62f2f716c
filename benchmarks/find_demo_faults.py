"""Measure how many of the demo catalogue's planted faults can be found from its bundle's features alone.

    python -m core demo --out DIR
    python benchmarks/find_demo_faults.py --data DIR --bundle artifacts/demo

Out-of-fold probabilities of logistic regressions on text and on image (five folds) are the input of
`core.faults`. ``--compare`` prints alternative methods too; ``find_flipped_labels.py`` does the same on any
catalogue.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from find_flipped_labels import conflict_alternatives, figures, label_alternatives

from core.bundle.reader import Bundle
from core.evaluation.folds import logistic, out_of_fold
from core.faults.duplicates import find_duplicates
from core.faults.leaks import find_leaks
from core.faults.mismatches import find_mismatches
from core.faults.product_neighbours import find_neighbours
from core.faults.wrong_categories import find_wrong_categories, mean_probabilities
from core.nearest.exact import nearest


def main() -> None:
    """Print one line a kind of fault."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that `python -m core demo` wrote")
    parser.add_argument("--bundle", type=Path, default=Path("artifacts/demo"))
    parser.add_argument("--compare", action="store_true", help="show what else was tried")
    arguments = parser.parse_args()
    bundle = Bundle.open(arguments.bundle)
    faults: dict[str, dict[str, str]] = {}
    with (arguments.data / "faults.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            faults.setdefault(row["fault"], {})[row["sku"]] = row["detail"]
    skus = bundle.table["sku"].to_numpy(dtype=object)
    names, digests = list(bundle.table["name"]), list(bundle.table["image_digest"])
    y, count = bundle.labels, len(bundle.classes)
    groups = bundle.groups
    everything = np.ones(len(y), dtype=bool)
    opinions = {
        modality: out_of_fold(
            logistic(bundle.features(modality), y, count), y, groups, present=bundle.present(modality)
        )
        for modality in bundle.modalities
    }
    both = {modality: opinions[modality] for modality in ("text", "image")}

    wrong = np.isin(skus, list(faults["wrong_label"]))
    doubts = find_wrong_categories(y, mean_probabilities(both.values()))
    _show("wrong labels", wrong, figures(wrong, doubts.score, doubts.is_issue, everything))
    true = [faults["wrong_label"][sku].removeprefix("true=") for sku in skus[wrong]]
    right = sum(bundle.classes[i] == name for i, name in zip(doubts.suggested[wrong], true, strict=True))
    print(f"  the suggestion is right for {right} of {wrong.sum()}")
    if arguments.compare:
        for name, (score, issue) in label_alternatives(y, opinions).items():
            _show(f"  {name}", wrong, figures(wrong, score, issue, everything))

    wrong = np.isin(skus, list(faults["wrong_image"]))
    conflicts = find_mismatches(y, both["text"], both["image"])
    blamed = conflicts.suspect == "image"
    scores = np.where(np.isnan(conflicts.score) | blamed, conflicts.score, 0)
    _show("wrong images", wrong, figures(wrong, scores, conflicts.is_issue & blamed, everything))
    if arguments.compare:
        for name, score in conflict_alternatives(y, both["text"], both["image"]).items():
            _show(f"  {name}", wrong, figures(wrong, score, None, everything))

    sources = {sku: detail.removeprefix("of=") for sku, detail in faults["near_duplicate"].items()}
    closest = nearest(bundle.features("fused"), 1).indices[:, 0]
    nearest_sources = sum(skus[closest[bundle.row(sku)]] == source for sku, source in sources.items())
    print(f"near-duplicates: the source is the nearest product of {nearest_sources} of {len(sources)}")
    spaces = {m: find_neighbours(bundle.features(m), bundle.present(m)) for m in ("text", "image")}
    duplicates = find_duplicates(names, digests, groups, spaces)
    planted = {tuple(sorted((bundle.row(sku), bundle.row(source)))) for sku, source in sources.items()}
    hit = np.array([tuple(pair) in planted for pair in duplicates.pairs.tolist()])
    new = duplicates.alike & ~duplicates.same_name
    print(
        f"  {hit[: len(planted)].sum()} of the first {len(planted)} pairs are planted; "
        f"of {new.sum()} alike pairs with different names {hit[new].sum()}, "
        f"of all {len(hit)} pairs {hit.sum()}"
    )
    leaks = find_leaks(duplicates, bundle.table["part"].to_numpy(dtype=object))
    tested = len(np.unique(leaks.pairs[leaks.parts[:, 0] == "test", 0]))
    print(
        f"split: {len(leaks.pairs)} pairs are in different splits; {tested} of {len(bundle.rows('test'))} "
        "test products have a duplicate that models have learned from"
    )


def _show(title: str, wrong: np.ndarray, scores: np.ndarray) -> None:
    line = f"{title}: average precision {scores[0]:.3f}, "
    line += f"{round(scores[1] * wrong.sum())} of {wrong.sum()} among the first {wrong.sum()}"
    if len(scores) > 2:
        line += f"; {scores[2]:.0f} issues, precision {scores[3]:.2f}, recall {scores[4]:.2f}"
    print(line)


if __name__ == "__main__":
    main()
