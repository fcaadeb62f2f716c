"""``compare``: bundles and files of results side by side, tested in pairs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli.parser import Command
from core.common.errors import CoreError

if TYPE_CHECKING:
    from core.evaluation.intervals import Interval


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "sources",
        type=Path,
        nargs="+",
        metavar="BUNDLE_OR_CSV",
        help="two or more: folders of bundles (their chosen model's answers to test products), CSV files "
        "with true and predicted categories; the first is compared with each other one",
    )
    parser.add_argument(
        "--given",
        choices=("text", "image", "both"),
        help="the models of the bundles for this (default: both, where a bundle has that)",
    )


def _run(options: argparse.Namespace) -> None:
    from core.bundle.comparing import compare_answers, scores_of
    from core.bundle.results import read_answers

    answers = [each for path in options.sources for each in read_answers(path, options.given)]
    if len(answers) < 2:
        raise CoreError(f"expected two models or more to compare, got {answers[0].name} alone")
    width = max(len(each.name) for each in answers) + 2
    print(f"{'model':{width}}{'products':>9}  {'accuracy':24}{'macro F1':24}")
    for each in answers:
        scores = scores_of(each)
        print(f"{each.name:{width}}{len(each):9,}  {_shown(scores.accuracy):24}{_shown(scores.macro_f1):24}")
    print()
    for pair in compare_answers(answers):
        print(f"{pair.first} against {pair.second}: {pair.note}")
        if pair.comparison is not None:
            share = pair.comparison.difference
            value, low, high = (f"{100 * each:+.1f}" for each in (share.value, share.low, share.high))
            print(f"  {value} points of accuracy ({low} to {high}). {pair.comparison.sentence}")


def _shown(share: Interval) -> str:
    return f"{share.value:.1%} ({share.low:.1%} to {share.high:.1%})"


COMMAND = Command(
    "compare", "compare bundles and files of results, with paired tests where ids match", _add_options, _run
)
