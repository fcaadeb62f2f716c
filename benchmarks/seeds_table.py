"""Print the course projects' table: three heads on text, image and both, as Markdown.

Random forest, logistic regression and a neural network learn from the same vectors; settings come from
validation products, and the exported heads answer the test products, as in a build. The catalogue is split
with several seeds; accuracy and macro F1 are of the test products of all splits together, with 95 %
intervals over product groups: copies of a product count once, also over several splits.

    python benchmarks/seeds_table.py --data DIR --format flipkart --text minilm --image compact --splits 5
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.splits import Answers, joined, judged_splits, load_encoders
from core.building.options import BuildOptions
from core.bundle.training import TrainingChoices
from core.catalogue.reading import read_catalogue
from core.common.files import cache_dir
from core.evaluation.intervals import Interval, score_intervals
from core.heads.key import HeadKey
from core.heads.registry import parse_heads
from core.views.display_names import head_name

HEADS = "random_forest,logistic_regression,mlp"
INPUTS = {"text": "text", "image": "image", "fused": "text + image"}


def table(answers: Mapping[HeadKey, Answers]) -> str:
    """Return a Markdown table: a row for each head, accuracy and macro F1 for each input."""
    modalities = [m for m in INPUTS if any(key.modality == m for key in answers)]
    lines = [
        ["head", *(f"{INPUTS[m]}: {score}" for m in modalities for score in ("accuracy", "macro F1"))],
        ["---"] * (1 + 2 * len(modalities)),
    ]
    for head in dict.fromkeys(key.head for key in answers):
        of_inputs = [answers.get(HeadKey(modality, head)) for modality in modalities]
        cells = [cell for each in of_inputs for cell in (("", "") if each is None else _scores(each))]
        lines.append([head_name(head).lower(), *cells])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _scores(answers: Answers) -> tuple[str, str]:
    intervals = score_intervals(
        answers.true, answers.predicted, int(answers.true.max()) + 1, groups=answers.dense_groups
    )
    return _cell(intervals.accuracy), _cell(intervals.macro_f1)


def _cell(value: Interval) -> str:
    return f"{100 * value.value:.1f}% ({100 * value.low:.1f} to {100 * value.high:.1f})"


def main(arguments: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--format", default="auto")
    parser.add_argument("--label")
    parser.add_argument("--text", default="minilm")
    parser.add_argument("--image", default="compact")
    parser.add_argument("--heads", default=HEADS)
    parser.add_argument("--set", action="append", default=[], metavar="HEAD.SETTING=VALUE")
    parser.add_argument("--splits", type=int, default=5)
    options = parser.parse_args(arguments)
    choices = BuildOptions(
        heads=parse_heads(options.heads),
        training=TrainingChoices(settings=tuple(options.set)),
        cache=cache_dir() / "features",
    )
    catalogue = read_catalogue(options.data, options.format, label=options.label)
    encoders = load_encoders(options.text, options.image)
    found: dict[HeadKey, list[Answers]] = {}
    for split in judged_splits(catalogue, encoders, choices, options.splits):
        for model in split.judged.models:
            key = HeadKey(model.modality, model.head)
            found.setdefault(key, []).append(split.answers(key))
    answers = {key: joined(parts) for key, parts in found.items()}
    tested = len(next(iter(answers.values())).true)
    splits = "one split" if options.splits == 1 else f"{options.splits} splits"
    print(f"{options.text}, {options.image}; {splits}, {tested:,} test products in all\n")
    print(table(answers))


if __name__ == "__main__":
    main()
