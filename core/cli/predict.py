"""``predict``: classify a whole catalogue."""

from __future__ import annotations

import argparse
from functools import partial

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
    add_engine(parser)
    add_backend(parser)
    add_private_catalogue(parser)


def _run(options: argparse.Namespace) -> None:
    count = _on_ray(options) if uses_ray(options) else _in_this_process(options)
    print(f"{count} products classified, written to {options.out}")


def _in_this_process(options: argparse.Namespace) -> int:
    from core.catalogue.reading import chunks_of
    from core.common.progress import bar
    from core.serving.bulk.counting import count_products
    from core.serving.bulk.loading import load_predictor
    from core.serving.bulk.predictions import write_predictions

    progress = bar()
    predictor = load_predictor(options.bundle, backend_of(options), options.catalogue, progress)
    recognition = recognised(options, predictor.bundle.manifest.read_as)
    total = count_products(recognition)
    return write_predictions(predictor, chunks_of(recognition), options.out, progress, total)


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
