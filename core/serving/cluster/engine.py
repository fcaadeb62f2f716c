"""Embed or classify a catalogue with many processes, on one machine or a cluster, by Ray Data.

https://docs.ray.io/en/latest/data/data.html. The table is read and sorted by sku first, while its rows are
small; then each worker, an actor that loads the encoders once, turns parts of it into Parquet files with the
functions that the single process uses. Vectors never travel. A worker that is killed is started again and
begins its part again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.catalogue.images.table_images import TableImages, no_images
from core.catalogue.read_options import ReadOptions
from core.catalogue.reading import table_images
from core.catalogue.recognition import recognise
from core.common.errors import CoreError
from core.common.progress import Progress, silent
from core.serving.cluster.parts import Part, whole_table
from core.serving.cluster.ray_cluster import Cluster, clear_errors, connected, require_ray
from core.serving.cluster.worker import COLUMNS, KEY, OpenClassifier, OpenEmbedder, Worker, WritePart

if TYPE_CHECKING:
    import pyarrow as pa
    from ray.data import Dataset

    from core.features.encoders.encoder import Encoder
    from core.serving.predictor import Predictor

PART_ROWS = 8192
"""Most products in a part, which is what is done again if a worker dies. With 384 numbers each: 13 MB."""
SMALLEST_PART = 32
PARTS_PER_WORKER = 4
"""Fewest, so that the last worker to finish does not keep the others waiting for long."""


@dataclass(frozen=True)
class Source:
    """A product table with its images, and how to read it."""

    data: Path
    options: ReadOptions = field(default_factory=ReadOptions)


def ray_embeddings(
    load: Callable[[], Encoder],
    source: Source,
    out: Path,
    cluster: Cluster | None = None,
    progress: Progress = silent,
    *,
    images_per_product: int = 1,
) -> int:
    """Encode a catalogue into a folder of Parquet parts, sorted by sku, a row per product.

    Parameters
    ----------
    load
        Returns the encoder. It is called here and in every worker, so it must be picklable, and every machine
        must have what it reads.
    source
        The catalogue, whose folder every machine must have at the same path.
    out
        ``NAME.parquet``, on a file system that all machines share. Columns as those of
        `core.serving.bulk.embeddings.write_embeddings`. Equal skus stand in the table's order.
    cluster
        Where to run; None is this machine with all its cores.
    progress
        Told how many products are written.
    images_per_product
        As for `core.serving.bulk.embeddings.write_embeddings`.

    Returns
    -------
    int
        How many products were written.

    Raises
    ------
    CoreError
        Ray is not installed, the encoder asks a service, or anything the single process raises.
    """
    require_ray()
    encoder = load()
    _refuse_services(encoder)
    work = _Work(OpenEmbedder(load, images_per_product), "Encoding products", encoder.modality == "image")
    return _run(work, source, out, cluster or Cluster(), progress)


def ray_predictions(
    load: Callable[[], Predictor],
    source: Source,
    out: Path,
    cluster: Cluster | None = None,
    progress: Progress = silent,
) -> int:
    """Classify a catalogue into a folder of Parquet parts, sorted by sku, a row per product.

    Parameters
    ----------
    load
        Returns the predictor; as for `ray_embeddings`.
    source, out, cluster, progress
        As for `ray_embeddings`. Columns as `core.serving.predictor.Predictor.predict_frame` returns them;
        confidences are null where a product lacks the modality. Skus are as the table has them.

    Returns
    -------
    int
        How many products were classified.

    Raises
    ------
    CoreError
        As for `ray_embeddings`.
    """
    require_ray()
    encoders = load().encoders
    _refuse_services(*encoders.values())
    work = _Work(OpenClassifier(load), "Classifying products", "image" in encoders)
    return _run(work, source, out, cluster or Cluster(), progress)


@dataclass(frozen=True)
class _Work:
    """What to do with a catalogue: how a worker opens its writer, the stage, whether it needs images."""

    open_writer: Callable[[], WritePart]
    stage: str
    needs_images: bool


def _run(work: _Work, source: Source, out: Path, cluster: Cluster, progress: Progress) -> int:
    data = Path(source.data).resolve()
    recognise(data, source.options)  # what is wrong with it is said before any worker starts
    with whole_table(Path(out)) as folder, connected(cluster) as workers, clear_errors():
        progress("Reading and sorting the table", 0, 1)
        table = _sorted_table(data, source.options).materialize()
        total = int(table.count())
        progress("Reading and sorting the table", 1, 1)
        rows = min(PART_ROWS, max(SMALLEST_PART, -(-total // (workers * PARTS_PER_WORKER))))
        # Blocks of one length, and a task for each: what a block holds lies together in the sorted table.
        blocks = -(-total // rows)
        table = table.repartition(blocks).materialize()
        parts, done = [], 0
        find = partial(_images_of, data, source.options)
        given = (work.open_writer, find if work.needs_images else no_images, folder.path)
        for part in _written(table, min(workers, blocks), given):
            parts.append(part)
            done += part.rows
            progress(work.stage, done, total)
        folder.finish(parts, total)
    return total


def _images_of(data: Path, options: ReadOptions) -> TableImages:
    return table_images(recognise(data, options))


def _sorted_table(data: Path, options: ReadOptions) -> Dataset:
    import ray

    # One task reads the table, which takes about a hundredth of the time of encoding it.
    start = ray.data.from_items([{"start": 0}], override_num_blocks=1)
    arguments = {"data": data, "options": options}
    table = start.map_batches(_read_table, batch_size=1, batch_format="numpy", fn_kwargs=arguments)
    return table.sort(KEY)


def _read_table(_: Mapping[str, Any], data: Path, options: ReadOptions) -> Iterator[pa.Table]:
    """Yield the rows of a table, with their numbers."""
    import numpy as np
    import pyarrow as pa

    schema = pa.schema([(name, pa.string()) for name in COLUMNS])
    row = 0
    for chunk in recognise(data, options).frames():
        table = pa.Table.from_pandas(chunk[list(COLUMNS)], schema, preserve_index=False)
        yield table.append_column("row", pa.array(np.arange(row, row + len(chunk), dtype=np.int64)))
        row += len(chunk)


def _written(table: Dataset, workers: int, given: tuple[Any, ...]) -> Iterator[Part]:
    """Have the blocks of a table written by workers made with what is `given`; yield parts as they come."""
    import ray

    written = table.map_batches(
        Worker,
        fn_constructor_args=given,
        batch_size=None,
        batch_format="pyarrow",
        compute=ray.data.ActorPoolStrategy(size=workers),
        num_cpus=1,
    )
    for about in written.iter_rows():
        first, last = ((about[f"{end}_sku"], about[f"{end}_row"]) for end in ("first", "last"))
        yield Part(about["file"], about["rows"], first, last)


def _refuse_services(*encoders: Encoder) -> None:
    for encoder in encoders:
        if encoder.asks_service:
            raise CoreError(
                f"encoder '{encoder.name}' asks a service, which --engine ray makes no faster; leave it out"
            )
