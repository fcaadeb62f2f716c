"""Encode a whole catalogue into a file of vectors."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.common.errors import CoreError
from core.common.files import atomic_path
from core.common.progress import Progress, silent
from core.features.cache import paid_cache
from core.features.products import encode_products
from core.serving.bulk.counting import Count
from core.serving.bulk.journal import Journal
from core.serving.bulk.vector_files import about, vector_writer

if TYPE_CHECKING:
    from core.catalogue.reading import Chunk
    from core.features.encoders.encoder import Encoder


def write_embeddings(
    encoder: Encoder,
    chunks: Iterable[Chunk],
    out: Path,
    progress: Progress = silent,
    total: int | None = None,
    *,
    images_per_product: int = 1,
) -> int:
    """Encode a stream of products into a file, a row per product in their order.

    The ending of `out` decides: ``.parquet`` (columns sku and vector, a fixed-size list of float32; what made
    the vectors is in the file's metadata), ``.csv`` (sku, v0, v1 ...), ``.npy`` (float32 (n, dim); its skus
    are the lines of ``<out>.skus.txt`` beside it). A product without the modality has a row of zeros. If a
    run is killed, the next one with the same encoder, products and `out` goes on where it stopped.

    Parameters
    ----------
    encoder
        The encoder.
    chunks, progress, total
        As for `core.serving.bulk.evaluation.evaluate_stream`.
    out
        The file.
    images_per_product
        Of how many images of a product, at most, the mean is its vector.

    Returns
    -------
    int
        How many products were written.

    Raises
    ------
    CoreError
        The ending is unknown or has no place for the precision, or the catalogue has no products.
    """
    if encoder.precision != "fp32" and out.suffix.lower() in (".npy", ".csv"):
        raise CoreError(
            f"cannot write '{out.name}': only a .parquet file can say that vectors are {encoder.precision}"
        )
    made_by = about(encoder, images_per_product)
    journal, cache = Journal(out, ["embeddings 2", *made_by.values()]), paid_cache(encoder)
    with ExitStack() as stack:
        writer = vector_writer(out, stack.enter_context(atomic_path(out)), encoder.dim, made_by)
        count = Count(progress, "Encoding products", total)
        names = None
        if out.suffix.lower() == ".npy":
            beside = stack.enter_context(atomic_path(out.with_name(out.name + ".skus.txt")))
            names = stack.enter_context(beside.open("w", encoding="utf-8"))
        stack.enter_context(writer)

        def encode(chunk: Chunk) -> bytes:
            def report(stage: str, done: int, of: int) -> None:
                count.within(len(chunk.table) * done // of)

            features = encode_products(
                chunk.table, chunk.images, encoder, cache, report, images_per_product=images_per_product
            )
            return features.vectors.tobytes()

        for chunk in chunks:
            skus = chunk.table["sku"].to_numpy(dtype=object)
            vectors = np.frombuffer(journal.piece(chunk, encode), np.float32).reshape(-1, encoder.dim)
            writer.write(skus, vectors)
            if names:
                names.writelines(" ".join(sku.split()) + "\n" for sku in skus)
            count.add(len(skus))
        if count.done == 0:
            raise CoreError("the catalogue has no products")
    journal.close()
    count.finish()
    return count.done
