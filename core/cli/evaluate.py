"""``evaluate``: score a bundle on a labelled catalogue it never saw."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli.parser import Command, add_bundle, add_catalogue, new_file
from core.cli.running import (
    add_backend,
    add_private_catalogue,
    backend_of,
    recognised,
)
from core.cli.vectors import add_vectors, check_vectors, vector_files

if TYPE_CHECKING:
    from core.evaluation.intervals import Interval
    from core.serving.bulk.evaluation import StreamEvaluation


def _add_options(parser: argparse.ArgumentParser) -> None:
    add_bundle(parser)
    add_catalogue(parser)
    parser.add_argument(
        "--given",
        choices=("text", "image", "both"),
        help="score products as if they had only this (default: by what each has)",
    )
    parser.add_argument("--json", type=new_file, metavar="FILE", help="write the scores to a JSON file")
    add_vectors(parser, "for a bundle that was built with such")
    add_backend(parser)
    add_private_catalogue(parser)


def _run(options: argparse.Namespace) -> None:
    from core.bundle.reader import Bundle
    from core.catalogue.reading import check_category, chunks_of
    from core.common.progress import bar
    from core.serving.bulk.counting import count_products
    from core.serving.bulk.evaluation import evaluate_stream
    from core.serving.bulk.loading import load_predictor

    progress = bar()
    check_vectors(options, Bundle.open(options.bundle), all_of_them=True)
    predictor = load_predictor(
        options.bundle, backend_of(options), options.catalogue, progress, vector_files(options)
    )
    manifest = predictor.bundle.manifest
    recognition = recognised(options, manifest.read_as)
    check_category(recognition)
    given = "fused" if options.given == "both" else options.given
    chunks = chunks_of(recognition, classes=manifest.classes)
    scores = evaluate_stream(predictor, chunks, progress, count_products(recognition), given=given)
    if options.json:
        _write_json(options.json, scores)
    print("\n".join(_lines(scores)))


def _lines(scores: StreamEvaluation) -> list[str]:
    lines = [
        f"{scores.n} products scored, {scores.set_aside} set aside (the bundle does not know their category)",
        f"{'modality':10}{'head':22}{'accuracy':>10}{'macro F1':>10}{'weighted F1':>13}",
    ]
    for report in scores.reports:
        mark = "*" if scores.best[report.modality] == report.head else ""
        shares = (report.accuracy, report.macro_f1, report.weighted_f1)
        accuracy, macro, weighted = (f"{100 * share:.1f}%" for share in shares)
        lines.append(f"{report.modality:10}{report.head + mark:22}{accuracy:>10}{macro:>10}{weighted:>13}")
    lines.append("* chosen by validation products when the bundle was built")
    return [*lines, *_answers(scores), *_along_tree(scores)]


def _answers(scores: StreamEvaluation) -> Iterator[str]:
    """Yield how good the answers are that need no review."""
    yield f"{'given':10}{'products':>10}{'accuracy':>10}{'sure':>8}{'precision of sure answers':>30}"
    for given, each in scores.answers.items():
        if each.n:
            precision = each.precision_sure
            shown = "none is sure" if precision is None else _interval(precision)
            yield f"{given:10}{each.n:10}{each.right / each.n:10.1%}{each.sure / each.n:8.1%}{shown:>30}"
    for given, each in scores.answers.items():
        if each.worst_categories:
            worst = ", ".join(f"{c.category} {c.precision:.1%} of {c.sure}" for c in each.worst_categories)
            yield f"least precise, {given}: {worst}"


def _along_tree(scores: StreamEvaluation) -> Iterator[str]:
    """Yield how far down the category tree answers are right."""
    tree = scores.tree
    if tree is None:
        return
    levels = ", ".join(f"level {at} {_interval(each)}" for at, each in enumerate(tree.levels, 1))
    yield f"along the category tree: {levels}; hierarchical F1 {_interval(tree.f1)}"
    if tree.mistake_height is not None:
        yield f"wrong answers meet the truth {tree.mistake_height:.1f} levels up in the mean"


def _interval(share: Interval) -> str:
    return f"{share.value:.1%} ({share.low:.1%} to {share.high:.1%})"


def _write_json(file: Path, scores: StreamEvaluation) -> None:
    from core.common.files import atomic_path

    with atomic_path(file) as temporary:
        temporary.write_text(json.dumps(scores.to_dict(), ensure_ascii=False, indent=1), encoding="utf-8")


COMMAND = Command("evaluate", "score a bundle on a labelled catalogue it never saw", _add_options, _run)
