"""``embed``: encode a catalogue into a file of vectors."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

from core.cli.parser import Command, add_catalogue, add_images_per_product, new_file
from core.cli.running import (
    add_backend,
    add_engine,
    backend_of,
    ray_cluster,
    ray_source,
    recognised,
    uses_ray,
)

PRECISION = "fp32"
"""Of stored vectors, unless another one is named."""


def _add_options(parser: argparse.ArgumentParser) -> None:
    add_catalogue(parser)
    parser.add_argument("--encoder", required=True, metavar="NAME", help="see: python -m core encoders")
    parser.add_argument("--weights", type=Path, metavar="PATH", help="its weights: a file or a folder")
    parser.add_argument("--out", type=new_file, required=True, metavar="FILE", help=".parquet, .csv or .npy")
    add_images_per_product(parser)
    add_engine(parser, "writes Parquet parts sorted by sku")
    add_backend(parser)


def _run(options: argparse.Namespace) -> None:
    if uses_ray(options):
        print(f"{_on_ray(options)} products encoded, written to {options.out}")
    else:
        print(_in_this_process(options))


def _in_this_process(options: argparse.Namespace) -> str:
    from core.catalogue.reading import chunks_of
    from core.common.progress import bar
    from core.serving.bulk.counting import count_products
    from core.serving.bulk.embeddings import write_embeddings
    from core.serving.bulk.loading import load_embedder

    progress, backend = bar(), backend_of(options, PRECISION)
    encoder = load_embedder(options.encoder, options.weights, backend, progress)
    recognition = recognised(options)
    count = write_embeddings(
        encoder,
        chunks_of(recognition),
        options.out,
        progress,
        count_products(recognition),
        images_per_product=options.images_per_product,
    )
    numbers = f"{encoder.dim} numbers each, {backend.precision}"
    return f"{count} products encoded ({numbers}), written to {options.out}"


def _on_ray(options: argparse.Namespace) -> int:
    from core.common.progress import bar
    from core.serving.bulk.loading import load_embedder
    from core.serving.cluster.engine import ray_embeddings

    weights = options.weights.resolve() if options.weights else None
    load = partial(load_embedder, options.encoder, weights, backend_of(options, PRECISION))
    return ray_embeddings(
        load,
        ray_source(options),
        options.out,
        ray_cluster(options),
        bar(),
        images_per_product=options.images_per_product,
    )


COMMAND = Command("embed", "encode a catalogue into a file of vectors", _add_options, _run)
