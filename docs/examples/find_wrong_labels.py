"""Find products that probably have the wrong category, and other faults of a catalogue.

    PYTHONPATH=. python docs/examples/find_wrong_labels.py [CATALOGUE]

Every product is judged by models that were not trained on it. The list is written beside the catalogue, worst
first.
"""

import sys
from pathlib import Path

import core


def main(folder: Path) -> None:
    """Print the worst faults, and write all of them to a CSV file."""
    catalogue = core.read_catalogue(folder, "csv", minimum=5)
    encoders = {"text": core.load_encoder("minilm"), "image": core.load_encoder("compact")}
    faults = core.prepare_dataset(catalogue, encoders).find_faults()
    print(faults["kind"].value_counts().to_string())
    wrong = faults[faults["kind"] == "label"]
    print(f"\n{len(wrong)} of {len(catalogue.table)} products probably have the wrong category:")
    for fault in wrong.head(10).itertuples():
        print(f"  {fault.sku}  {fault.name}: {fault.reason} {fault.suggestion}")
    faults.to_csv(folder / "probably_wrong.csv", index=False)
    print(f"all faults are in {folder / 'probably_wrong.csv'}")


if __name__ == "__main__":
    if len(sys.argv) == 1:
        core.write_demo(Path("demo-catalogue"), rows=300)
    main(Path(*sys.argv[1:] or ["demo-catalogue"]))
