"""A course project with embeddings of its own: classify on text, image and both, and hand in the results.

    PYTHONPATH=. python docs/examples/course_project.py [FOLDER]

The folder holds a product table (``products.csv``), the embeddings that a notebook wrote, with the columns
``ImageName`` or ``sku`` and either ``embeddings`` or one column a number, and is given ``results/*.csv`` with
the columns ``Predictions`` and ``True Labels``.
"""

import sys
from pathlib import Path

import core

HEADS = ("random_forest", "logistic_regression", "mlp")


def main(folder: Path, heads: tuple[str, ...] = HEADS) -> None:
    """Train classifiers on each input, print what they reach, and write the results."""
    catalogue = core.read_catalogue(folder, "csv", minimum=5)
    (text_file,) = folder.glob("text_embeddings_*.csv")
    (image_file,) = folder.glob("Embeddings_*.csv")
    vectors = {"text": core.open_vectors(text_file, "text"), "image": core.open_vectors(image_file, "image")}
    for given in vectors.values():
        print("\n".join(given.lines(catalogue.table)))

    training = core.TrainingChoices(
        balanced=True,
        test_share=0.2,
        validation_share=0.1,
        settings=("random_forest.trees=100", "mlp.layers=128,64", "mlp.dropout=0.3"),
    )
    options = core.BuildOptions(heads=heads, methods=("pca",), training=training)
    result = core.build_bundle(catalogue, vectors, folder / "artifacts" / "course", options)

    print(f"{'input':8}{'model':22}{'accuracy':>9}{'macro F1':>10}")
    for model in result.models:
        star = "*" if model.chosen else ""
        scores = f"{model.report.accuracy:9.1%}{model.report.macro_f1:10.1%}"
        print(f"{model.modality:8}{model.head + star:22}{scores}")
    for file in core.write_results(result.bundle, folder / "results", "course"):
        print(f"written: {file}")


def make_up(folder: Path) -> None:
    """Write the demo's products and their embeddings, as a notebook would."""
    core.write_demo(folder, rows=300)
    for encoder, name in (("minilm", "text_embeddings_minilm.csv"), ("compact", "Embeddings_compact.csv")):
        core.write_embeddings(core.load_encoder(encoder), core.read_chunks(folder, "csv"), folder / name)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        make_up(Path("course-project"))
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "course-project"))
