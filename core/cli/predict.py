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
    count_products_of,
    ray_cluster,
    ray_source,
    read_chunks_of,
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
    from core.common.progress import bar
    from core.serving.bulk.loading import load_predictor
    from core.serving.bulk.predictions import write_predictions

    progress = bar()
    predictor = load_predictor(options.bundle, backend_of(options), options.catalogue, progress)
    total = count_products_of(options)
    return write_predictions(predictor, read_chunks_of(options), options.out, progress, total)


def _on_ray(options: argparse.Namespace) -> int:
    from core.common.progress import bar
    from core.serving.bulk.loading import load_predictor
    from core.serving.cluster.engine import ray_predictions

    catalogue = options.catalogue.resolve() if options.catalogue else None
    load = partial(load_predictor, options.bundle.resolve(), backend_of(options), catalogue)
    return ray_predictions(load, ray_source(options), options.out, ray_cluster(options), bar())


COMMAND = Command("predict", "classify a whole catalogue, labelled or not", _add_options, _run)
