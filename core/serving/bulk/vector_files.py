"""Write vectors to a file row by row, with the sku of each: Parquet, CSV or NumPy, by the file's ending."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np

from core.common.errors import CoreError
from core.common.spreadsheet import safe_text

if TYPE_CHECKING:
    from core.features.encoders.encoder import Encoder


class VectorWriter:
    """A file of vectors that grows chunk by chunk; use as a context manager."""

    def __init__(self, file: Path, dim: int, about: Mapping[str, str]) -> None:
        self.file = file
        self.dim = dim
        self.about = about

    def __enter__(self) -> Self:
        """Open the file."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""

    def write(self, skus: np.ndarray, vectors: np.ndarray) -> None:
        """Append rows: skus (n,) of str, vectors float32 (n, dim)."""
        raise NotImplementedError


class _Parquet(VectorWriter):
    def __enter__(self) -> Self:
        import pyarrow as pa
        import pyarrow.parquet as pq

        fields = [("sku", pa.string()), ("vector", pa.list_(pa.float32(), self.dim))]
        self._schema = pa.schema(fields, metadata=dict(self.about))
        # A third smaller than with a dictionary and compression, which find nothing in vectors to repeat.
        self._writer = pq.ParquetWriter(self.file, self._schema, compression="none", use_dictionary=False)
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()

    def write(self, skus: np.ndarray, vectors: np.ndarray) -> None:
        import pyarrow as pa

        flat = pa.array(np.ascontiguousarray(vectors, dtype=np.float32).ravel())
        columns = [pa.array(skus, pa.string()), pa.FixedSizeListArray.from_arrays(flat, self.dim)]
        self._writer.write_table(pa.Table.from_arrays(columns, schema=self._schema))


class _Csv(VectorWriter):
    def __enter__(self) -> Self:
        self._started = False
        return self

    def write(self, skus: np.ndarray, vectors: np.ndarray) -> None:
        import pandas as pd

        frame = pd.DataFrame(vectors, columns=[f"v{i}" for i in range(self.dim)])
        frame.insert(0, "sku", [safe_text(str(sku)) for sku in skus])
        frame.to_csv(self.file, mode="a", header=not self._started, index=False, float_format="%.7g")
        self._started = True


class _Npy(VectorWriter):
    """NumPy's header leaves room for the number of rows to grow, so it is written again at the end."""

    def __enter__(self) -> Self:
        self._rows = 0
        self._stream = self.file.open("wb")
        self._write_header()
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.seek(0)
        self._write_header()
        self._stream.close()

    def write(self, skus: np.ndarray, vectors: np.ndarray) -> None:
        self._stream.write(np.ascontiguousarray(vectors, dtype="<f4").tobytes())
        self._rows += len(vectors)

    def _write_header(self) -> None:
        header = {"descr": "<f4", "fortran_order": False, "shape": (self._rows, self.dim)}
        np.lib.format.write_array_header_1_0(self._stream, header)


WRITERS: dict[str, type[VectorWriter]] = {".parquet": _Parquet, ".csv": _Csv, ".npy": _Npy}


def vector_writer(out: Path, file: Path, dim: int, about: Mapping[str, str] | None = None) -> VectorWriter:
    """Return the writer that the ending of `out` asks for, writing to `file`.

    Parameters
    ----------
    out, file
        The file wanted, and where it is written.
    dim
        Numbers per vector.
    about
        Metadata of a Parquet file; the other kinds have no place for it.

    Raises
    ------
    CoreError
        The ending is unknown.
    """
    if out.suffix.lower() not in WRITERS:
        raise CoreError(f"cannot write '{out.name}': its ending must be one of {', '.join(WRITERS)}")
    return WRITERS[out.suffix.lower()](file, dim, about or {})


def about(encoder: Encoder, images_per_product: int = 1) -> dict[str, str]:
    """Return metadata of an encoder's vectors: only vectors with the same metadata can be compared."""
    several = {"images_per_product": str(images_per_product)} if images_per_product > 1 else {}
    return {
        "encoder": encoder.name,
        "weights_id": encoder.weights_id,
        "preprocessing": str(encoder.preprocessing),
        "precision": encoder.precision,
        **several,
    }
