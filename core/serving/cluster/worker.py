"""What runs in a worker of the engine `ray`: parts of a catalogue in, Parquet files out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from core.catalogue.images.table_images import TableImages
from core.catalogue.reading import Chunk, prepare
from core.common.errors import CoreError
from core.features.products import encode_products
from core.serving.bulk.vector_files import about, vector_writer
from core.serving.cluster.parts import counted_try, write_part

if TYPE_CHECKING:
    import pyarrow as pa

    from core.features.encoders.encoder import Encoder
    from core.serving.predictor import Predictor

TRIES = 5
"""Times a part is begun, each time because a worker died at it, before the run gives up."""

COLUMNS = ("sku", "name", "description", "image", "images", "image_url")
KEY = ["sku", "row"]

WritePart = Callable[[Chunk, Path], None]
"""Writes what is made of a chunk of products into a Parquet file."""


@dataclass(frozen=True)
class OpenEmbedder:
    """Makes a writer of vectors, as `core.serving.bulk.embeddings.write_embeddings` writes them."""

    load: Callable[[], Encoder]
    images_per_product: int = 1

    def __call__(self) -> WritePart:
        """Load the encoder."""
        encoder = self.load()

        def write(chunk: Chunk, file: Path) -> None:
            features = encode_products(
                chunk.table, chunk.images, encoder, images_per_product=self.images_per_product
            )
            with vector_writer(file, file, encoder.dim, about(encoder, self.images_per_product)) as writer:
                writer.write(chunk.table["sku"].to_numpy(dtype=object), features.vectors)

        return write


@dataclass(frozen=True)
class OpenClassifier:
    """Makes a writer of predictions, as `core.serving.predictor.Predictor.predict_frame` returns them."""

    load: Callable[[], Predictor]

    def __call__(self) -> WritePart:
        """Load the predictor."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        predictor = self.load()
        schema = _prediction_schema()

        def write(chunk: Chunk, file: Path) -> None:
            frame = predictor.predict_frame(chunk)
            pq.write_table(pa.Table.from_pandas(frame, schema, preserve_index=False), file)

        return write


class Worker:
    """What one process of the cluster does: a part of the sorted table in, a file and its description out.

    Parameters
    ----------
    open_writer
        Loads what the worker needs for its life.
    open_images
        Finds the images of the table's rows.
    folder
        Where the parts go.
    """

    def __init__(
        self, open_writer: Callable[[], WritePart], open_images: Callable[[], TableImages], folder: Path
    ) -> None:
        self._open_writer = open_writer
        self._open_images = open_images
        self._folder = folder

    # Opened by the first part and not by the constructor, whose errors do not reach the user.
    @cached_property
    def _write(self) -> WritePart:
        return self._open_writer()

    @cached_property
    def _images(self) -> TableImages:
        return self._open_images()

    def __call__(self, rows: pa.Table) -> pa.Table:
        """Write the part that these rows (`COLUMNS` and row) make up; return one row about it."""
        import pyarrow as pa

        first, last = (rows.select(KEY).slice(at, 1).to_pylist()[0] for at in (0, rows.num_rows - 1))
        with counted_try(self._folder, first["row"]) as number:
            if number > TRIES:
                raise CoreError(
                    f"{TRIES} workers died, one after the other, at the products from sku {first['sku']} to "
                    f"{last['sku']}: not enough memory (try fewer --workers), or a product that crashes the "
                    "encoder"
                )
            table = rows.select(list(COLUMNS)).to_pandas()
            chunk = Chunk(prepare(table, self._images), self._images.files)
            file = write_part(self._folder, lambda path: self._write(chunk, path))
        ends = {f"{end}_{key}": row[key] for end, row in (("first", first), ("last", last)) for key in KEY}
        return pa.Table.from_pylist([{"file": file, "rows": rows.num_rows} | ends])


def _prediction_schema() -> pa.Schema:
    import pyarrow as pa

    answers = [
        field
        for suffix in ("", "_text", "_image")
        for field in ((f"predicted{suffix}", pa.string()), (f"confidence{suffix}", pa.float64()))
    ]
    return pa.schema([("sku", pa.string()), *answers, ("needs_review", pa.bool_()), ("reason", pa.string())])
