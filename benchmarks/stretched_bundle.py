"""A bundle of any number of products, stretched from a small one: for pages, not for models.

The products of the small bundle come first, as they are, so that what its models answered still belongs to
them. All others are training products with their names and categories, under ids of their own, and lie
on one map each of two and of three dimensions: clouds of many sizes, some of them far from all others.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from core.bundle.layout import GUARDS, coordinates_file, trust_file
from core.bundle.projection import Projection
from core.bundle.reader import Bundle
from core.bundle.writer import BundleWriter

SMALL = ("heads/", "results/", "strangeness/", "texts/")
"""Folders that are copied as they are."""
CLOUDS = 60


def write_stretched(small: Bundle, out: Path, products: int, seed: int = 0) -> Bundle:
    """Write a bundle of so many products, with one map each of two and three dimensions, without features."""
    rng = np.random.default_rng(seed)
    n = small.manifest.rows
    origins = np.concatenate([np.arange(n), rng.integers(0, n, products - n)])
    maps = tuple(Projection(small.modalities[-1], "umap", dims, 0.9, 0.8) for dims in (2, 3))
    with BundleWriter(out) as writer:
        for name in small.manifest.files:
            if name.startswith(SMALL) or "/" not in name:
                writer.copy(small.file(name), name)
        writer.write_table(_stretched(small.table, origins))
        guards = pd.read_parquet(small.file(GUARDS)).iloc[origins]
        writer.write_frame(GUARDS, guards)
        for projection in maps:
            key = (projection.modality, projection.method, projection.dims)
            places = clouds(small.labels[origins], projection.dims, rng)
            writer.write_array(coordinates_file(*key), places, projection.dtype)
            writer.write_shares(trust_file(*key), rng.uniform(0.7, 1, products))
        account = replace(small.manifest.account, rows_read=products, rows_kept=products)
        manifest = replace(small.manifest, name=out.name, rows=products, projections=maps, account=account)
        return writer.commit(manifest)


def _stretched(table: pd.DataFrame, origins: np.ndarray) -> pd.DataFrame:
    n = len(table)
    made = table.iloc[origins[n:]].copy()
    numbers = np.arange(n, len(origins))
    made["sku"] = [f"made-{number}" for number in numbers]
    made["name"] = [f"{name} {number}" for name, number in zip(made["name"], numbers, strict=True)]
    made["part"], made["group"], made["description"] = "train", numbers + int(table["group"].max()) + 1, ""
    return pd.concat([table, made], ignore_index=True)


def clouds(labels: np.ndarray, dims: int, rng: np.random.Generator) -> np.ndarray:
    """Return places for products, float32 (n, dims): each category lies in a few clouds."""
    middles, widths = rng.normal(0, 6, (CLOUDS, dims)), rng.lognormal(-0.7, 0.8, CLOUDS)
    of = (labels * 7 + rng.geometric(0.35, len(labels))) % CLOUDS
    places = middles[of] + rng.normal(0, 1, (len(labels), dims)) * widths[of, None]
    far = rng.random(len(labels)) < 1e-4
    places[far] = rng.uniform(-30, 30, (int(far.sum()), dims))
    return places.astype(np.float32)
