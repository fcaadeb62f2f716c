"""``predict``: classify a whole catalogue."""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING

from core.cli.parser import Command, add_bundle, add_catalogue, new_file
from core.cli.running import (
    add_backend,
    add_engine,
    add_private_catalogue,
    backend_of,
    ray_cluster,
    ray_source,
    recognised,
    uses_ray,
)
from core.cli.vectors import add_vectors, check_vectors, vector_files
from core.common.errors import CoreError

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.catalogue.recognition import Recognition
    from core.serving.bulk.owner_tables import Written


def _add_options(parser: argparse.ArgumentParser) -> None:
    add_bundle(parser)
    add_catalogue(parser)
    parser.add_argument(
        "--out",
        type=new_file,
        required=True,
        metavar="FILE.csv",
        help="file for the predictions; with --engine ray a folder NAME.parquet",
    )
    parser.add_argument(
        "--table",
        type=new_file,
        metavar="FILE",
        help="write your own table, too: the same format, rows and columns, with category_predicted, "
        "confidence, needs_review and reason; a name that ends in .csv or .xlsx converts it",
    )
    parser.add_argument(
        "--correct",
        action="store_true",
        help="correct the category in --table instead of adding columns: sure answers, and what a reviewer "
        "decided",
    )
    parser.add_argument(
        "--table-for",
        choices=("shopify", "woocommerce", "merchant"),
        help="make --table a file that this shop imports: ids and categories of sure and decided products",
    )
    add_vectors(parser, "for a bundle that was built with such")
    add_engine(parser, "writes Parquet parts sorted by sku")
    add_backend(parser)
    add_private_catalogue(parser)


def _run(options: argparse.Namespace) -> None:
    if options.table is None and (options.correct or options.table_for):
        raise CoreError("--correct and --table-for need --table FILE")
    if options.table is not None and options.engine == "ray":
        raise CoreError("--table needs --engine single")
    if vector_files(options) and options.engine == "ray":
        raise CoreError("--text-vectors and --image-vectors need --engine single")
    count = _on_ray(options) if uses_ray(options) else _in_this_process(options)
    print(f"{count} products classified, written to {options.out}")


def _in_this_process(options: argparse.Namespace) -> int:
    from core.bundle.reader import Bundle
    from core.catalogue.reading import chunks_of
    from core.catalogue.writing.owner_table import writer_of
    from core.common.progress import bar
    from core.serving.bulk.counting import count_products
    from core.serving.bulk.loading import load_predictor
    from core.serving.bulk.predictions import write_predictions

    progress = bar()
    check_vectors(options, Bundle.open(options.bundle), all_of_them=False)
    predictor = load_predictor(
        options.bundle, backend_of(options), options.catalogue, progress, vector_files(options)
    )
    recognition = recognised(options, predictor.bundle.manifest.read_as)
    if options.table is not None and options.table_for is None:
        writer_of(recognition.raw, options.table)  # before hours of work
    total = count_products(recognition)
    count = write_predictions(predictor, chunks_of(recognition), options.out, progress, total)
    if options.table is not None:
        written = _write_table(options, recognition, predictor.bundle)
        print(f"{written.line}, written to {written.file}")
    return count


def _write_table(options: argparse.Namespace, recognition: Recognition, bundle: Bundle) -> Written:
    from core.bundle import decisions
    from core.serving.bulk import owner_tables

    answers = owner_tables.read_answers(options.out)
    if not options.correct and options.table_for is None:
        return owner_tables.write_answers(recognition, answers, options.table)
    decided = decisions.decided_categories(decisions.read(decisions.decisions_file(bundle)))
    categories = owner_tables.sure_categories(answers, decided)
    if options.table_for is not None:
        return owner_tables.write_for_shop(recognition, categories, options.table_for, options.table)
    return owner_tables.write_corrected(recognition, categories, options.table)


def _on_ray(options: argparse.Namespace) -> int:
    from core.bundle.reader import Bundle
    from core.common.progress import bar
    from core.serving.bulk.loading import load_predictor
    from core.serving.cluster.engine import ray_predictions

    catalogue = options.catalogue.resolve() if options.catalogue else None
    load = partial(load_predictor, options.bundle.resolve(), backend_of(options), catalogue)
    source = ray_source(options, Bundle.open(options.bundle).manifest.read_as)
    return ray_predictions(load, source, options.out, ray_cluster(options), bar())


COMMAND = Command("predict", "classify a whole catalogue, labelled or not", _add_options, _run)
