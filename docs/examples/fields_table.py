"""The field's table: what a head reaches on text, on images, and on both together.

    PYTHONPATH=. python docs/examples/fields_table.py [CATALOGUE]

Loads a catalogue, encodes its texts and images, splits it, trains a head on each, scores them on the test
products, and draws a map. Without a catalogue, it draws the synthetic demo first.
"""

import sys
from pathlib import Path

import plotly.express as px

import core

HEAD = "logistic_regression"


def main(folder: Path) -> None:
    """Print the table, and write a map beside the catalogue."""
    catalogue = core.read_catalogue(folder, "csv", minimum=5)
    encoders = {"text": core.load_encoder("minilm"), "image": core.load_encoder("compact")}
    dataset = core.prepare_dataset(catalogue, encoders)
    models = {modality: dataset.train(HEAD, modality) for modality in dataset.modalities}
    print(f"{'input':8}{'products':>10}{'accuracy':>10}{'macro F1':>10}")
    for modality, model in models.items():
        report = model.evaluate()
        print(f"{modality:8}{report.n:10}{100 * report.accuracy:8.1f} %{100 * report.macro_f1:8.1f} %")
    print(models["fused"].compare(models["text"]).sentence)
    x, y = dataset.map("pca", "fused").T
    px.scatter(x=x, y=y, color=catalogue.table["category"]).write_html(folder / "map.html")
    print(f"map written to {folder / 'map.html'}")


if __name__ == "__main__":
    if len(sys.argv) == 1:
        core.write_demo(Path("demo-catalogue"), rows=300)
    main(Path(*sys.argv[1:] or ["demo-catalogue"]))
