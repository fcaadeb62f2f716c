"""Print the README's table of results from the bundles.

python benchmarks/results_table.py artifacts/demo artifacts/flipkart artifacts/fashion
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.bundle.model_card import ModelCard
from core.bundle.reader import Bundle
from core.views.models.comparison import gain_of

HEADER = (
    "catalogue",
    "test products",
    "text",
    "image",
    "text + image",
    "macro F1",
    "fusion gain, points",
    "calibration error",
)


def row(bundle: Bundle) -> list[str]:
    """Return one bundle's line: chosen heads' accuracies with 95 % intervals, and what fusion adds."""
    chosen = {model.modality: model for model in bundle.models if model.chosen}
    gain = gain_of(bundle).overall.difference
    return [
        f"`{bundle.name}`",
        f"{chosen['fused'].report.n:,}",
        *(_accuracy(chosen[modality]) for modality in ("text", "image", "fused")),
        f"{100 * chosen['fused'].report.macro_f1:.1f}%",
        f"{100 * gain.value:+.1f} ({100 * gain.low:+.1f} to {100 * gain.high:+.1f})",
        f"{100 * chosen['fused'].calibration_error:.1f}%",
    ]


def _accuracy(model: ModelCard) -> str:
    low, high = model.intervals["accuracy"]
    return f"{100 * model.report.accuracy:.1f}% ({100 * low:.1f} to {100 * high:.1f})"


def main() -> None:
    """Print a Markdown table of the bundles named."""
    lines = [HEADER, ["---"] * len(HEADER), *(row(Bundle.open(name)) for name in sys.argv[1:])]
    print("\n".join("| " + " | ".join(line) + " |" for line in lines))


if __name__ == "__main__":
    main()
