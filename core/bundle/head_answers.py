"""What the heads of an input answer for the test products, as numbers instead of texts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.common.categories import positions_of

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from core.bundle.sku_rows import SkuRows

_HEADS = b"heads"


@dataclass(frozen=True, eq=False)
class HeadAnswers:
    """What one head answers for m test products.

    Attributes
    ----------
    rows
        int64 (m,): positions in the bundle's table.
    true, predicted
        int64 (m,): positions in the bundle's classes.
    proba
        float64 (m, classes); may be mapped.
    """

    rows: np.ndarray
    true: np.ndarray
    predicted: np.ndarray
    proba: np.ndarray


def packed_answers(predictions: pd.DataFrame, classes: Sequence[str], rows: SkuRows) -> pa.Table:
    """Return predictions (`core.bundle.reader.Bundle.predictions`) as numbers, head by head.

    Raises
    ------
    KeyError
        They name an unknown product.
    """
    import pyarrow as pa

    heads = predictions["head"].unique().tolist()
    of_head = predictions["head"].map(positions_of(heads)).to_numpy(dtype=np.int64)
    order = np.argsort(of_head, kind="stable")
    index = positions_of(classes)
    proba = predictions[[f"p:{name}" for name in classes]].to_numpy(dtype=np.float64)[order]
    columns = {
        "row": rows.among(predictions["sku"].to_numpy(dtype=object))[order],
        **{
            name: predictions[name].map(index).to_numpy(dtype=np.int64)[order]
            for name in ("true", "predicted")
        },
        "proba": pa.FixedSizeListArray.from_arrays(pa.array(proba.ravel()), len(classes)),
    }
    ends = np.cumsum(np.bincount(of_head, minlength=len(heads))).tolist()
    spans = dict(zip(heads, zip([0, *ends[:-1]], ends, strict=True), strict=True))
    return pa.table(columns).replace_schema_metadata({_HEADS: json.dumps(spans).encode()})


def answers_of(packed: pa.Table, head: str) -> HeadAnswers:
    """Return what one head answers; nothing where it has no answers. The arrays are not copied."""
    start, end = json.loads(packed.schema.metadata[_HEADS]).get(head, (0, 0))
    columns = (packed[name].chunk(0)[start:end] for name in ("row", "true", "predicted", "proba"))
    rows, true, predicted, proba = columns
    shares = proba.flatten().to_numpy().reshape(len(proba), proba.type.list_size)
    return HeadAnswers(rows.to_numpy(), true.to_numpy(), predicted.to_numpy(), shares)
