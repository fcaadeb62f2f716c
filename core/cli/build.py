"""``build``: learn from a catalogue and write a bundle."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.building.effort import EFFORTS, QUICK, THOROUGH, get_effort
from core.cli.parser import (
    Command,
    add_catalogue,
    add_images_per_product,
    new_folder,
    positive,
    share_between,
)
from core.common.errors import CoreError
from core.evaluation.acceptance import GUARD, WANTED_PRECISION

GLOVE = "glove"
WORD_HEADS = ("bilstm", "joint")
"""What ``--word-vectors`` is for."""

if TYPE_CHECKING:
    from core.bundle.model_card import ModelCard
    from core.catalogue.account import Account
    from core.catalogue.reading import Catalogue
    from core.common.progress import Progress
    from core.features.encoders.encoder import Encoder


def _add_options(parser: argparse.ArgumentParser) -> None:
    add_catalogue(parser)
    parser.add_argument(
        "--out", type=new_folder, required=True, metavar="DIR", help="folder of the bundle, artifacts/NAME"
    )
    _add_encoder_options(parser)
    parser.add_argument(
        "--effort",
        choices=tuple(EFFORTS),
        default=THOROUGH.name,
        help=f"quick trains {', '.join(QUICK.heads)} and draws flat maps, for a first look; "
        "thorough (default) trains all heads and draws all maps",
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
    parser.add_argument("--no-cache", action="store_true", help="ignore cached features and encode again")


def _add_encoder_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--text",
        metavar="ENCODER",
        help="text encoder, several side by side as minilm+use, or none (default: minilm where most texts "
        "are in English, else use)",
    )
    parser.add_argument(
        "--image",
        default="compact",
        metavar="ENCODER",
        help="image encoder, several side by side as compact+mobilenet, or none (default: compact)",
    )
    parser.add_argument(
        "--weights", type=Path, metavar="PATH", help="weights of the image encoder: a file or a folder"
    )
    parser.add_argument(
        "--text-weights", type=Path, metavar="PATH", help="weights of the text encoder: a file or a folder"
    )
    parser.add_argument(
        "--word-vectors",
        type=Path,
        metavar="FILE",
        help="word vectors in GloVe's format, 100 numbers a word, for the encoder glove and the heads "
        f"{' and '.join(WORD_HEADS)}",
    )


def _run(options: argparse.Namespace) -> None:
    from core.building.build import build_bundle
    from core.building.options import BuildOptions
    from core.building.text_encoder import text_encoder_for
    from core.catalogue.text import product_texts
    from core.common.files import cache_dir
    from core.common.progress import bar
    from core.faults.fault_table import KINDS
    from core.heads.registry import parse_heads
    from core.projections.drawing import parse_methods

    effort = get_effort(options.effort)
    heads = effort.heads if options.heads is None else parse_heads(options.heads)
    methods = effort.methods if options.maps is None else parse_methods(options.maps)
    names = _encoder_names(options)
    _check_word_vectors(options.word_vectors, names, heads)
    progress = bar()
    catalogue = _read(options, progress)
    notes = [f"  {note}" for note in catalogue.notes]
    print("\n".join([*catalogue.account.lines(), *notes, *catalogue.grouping.lines()]))
    if options.text is None and options.text_weights is None:
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
        wanted_precision=options.wanted_precision,
        guard=options.guard,
        word_vectors=options.word_vectors,
        cache=None if options.no_cache else cache_dir() / "features",
    )
    result = build_bundle(catalogue, _load_encoders(names, options, progress), options.out, choices, progress)
    print("\n".join([*_decoded(catalogue.account, result.bundle.account), *model_lines(result.models)]))
    if result.gain is not None:
        print(result.gain.sentence)
    if result.split_inflation is not None:
        print(result.split_inflation.sentence)
    issues = ", ".join(f"{KINDS[kind]} {count}" for kind, count in result.issues.items())
    print(f"probably wrong: {issues or 'nothing'}")
    print(f"bundle written to {result.bundle.path}")


def _decoded(before: Account, after: Account) -> Iterator[str]:
    """Yield the account again if decoding the images has changed it."""
    if after.without_image != before.without_image or after.rows_kept != before.rows_kept:
        first, *rest = after.lines()
        yield f"with all images decoded: {first}"
        yield from rest


def _encoder_names(options: argparse.Namespace) -> dict[str, str]:
    """Return modality -> encoder; a wrong name is reported before anything is read."""
    from core.building.text_encoder import ENGLISH
    from core.features.encoders.registry import get_encoder

    wanted = {"text": options.text or ENGLISH, "image": options.image}
    names = {modality: name for modality, name in wanted.items() if name != "none"}
    if not names:
        raise CoreError("nothing to build: --text and --image are both 'none'")
    for modality, name in names.items():
        get_encoder(name, modality)
    return names


def _check_word_vectors(file: Path | None, names: Mapping[str, str], heads: Sequence[str]) -> None:
    """Report a file that nothing reads, or that is none of word vectors, before anything else is read."""
    from core.features.encoders import glove
    from core.features.encoders.side_by_side import names_of

    if file is None:
        return
    if GLOVE not in names_of(names.get("text", "none")) and not set(WORD_HEADS) & set(heads):
        raise CoreError(
            f"--word-vectors: expected --text {GLOVE}, or {' or '.join(WORD_HEADS)} among the heads, "
            f"got --text {names.get('text', 'none')} and {', '.join(heads)}"
        )
    found = glove.find(file)
    if found is not None:
        glove.read_vectors(found.path, ())


def _read(options: argparse.Namespace, progress: Progress) -> Catalogue:
    from core.catalogue.reading import catalogue_of
    from core.cli.running import recognised

    return catalogue_of(
        recognised(options),
        limit=options.limit,
        minimum=options.minimum,
        seed=options.seed,
        progress=progress,
    )


def _load_encoders(
    names: Mapping[str, str], options: argparse.Namespace, progress: Progress
) -> dict[str, Encoder]:
    from core.features.encoders.registry import get_encoder, load_encoder

    # The two sides of one model come from the same weights.
    is_pair = "image" in names and get_encoder(names["image"]).text_side == names.get("text")
    text_weights = options.text_weights or (options.weights if is_pair else None)
    if text_weights is None and options.word_vectors is not None:
        text_weights = {GLOVE: options.word_vectors}
    weights = {"text": text_weights, "image": options.weights}
    return {m: load_encoder(name, weights[m], modality=m, progress=progress) for m, name in names.items()}


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
