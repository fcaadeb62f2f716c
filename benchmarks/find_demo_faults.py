"""How well the demo's planted faults can be found from its bundle's features alone.

    python -m core demo --out DIR
    python benchmarks/find_demo_faults.py --data DIR --bundle artifacts/demo

Out-of-fold probabilities of a logistic regression (five folds) rank the products: by how little their own
category is believed (wrong labels), and by how much the picture contradicts the text (wrong pictures). A
near-duplicate counts as found when its source is its nearest neighbour.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from core.bundle import Bundle
from core.neighbours import nearest


def main() -> None:
    """Print one line a kind of fault."""
    from sklearn.metrics import average_precision_score

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that `python -m core demo` wrote")
    parser.add_argument("--bundle", type=Path, default=Path("artifacts/demo"))
    arguments = parser.parse_args()
    bundle = Bundle.open(arguments.bundle)
    faults: dict[str, dict[str, str]] = {}
    with (arguments.data / "faults.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            faults.setdefault(row["fault"], {})[row["sku"]] = row["detail"]
    skus = bundle.table["sku"].to_numpy(dtype=object)

    believed = {modality: _believed(bundle, modality) for modality in bundle.modalities}
    wrong = np.isin(skus, list(faults["wrong_label"]))
    ranked = wrong[np.argsort(believed["fused"])]
    print(
        f"wrong labels: average precision {average_precision_score(wrong, -believed['fused']):.2f}, "
        f"{ranked[: wrong.sum()].sum()} of {wrong.sum()} among the first {wrong.sum()}"
    )
    shown = np.isin(skus, list(faults["wrong_picture"]))
    doubt = believed["text"] * (1 - believed["image"]) * bundle.present("image")
    print(
        f"wrong pictures: average precision {average_precision_score(shown, doubt):.2f} "
        f"({shown.mean():.3f} by chance)"
    )
    closest = nearest(bundle.features("fused"), 1).indices[:, 0]
    pairs = {sku: detail.removeprefix("of=") for sku, detail in faults["near_duplicate"].items()}
    found = sum(skus[closest[bundle.row(sku)]] == source for sku, source in pairs.items())
    print(f"near-duplicates: the source is the nearest product of {found} of {len(pairs)}")


def _believed(bundle: Bundle, modality: str) -> np.ndarray:
    """Return each product's out-of-fold probability of its own category, float (rows,)."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict

    model = LogisticRegression(C=10, max_iter=300)
    proba = cross_val_predict(model, bundle.features(modality), bundle.labels, cv=5, method="predict_proba")
    return proba[np.arange(len(proba)), bundle.labels]


if __name__ == "__main__":
    main()
