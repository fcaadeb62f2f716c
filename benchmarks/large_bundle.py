"""A bundle of any number of products, made of a small one of texts: for measuring pages, not models.

Each product is a product of the small bundle with a name and an id of its own, and a vector beside that
one's. What models answered, what was found and where a product lies on the maps are repeated with it. Heads,
promises and reports stay those of the small bundle.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.grown_names import made_products
from core.bundle.layout import (
    CATALOGUE,
    FAULTS,
    GUARDS,
    HELD_OUT,
    INSPECTION,
    OUT_OF_FOLD,
    SOURCE_FOLDER,
    THUMBNAILS,
    features_file,
)
from core.bundle.reader import Bundle
from core.bundle.writer import BundleWriter
from core.common.errors import CoreError

if TYPE_CHECKING:
    import pandas as pd

ROWS_AT_A_TIME = 50_000
FAR = 0.3
"""Length of what a vector is moved by, its own being 1."""


def write_large(small: Bundle, out: Path, products: int, seed: int = 0) -> Bundle:
    """Write a bundle of `products` made of those of a small one.

    Parameters
    ----------
    small
        A bundle of texts alone, not private.
    out
        The folder to write to.
    products
        How many, as many as the small one has or more.
    seed
        Of names, vectors and places on the maps.

    Raises
    ------
    CoreError
        The bundle has images, or keeps no texts.
    """
    if small.modalities != ("text",) or small.private:
        raise CoreError(f"expected a bundle of texts alone, got {', '.join(small.modalities)}")
    source = np.arange(products) % len(small.table)
    table = _table(small, source, seed)
    with BundleWriter(out) as writer:
        for name in small.manifest.files:
            if name.split("/")[0] not in {*_ROWS, "results", "features", "coordinates"}:
                writer.copy(small.file(name), name)
        writer.write_table(table)
        writer.write_faults(
            _repeated(small.faults, len(small.table), products).sort_values(
                ["kind", "score"], ascending=[True, False], kind="stable"
            )
        )
        writer.write_out_of_fold(_repeated(small.out_of_fold, len(small.table), products))
        writer.write_frame(HELD_OUT, _repeated(small._held_out, len(small.table), products))
        writer.write_frame(GUARDS, small.guards.to_frame().iloc[source])
        _write_maps(writer, small, source, seed)
        _write_vectors(writer.file(features_file("text")), small.features("text"), source, seed)
        writer.write_predictions({"text": _predictions(small, table, source)})
        return writer.commit(replace(small.manifest, name=out.name, rows=products))


_ROWS = (CATALOGUE, FAULTS, OUT_OF_FOLD, HELD_OUT, GUARDS, THUMBNAILS, INSPECTION, SOURCE_FOLDER)


def _table(small: Bundle, source: np.ndarray, seed: int) -> pd.DataFrame:
    """Return the products: names of their category's words, texts of a small bundle's products."""
    table = small.table.iloc[source].reset_index(drop=True)
    named = small.table[small.table["name"] != ""]
    names = {str(category): own.tolist() for category, own in named.groupby("category")["name"]}
    made: dict[str, Iterator[str]] = {
        category: (each.name for each in made_products({category: own}, len(table), seed))
        for category, own in names.items()
    }
    own = small.table["sku"].tolist()  # what the small bundle names as examples is there
    table["sku"] = own + [f"P{row:07d}" for row in range(len(own), len(table))]
    table["name"] = [next(made[category]) for category in table["category"]]
    table["description"] = table["description"] + " No. " + table["sku"]
    table["text_length"] = table["name"].str.len() + table["description"].str.len() + 1
    table["group"] = table["group"] + np.arange(len(table)) // len(small.table) * len(small.table)
    return table


def _repeated(frame: pd.DataFrame, n: int, products: int) -> pd.DataFrame:
    """Return a table about rows of n products once for each time that these are repeated."""
    import pandas as pd

    ends = [name for name in ("row", "other") if name in frame.columns]
    copies = []
    for first in range(0, products, n):
        moved = {name: frame[name].where(frame[name] < 0, frame[name] + first) for name in ends}
        copies.append(frame.assign(**moved))
    repeated = pd.concat(copies, ignore_index=True)
    kept: pd.DataFrame = repeated[(repeated[ends] < products).all(axis=1)]
    return kept


def _predictions(small: Bundle, table: pd.DataFrame, source: np.ndarray) -> pd.DataFrame:
    """Return the answers of all heads, head by head."""
    import pandas as pd

    answers, skus = small.predictions("text"), table["sku"].to_numpy(dtype=object)
    parts = []
    for _, own in answers.groupby("head", sort=False):
        place = np.full(len(small.table), -1)
        place[[small.row(sku) for sku in own["sku"]]] = np.arange(len(own))
        rows = np.flatnonzero(place[source] >= 0)
        parts.append(own.iloc[place[source[rows]]].assign(sku=skus[rows]))
    return pd.concat(parts, ignore_index=True)


def _write_maps(writer: BundleWriter, small: Bundle, source: np.ndarray, seed: int) -> None:
    rng = np.random.default_rng(seed)
    for each in small.projections:
        where = each.modality, each.method, each.dims
        coordinates = small.coordinates(*where)
        spread = 0.01 * np.ptp(coordinates, axis=0)
        moved = coordinates[source] + rng.normal(size=(len(source), each.dims)) * spread
        writer.write_array(each.file, moved, each.dtype)
        writer.write_shares(each.trust_file, small.trust(*where)[source])


def _write_vectors(file: Path, vectors: np.ndarray, source: np.ndarray, seed: int) -> None:
    """Write vectors of length 1, some at a time; those of zeros stay so."""
    rng = np.random.default_rng(seed)
    shape = len(source), vectors.shape[1]
    written = np.lib.format.open_memmap(file, mode="w+", dtype=np.float32, shape=shape)
    for start in range(0, len(source), ROWS_AT_A_TIME):
        rows = vectors[source[start : start + ROWS_AT_A_TIME]]
        moved = rows + rng.normal(scale=FAR / shape[1] ** 0.5, size=rows.shape).astype(np.float32)
        moved *= (rows**2).sum(axis=1, keepdims=True) > 0
        lengths = np.linalg.norm(moved, axis=1, keepdims=True)
        written[start : start + len(rows)] = moved / np.where(lengths > 0, lengths, 1)
    written.flush()
