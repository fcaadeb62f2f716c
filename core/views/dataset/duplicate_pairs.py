"""Pairs of products that may be duplicates: identical, similar, and in different splits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.faults.descriptions import SAME
from core.views.display_names import product_name
from core.views.formatting import counted, shorten_category
from core.views.listed_faults import listed_faults
from core.views.product_cards import Box, Card
from core.views.product_columns import product_columns
from core.views.selection import SPLIT_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from core.bundle.reader import Bundle

KINDS = {
    "same": "Same name or image",
    "near": "Similar",
    "across": "In different splits",
    "perhaps": "Possible variants",
}
"""Kind of pair -> its name."""

NOTES = {
    "same": "Same name or image: the product was entered twice, or has the name or image of another.",
    "near": "Name and image differ slightly, but are far more similar than is usual for their neighbours.",
    "across": "The two are in different splits, so test scores may be too high, or confidence where neither "
    "is a test product. Each pair is also counted as the same or similar.",
    "perhaps": "Alike, but the image, the name, or its size or colour differs: perhaps variants.",
}
"""Kind of pair -> what it means."""


@dataclass(frozen=True)
class Pair:
    """Two products that may be one.

    Attributes
    ----------
    rows
        Their rows in the catalogue.
    reason
        Why they are listed.
    across
        Whether they are in different splits.
    """

    rows: tuple[int, int]
    reason: str
    across: bool


def duplicate_pairs(faults: pd.DataFrame, selected: np.ndarray) -> pd.DataFrame:
    """List the pairs of products that may be duplicates, each once, the most similar first.

    Parameters
    ----------
    faults
        As `core.faults.fault_table.fault_table` returns it; its duplicates and leaks are used.
    selected
        bool (n,): pairs with at least one of these products are listed.

    Returns
    -------
    DataFrame
        row, other (the lower first), score (0 to 1), kind ("same", "near", or "perhaps" for weaker hints),
        across (whether the two are in different splits), reason.
    """
    import pandas as pd

    listed = listed_faults(faults, selected, weak=True)
    # A duplicate's reason is more specific than a leak's.
    listed = pd.concat([listed[listed["kind"] == kind] for kind in ("duplicate", "leak")])
    ends = np.sort(listed[["row", "other"]].to_numpy(dtype=np.int64), axis=1)
    listed = listed.assign(row=ends[:, 0], other=ends[:, 1], across=listed["kind"] == "leak")
    of_pair = listed.groupby(["row", "other"])[["is_issue", "across"]]
    listed[["is_issue", "across"]] = of_pair.transform("any")
    listed = listed.drop_duplicates(["row", "other"])
    row, other = (listed[column].to_numpy(dtype=np.int64) for column in ("row", "other"))
    same = listed["reason"].str.startswith(SAME).to_numpy(dtype=bool)
    pairs = pd.DataFrame(
        {
            "row": row,
            "other": other,
            "score": listed["score"].to_numpy(),
            "kind": np.where(~listed["is_issue"], "perhaps", np.where(same, "same", "near")),
            "across": listed["across"].to_numpy(dtype=bool),
            "reason": listed["reason"].to_numpy(dtype=object),
        }
    )
    return pairs.sort_values("score", ascending=False, kind="stable", ignore_index=True)


def of_kind(pairs: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Return the pairs of one of `KINDS`."""
    return pairs[pairs["across"]] if kind == "across" else pairs[pairs["kind"] == kind]


def duplicates_summary(pairs: pd.DataFrame, groups: np.ndarray, selected: np.ndarray) -> str:
    """Return how many products are likely duplicates, and how many of the pairs are in different splits.

    Parameters
    ----------
    pairs, selected
        As :func:`duplicate_pairs` has them.
    groups
        int (n,): rows of one product have one number.
    """
    likely, across = int((pairs["kind"] != "perhaps").sum()), len(of_kind(pairs, "across"))
    summary = f"**{counted(likely, 'likely duplicate pair')}**"
    if likely:
        summary += f", {across:,} of them in different splits" if across else ", none in different splits"
    rows, different = int(selected.sum()), len(np.unique(groups[selected]))
    if different == rows:
        return f"{summary}. All {rows:,} products are distinct."
    return f"{summary}. {different:,} of the {rows:,} products are distinct, sizes and colours counted once."


def pair_table(bundle: Bundle, pairs: pd.DataFrame) -> pd.DataFrame:
    """List pairs for a table or a file; without names where the bundle has none."""
    import pandas as pd

    columns: dict[str, np.ndarray] = {}
    for end, which in (("row", "first"), ("other", "second")):
        products = product_columns(bundle, pairs[end].to_numpy())
        columns |= {f"{heading}, {which}": values for heading, values in products.items()}
    columns["Similarity"] = pairs["score"].round(3).to_numpy()
    columns["In different splits"] = pairs["across"].to_numpy()
    columns["Reason"] = pairs["reason"].to_numpy()
    return pd.DataFrame(columns)


def pair_boxes(bundle: Bundle, pairs: pd.DataFrame) -> list[Box]:
    """Return pairs for a gallery: both products side by side, with the reason under them."""
    return [
        Box(
            tuple(_card(bundle, row) for row in pair.rows),
            pair.reason,
            "⇄ in different splits" if pair.across else "",
        )
        for pair in _each(pairs)
    ]


def _each(pairs: pd.DataFrame) -> Iterator[Pair]:
    columns = (pairs[name].tolist() for name in ("row", "other", "reason", "across"))
    for row, other, reason, across in zip(*columns, strict=True):
        yield Pair((int(row), int(other)), str(reason), bool(across))


def _card(bundle: Bundle, row: int) -> Card:
    product = bundle.table.iloc[row]
    sku = str(product["sku"])
    category, where = str(product["category"]), f"{SPLIT_NAMES[product['part']]} · {sku}"
    return Card(
        bundle.thumbnail(sku),
        product_name(product),
        f"{shorten_category(category)}\n{where}",
        row,
        f"{category}\n{where}",
    )
