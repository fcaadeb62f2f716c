"""Estimate time, cost and storage for a catalogue of any size from the rates of one core on a sample.

python benchmarks/at_scale.py --data DIR --format F [--rows 2000] [--text NAME] [--image NAME]
    measures a sample and prints the estimate for --products with the `ray` engine;
python benchmarks/at_scale.py --texts-per-second T --images-per-second P
    prints the estimate from rates measured elsewhere.

A rate is items per second of one core's processor time, the best of --rounds, so that other programs on the
machine have little effect. --file-bytes and similar options replace measured values.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.measuring import peak_mb, processor
from core.onnx import sessions as runtime

GIGA = 1e9


@dataclass(frozen=True)
class Rates:
    """What one core does in a second of its time, and what the results take.

    Attributes
    ----------
    prepared
        Rows of the table read and cleaned.
    texts, images
        Encoded, files read and decoded included.
    text_bytes, image_bytes
        A vector in Parquet as `embed` writes it (float32).
    half_bytes
        A text vector in Parquet as float16, its bytes split into streams.
    file_bytes
        An image's file, as it has to be read.
    """

    prepared: float
    texts: float
    images: float
    text_bytes: float
    image_bytes: float
    half_bytes: float
    file_bytes: float


@dataclass(frozen=True)
class Plan:
    """A catalogue and a cluster.

    Attributes
    ----------
    products
        Rows, each with a text and an image.
    cores
        Of the cluster, a worker each.
    price
        Of one core for an hour, in any currency.
    efficiency
        Share of a core's time that goes into the work; the rest waits for files, the sort, the last worker.
    """

    products: int
    cores: int
    price: float
    efficiency: float

    def core_hours(self, rate: float) -> float:
        """Return the core-hours to do every product at `rate` a second."""
        return self.products / rate / 3600 / self.efficiency


def table(plan: Plan, rates: Rates) -> str:
    """Return the plan in figures, as a Markdown table."""
    steps = {
        "read and prepare": rates.prepared,
        "encode texts": rates.texts,
        "encode images": rates.images,
    }
    hours = {name: plan.core_hours(rate) for name, rate in steps.items()}
    hours["all"] = sum(hours.values())
    lines = [
        f"{plan.products:,} products, {plan.cores} cores, {plan.efficiency:.0%} of their time used, "
        f"{plan.price:g} a core-hour",
        "",
        "| step | a second and core | core-hours | hours | cost |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, taken in hours.items():
        rate = f"{steps[name]:,.0f}" if name in steps else ""
        lines.append(
            f"| {name} | {rate} | {taken:,.0f} | {taken / plan.cores:,.1f} | {taken * plan.price:,.0f} |"
        )
    sizes = {
        "text vectors, Parquet, float32 (what `embed` writes)": rates.text_bytes,
        "text vectors, Parquet, float16, split bytes": rates.half_bytes,
        "image vectors, Parquet, float32": rates.image_bytes,
        "images to read": rates.file_bytes,
    }
    lines += ["", "| storage | bytes each | GB |", "| --- | ---: | ---: |"]
    lines += [
        f"| {name} | {size:,.0f} | {size * plan.products / GIGA:,.0f} |" for name, size in sizes.items()
    ]
    return "\n".join(lines)


def measure(data: Path, format: str, rows: int, text: str, image: str, rounds: int) -> Rates:
    """Measure one core on a catalogue's first `rows` products, by the functions that the workers call."""
    os.environ[runtime.THREADS] = "1"
    from core.catalogue.images.finding import find_images
    from core.catalogue.reading import Chunk, read_chunks
    from core.features.encoders.registry import load_encoder
    from core.features.products import encode_products

    images = find_images(data)
    encoders = [load_encoder(text, modality="text"), load_encoder(image, modality="image")]

    def chunks() -> Iterator[Chunk]:
        done = 0
        for chunk in read_chunks(data, format):
            yield chunk
            done += len(chunk.table)
            if done >= rows:
                return

    for encoder in encoders:  # what a first call sets up is no part of the rate
        first = next(chunks()).take(np.arange(8))
        encode_products(first.table, images, encoder)
    read, seconds = timed(lambda: list(chunks()), rounds)
    number = sum(len(chunk.table) for chunk in read)
    rates, sizes = [], []
    for encoder in encoders:
        features, taken = timed(
            lambda encoder=encoder: [encode_products(chunk.table, images, encoder) for chunk in read],
            rounds,
        )
        rates.append(sum(int(each.present.sum()) for each in features) / taken)
        sizes.append(np.concatenate([each.vectors for each in features]))
    names = [name for c in read for name in c.table.loc[c.table["has_image"], "image"]]
    return Rates(
        prepared=number / seconds,
        texts=rates[0],
        images=rates[1],
        text_bytes=stored_bytes(sizes[0]),
        image_bytes=stored_bytes(sizes[1]),
        half_bytes=half_bytes(sizes[0]),
        file_bytes=float(np.mean([len(images.read(name)) for name in names])),
    )


def timed(work: Callable[[], list], rounds: int) -> tuple[list, float]:
    """Return what `work` returns, and the least processor time it took, all threads together."""
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        result = work()
        taken.append(time.process_time() - start)
    return result, min(taken)


def stored_bytes(vectors: np.ndarray) -> float:
    """Return the bytes a row takes in the Parquet file that `embed` writes."""
    from core.serving.bulk.vector_files import vector_writer

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "vectors.parquet")
        with vector_writer(file, file, vectors.shape[1]) as writer:
            writer.write(_skus(len(vectors)), vectors)
        return file.stat().st_size / len(vectors)


def half_bytes(vectors: np.ndarray) -> float:
    """Return the bytes a row takes as float16 in Parquet with its bytes split into streams."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "vectors.parquet")
        flat = pa.array(vectors.astype(np.float16).ravel())
        columns = {
            "sku": _skus(len(vectors)),
            "vector": pa.FixedSizeListArray.from_arrays(flat, vectors.shape[1]),
        }
        split = {"vector.list.element": "BYTE_STREAM_SPLIT"}
        pq.write_table(
            pa.table(columns), file, use_dictionary=False, column_encoding=split, compression="zstd"
        )
        return file.stat().st_size / len(vectors)


def _skus(rows: int) -> np.ndarray:
    return np.array([f"product-{row:012}" for row in range(rows)], dtype=object)


def main() -> None:
    """Measure if there is data, then print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path)
    parser.add_argument("--format", default="csv")
    parser.add_argument("--rows", type=int, default=2000, help="products to measure with (default: 2000)")
    parser.add_argument("--rounds", type=int, default=3, help="times to measure (default: 3)")
    parser.add_argument("--text", default="minilm", help="text encoder")
    parser.add_argument("--image", default="compact", help="image encoder")
    parser.add_argument("--products", type=int, default=50_000_000)
    parser.add_argument("--cores", type=int, default=256)
    parser.add_argument("--price", type=float, default=0.04, help="of a core-hour (default: 0.04)")
    parser.add_argument(
        "--efficiency", type=float, default=0.8, help="share of core time used (default: 0.8)"
    )
    for field in Rates.__dataclass_fields__:
        name = field.replace("_", "-") if field.endswith("bytes") else f"{field}-per-second"
        parser.add_argument(f"--{name}", dest=field, type=float)
    options = parser.parse_args()
    given = {field: getattr(options, field) for field in Rates.__dataclass_fields__}
    given = {field: value for field, value in given.items() if value is not None}
    if options.data:
        machine = processor()
        rates = measure(
            options.data, options.format, options.rows, options.text, options.image, options.rounds
        )
        rates = replace(rates, **given)
        print(f"measured with {options.text} and {options.image} on one core of {machine}")
        print(f"most memory held: {peak_mb():,.0f} MB\n")
    elif len(given) == len(Rates.__dataclass_fields__):
        rates = Rates(**given)
    else:
        parser.error("name --data, or every rate and size (see --help)")
    print(table(Plan(options.products, options.cores, options.price, options.efficiency), rates))


if __name__ == "__main__":
    main()
