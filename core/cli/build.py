"""``build``: learn from a catalogue and write a bundle."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from core.building.effort import EFFORTS, QUICK, USUAL, get_effort
from core.cli.build_encoders import (
    add_encoder_options,
    check_word_vectors,
    encoder_lines,
    encoder_names,
    encoders_of,
)
from core.cli.build_finetuning import add_finetuning, finetuning_of, tuning_time
from core.cli.build_results import add_results, write_wanted
from core.cli.build_training import add_training, training_of
from core.cli.parser import (
    Command,
    add_catalogue,
    add_images_per_product,
    new_folder,
    positive,
    share_between,
)
from core.cli.running import add_engine, engine_of
from core.cli.vectors import vector_files
from core.evaluation.acceptance import GUARD, WANTED_PRECISION

if TYPE_CHECKING:
    from core.bundle.model_card import ModelCard
    from core.catalogue.account import Account
    from core.catalogue.reading import Catalogue
    from core.common.engine import Engine
    from core.common.progress import Progress
    from core.features.given.vectors import GivenVectors


def _add_options(parser: argparse.ArgumentParser) -> None:
    add_catalogue(parser)
    parser.add_argument(
        "--out", type=new_folder, required=True, metavar="DIR", help="folder of the bundle, artifacts/NAME"
    )
    add_encoder_options(parser)
    parser.add_argument(
        "--effort",
        choices=tuple(EFFORTS),
        default=QUICK.name,
        help=f"quick (default) takes {' and '.join(USUAL.values())}, trains {', '.join(QUICK.heads)} and "
        "draws flat maps; thorough chooses encoders for the catalogue among those with weights here, alone "
        "and in pairs, trains all heads and draws all maps",
    )
    parser.add_argument(
        "--heads", metavar="A,B,C", help="heads to train, or all (default: those of the effort)"
    )
    parser.add_argument(
        "--maps",
        metavar="A,B,C",
        help="maps to draw: pca, tsne, umap, all or none (default: those of the effort)",
    )
    parser.add_argument("--limit", type=positive, metavar="N", help="use a stratified sample of N products")
    parser.add_argument(
        "--minimum", type=positive, metavar="N", help="leave out categories with fewer than N products"
    )
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="of sample, split, heads and maps (default: 0)"
    )
    parser.add_argument("--origin", default="not stated", metavar="TEXT", help="where the data comes from")
    parser.add_argument("--licence", default="not stated", metavar="TEXT", help="licence of the data")
    parser.add_argument(
        "--private", action="store_true", help="leave names, texts, prices, images and features out"
    )
    parser.add_argument(
        "--synthetic", action="store_true", help="mark the products as invented wherever they are shown"
    )
    parser.add_argument(
        "--augment",
        type=positive,
        default=0,
        metavar="N",
        help="train on N altered copies of each image, too",
    )
    add_images_per_product(parser)
    parser.add_argument(
        "--wanted-precision",
        type=share_between(50, 99.9),
        default=WANTED_PRECISION,
        metavar="PERCENT",
        help="share of right answers wanted among those that need no review "
        f"(default: {100 * WANTED_PRECISION:g})",
    )
    parser.add_argument(
        "--guard",
        type=share_between(0, 50),
        default=GUARD,
        metavar="POINTS",
        help="share of right answers that may need review, too, so that products unlike the catalogue, "
        f"contradictions between text and image and unreadable texts do (default: {100 * GUARD:g})",
    )
    add_training(parser)
    add_finetuning(parser)
    add_results(parser)
    add_engine(parser, "encodes, trains heads and searches for neighbours with them")
    parser.add_argument(
        "--no-cache",
        action="store_true",
        help="ignore cached features and what an ended build has finished: do all of it again",
    )


def _run(options: argparse.Namespace) -> None:
    with engine_of(options) as engine:
        _build(options, engine)


def _build(options: argparse.Namespace, engine: Engine) -> None:
    from core.building.build import build_bundle
    from core.building.options import BuildOptions
    from core.building.text_encoder import text_encoder_for
    from core.catalogue.text import product_texts
    from core.common.files import cache_dir
    from core.common.progress import bar
    from core.faults.fault_table import KINDS
    from core.features.given.vectors import open_vectors
    from core.heads.registry import parse_heads
    from core.projections.drawing import parse_methods
    from core.views.models.compression import compression_sentences

    effort = get_effort(options.effort)
    heads = effort.heads if options.heads is None else parse_heads(options.heads)
    methods = effort.methods if options.maps is None else parse_methods(options.maps)
    training = training_of(options)
    names = encoder_names(options)
    check_word_vectors(options.word_vectors, names, heads)
    progress = bar()
    given = {m: open_vectors(file, m, progress) for m, file in vector_files(options).items()}
    catalogue = _read(options, given, progress)
    notes = [f"  {note}" for note in catalogue.notes]
    print("\n".join([*catalogue.account.lines(), *notes, *catalogue.grouping.lines()]))
    print("".join(f"{line}\n" for own in given.values() for line in own.lines(catalogue.table)), end="")
    if "text" in names and options.text is None and options.text_weights is None:
        choice = text_encoder_for(product_texts(catalogue.table))
        names["text"] = choice.name
        if choice.note:
            print(choice.note)
    choices = BuildOptions(
        heads=heads,
        methods=methods,
        dims=effort.dims,
        seed=options.seed,
        origin=options.origin,
        licence=options.licence,
        synthetic=options.synthetic,
        private=options.private,
        augment=options.augment,
        images_per_product=options.images_per_product,
        finetune=finetuning_of(options),
        finetune_recipe=options.finetune_recipe,
        finetune_folds=options.finetune_folds,
        wanted_precision=options.wanted_precision,
        guard=options.guard,
        training=training,
        word_vectors=options.word_vectors,
        cache=None if options.no_cache else cache_dir() / "features",
        unfinished=None if options.no_cache else cache_dir() / "unfinished",
        engine=engine,
    )
    if time := tuning_time(catalogue, names, choices):
        print(time)
    encoders, judged = encoders_of(names, given, effort, catalogue, choices, options, progress)
    choices = replace(choices, encoder_choice=judged)
    result = build_bundle(catalogue, encoders, options.out, choices, progress)
    if result.taken_up:
        steps = len(result.taken_up)
        print(f"went on where the same build was ended before: {steps} steps were there already")
    print("\n".join([*_decoded(catalogue.account, result.bundle.account), *model_lines(result.models)]))
    print("\n".join(encoder_lines(result.bundle.encoders)))
    for modality, course in result.courses.items():
        print(f"fine-tuning {encoders[modality].name}: {course.sentence}")
    print("".join(f"{sentence}\n" for sentence in compression_sentences(result.bundle)), end="")
    if result.gain is not None:
        print(result.gain.sentence)
    if result.split_inflation is not None:
        print(result.split_inflation.sentence)
    issues = ", ".join(f"{KINDS[kind]} {count}" for kind, count in result.issues.items())
    print(f"probably wrong: {issues or 'nothing'}")
    print(f"bundle written to {result.bundle.path}")
    write_wanted(options, result.bundle)


def _decoded(before: Account, after: Account) -> Iterator[str]:
    """Yield the account again if decoding the images has changed it."""
    if after.without_image != before.without_image or after.rows_kept != before.rows_kept:
        first, *rest = after.lines()
        yield f"with all images decoded: {first}"
        yield from rest


def _read(options: argparse.Namespace, given: Mapping[str, GivenVectors], progress: Progress) -> Catalogue:
    from core.catalogue.reading import catalogue_of
    from core.cli.running import recognised
    from core.features.given.vectors import with_vectors

    return catalogue_of(
        recognised(options),
        limit=options.limit,
        minimum=options.minimum,
        seed=options.seed,
        progress=progress,
        content=with_vectors(given.values()),
    )


def model_lines(models: Sequence[ModelCard]) -> Iterator[str]:
    """Yield a table of every model: what it reaches on test products, and what it costs."""
    yield "* chosen by validation products; scores are of test products, with 95 % intervals of the accuracy"
    yield (
        f"{'modality':9}{'head':21}{'accuracy':>9}{'interval':>20}{'macro F1':>10}{'weighted':>10}"
        f"{'training':>10}{'valid.':>9}{'calibr. error':>15}{'train s':>9}{'ms each':>9}{'peak MB':>9}"
        f"{'file kB':>9}"
    )
    for model in models:
        report = model.report
        low, high = (100 * end for end in model.intervals["accuracy"])
        yield (
            f"{report.modality:9}{report.head + ('*' if model.chosen else ''):21}"
            f"{_percent(report.accuracy):>9}{f'{low:.1f} to {high:.1f}%':>20}"
            f"{_percent(report.macro_f1):>10}{_percent(report.weighted_f1):>10}"
            f"{_percent(model.train_accuracy):>10}{_percent(model.validation_accuracy):>9}"
            f"{_calibration_error(model):>15}{model.train_seconds:9.1f}{model.ms_per_product:9.2f}"
            f"{model.peak_mb:9.0f}{model.size_bytes / 1000:9.0f}"
        )


def _calibration_error(model: ModelCard) -> str:
    return "-" if model.calibration_error is None else _percent(model.calibration_error)


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"


COMMAND = Command("build", "learn from a catalogue and write a bundle", _add_options, _run)
