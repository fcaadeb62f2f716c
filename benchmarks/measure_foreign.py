"""Measure how many products of one catalogue another one's bundle is sure of, though it lacks their category.

Products whose category the bundle has, too (`SHARED`), are left out. All others must not be sure of anything.

    python benchmarks/measure_foreign.py --bundles artifacts/demo artifacts/flipkart artifacts/fashion
        --data demo-catalogue FLIPKART FASHION --formats csv flipkart fashion
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.catalogue.reading import Chunk, read_catalogue
from core.evaluation.intervals import wilson
from core.serving.predictor import Predictor

SHARED = {
    ("demo", "flipkart"): {"Watches", "Kettles & Coffee", "Mugs & Cups", "Laptops", "Tablets", "Lamps"},
    ("demo", "fashion"): {"Watches", "Bags & Cases"},
    ("flipkart", "demo"): {"Watches", "Computers", "Kitchen & Dining"},
    ("flipkart", "fashion"): {"Watches", "Beauty and Personal Care", "Baby Care"},
    ("fashion", "demo"): {"Watches", "Bags"},
    ("fashion", "flipkart"): {"Watches", "Fragrance", "Lips", "Makeup", "Nails"},
}
"""Products of, bundle -> categories of the products that the bundle has a category for."""
MOST = 1500


def main() -> None:
    """Print a line for each catalogue and each other bundle."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--bundles", type=Path, nargs="+", required=True)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--formats", nargs="+", required=True)
    options = parser.parse_args()
    names = [bundle.name for bundle in options.bundles]
    catalogues = [
        read_catalogue(data, format) for data, format in zip(options.data, options.formats, strict=True)
    ]
    for name, folder in zip(names, options.bundles, strict=True):
        predictor = Predictor.load(folder)
        for of, catalogue in zip(names, catalogues, strict=True):
            if of == name:
                continue
            lacking = ~catalogue.table["category"].isin(SHARED[of, name]).to_numpy()
            rows = np.random.default_rng(0).permutation(np.flatnonzero(lacking))[:MOST]
            answers = predictor.predict_frame(Chunk(catalogue.table, catalogue.images).take(np.sort(rows)))
            sure = int((~answers["needs_review"]).sum())
            held = wilson(sure, len(answers))
            unlike = answers["reason"].str.contains("unlike this catalogue").mean()
            print(
                f"{name} is sure of {held.value:.1%} ({held.low:.1%} to {held.high:.1%}) of {len(answers):,} "
                f"foreign products of {of}; {unlike:.1%} are unlike it",
                flush=True,
            )


if __name__ == "__main__":
    main()
