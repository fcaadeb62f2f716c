"""Classify a delivery of new products with a bundle that was built before.

    PYTHONPATH=. python docs/examples/classify_a_delivery.py [CATALOGUE DELIVERY]

Builds a bundle from the catalogue, writes the category of every product of the delivery with its confidence,
and explains the answer that is least certain.
"""

import sys
from pathlib import Path

import core


def main(folder: Path, delivery: Path) -> None:
    """Write predictions.csv into the delivery's folder."""
    catalogue = core.read_catalogue(folder, "csv", minimum=5)
    encoders = {"text": core.load_encoder("minilm"), "image": core.load_encoder("compact")}
    options = core.BuildOptions(heads=("logistic_regression",), methods=("pca",))
    bundle = core.build_bundle(catalogue, encoders, folder / "artifacts" / "shop", options).bundle
    predictor = core.Predictor.load(bundle)

    out = delivery / "predictions.csv"
    count = core.write_predictions(predictor, core.read_chunks(delivery, "csv"), out)
    print(f"{count} products classified, written to {out}")

    (chunk, *_) = core.read_chunks(delivery, "csv")
    answers = predictor.predict_frame(chunk)
    print(f"{answers['needs_review'].sum()} of the first {len(answers)} need review")
    described = answers[chunk.table["has_text"].to_numpy()]
    product = chunk.table.iloc[described["confidence"].idxmin()]
    explanation = core.explain(predictor, product["name"])
    print(f"{product['name']}: {explanation.category} ({100 * explanation.confidence:.1f}%)")
    print("\n".join(f"  {line}" for line in explanation.lines()))


if __name__ == "__main__":
    if len(sys.argv) == 1:
        core.write_demo(Path("demo-catalogue"), rows=300)
        core.write_demo(Path("demo-delivery"), rows=30, seed=8)
    main(*map(Path, sys.argv[1:] or ["demo-catalogue", "demo-delivery"]))
