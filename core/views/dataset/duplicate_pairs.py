"""Products entered twice, as pairs to look at: the same, nearly so, and those on both sides of the split."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import numpy as np

from core.views.display_names import product_name
from core.views.product_cards import Card, gallery
from core.views.selection import SPLIT_NAMES

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle

KINDS = {
    "same": "Same name or picture",
    "near": "Nearly the same",
    "across": "On both sides of the split",
    "perhaps": "Perhaps variants",
}
"""Kind of pair -> what it is called."""

NOTES = {
    "same": "They share a name or a picture: one product entered twice, or one that was given another's.",
    "near": "Name and picture differ a little, both are much closer than is usual around them.",
    "across": "One of the two teaches or tunes the models, the other judges them: that flatters the result.",
    "perhaps": "They share a name or a picture, but differ in the other: a size or a colour, perhaps.",
}
"""What a kind means."""

_TILE = "border:1px solid rgba(128,140,155,.3);border-radius:.6rem;padding:.8rem"
_BADGE = (
    "display:inline-block;font-size:.75rem;border:1px solid currentColor;border-radius:1rem;"
    "padding:0 .5rem;margin-top:.5rem"
)


def duplicate_pairs(
    table: pd.DataFrame, faults: pd.DataFrame, groups: np.ndarray, asked: np.ndarray
) -> pd.DataFrame:
    """List the pairs of products that seem to be one, each once, the surest first.

    Parameters
    ----------
    table
        The catalogue of n products.
    faults
        As `core.faults.fault_table.fault_table` returns it; its duplicates and leaks are used.
    groups
        int (n,): products that share a name or a picture have one number; None where it is not known.
    asked
        bool (n,): pairs with one of these products at least are listed.

    Returns
    -------
    DataFrame
        row, other (the lower first), score (0 to 1), kind ("same", "near", or "perhaps" for weaker hints),
        across (whether the two lie in different parts of the split), reason.
    """
    import pandas as pd

    found = pd.concat([faults[faults["kind"] == kind] for kind in ("duplicate", "leak")])
    ends = np.sort(found[["row", "other"]].to_numpy(dtype=np.int64), axis=1)
    found = found.assign(row=ends[:, 0], other=ends[:, 1])
    found["is_issue"] = found.groupby(["row", "other"])["is_issue"].transform("any")
    found = found.drop_duplicates(["row", "other"])  # the duplicate's reason says more than the leak's
    row, other = (found[column].to_numpy(dtype=np.int64) for column in ("row", "other"))
    part = table["part"].to_numpy(dtype=object)
    same = groups[row] == groups[other]
    pairs = pd.DataFrame(
        {
            "row": row,
            "other": other,
            "score": found["score"].to_numpy(),
            "kind": np.where(~found["is_issue"], "perhaps", np.where(same, "same", "near")),
            "across": part[row] != part[other],
            "reason": found["reason"].to_numpy(dtype=object),
        }
    )
    pairs = pairs[asked[row] | asked[other]]
    return pairs.sort_values("score", ascending=False, kind="stable", ignore_index=True)


def of_kind(pairs: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Return the pairs of one of `KINDS`; weaker hints are in none but their own."""
    if kind == "across":
        return pairs[pairs["across"] & (pairs["kind"] != "perhaps")]
    return pairs[pairs["kind"] == kind]


def duplicates_summary(pairs: pd.DataFrame, groups: np.ndarray, asked: np.ndarray) -> str:
    """Say in words how many products are the same, and how many pairs the split separates.

    Parameters
    ----------
    pairs, groups, asked
        As :func:`duplicate_pairs` has them.
    """
    sure, across = int((pairs["kind"] != "perhaps").sum()), len(of_kind(pairs, "across"))
    found = f"**{_pairs(sure)} to be one product**" if sure else "**No pair seems to be one product**"
    if sure:
        found += f", {across:,} of them on both sides of the split." if across else ", none across the split."
    else:
        found += "."
    rows, different = int(asked.sum()), len(np.unique(groups[asked]))
    if different == rows:
        return f"{found} No two of the {rows:,} products share a name or a picture."
    return (
        f"{found} By name and picture, {different:,} of the {rows:,} products are different; those that "
        "share one are kept on one side of the split."
    )


def _pairs(count: int) -> str:
    return "1 pair seems" if count == 1 else f"{count:,} pairs seem"


def pair_table(bundle: Bundle, pairs: pd.DataFrame) -> pd.DataFrame:
    """Lay pairs out for a table or a file; without names where the bundle keeps none."""
    import pandas as pd

    columns: dict[str, object] = {}
    shown = {"sku": "Id", "name": "Name", "category": "Category", "part": "Part"}
    if bundle.private:
        del shown["name"]
    for side, which in (("row", "first"), ("other", "second")):
        products = bundle.table.iloc[pairs[side]]
        columns |= {f"{word}, {which}": products[column].to_numpy() for column, word in shown.items()}
    columns["Likeness"] = pairs["score"].round(3).to_numpy()
    columns["Both sides of the split"] = pairs["across"].to_numpy()
    columns["Why"] = pairs["reason"].to_numpy()
    return pd.DataFrame(columns)


def pair_gallery(bundle: Bundle, pairs: pd.DataFrame) -> str:
    """Return the HTML of pairs, both pictures side by side, why they are listed under them."""
    tiles = "".join(_pair(bundle, pair) for pair in pairs.itertuples())
    columns = "repeat(auto-fill,minmax(min(300px,100%),1fr))"
    return f'<div style="display:grid;grid-template-columns:{columns};gap:1rem">{tiles}</div>'


def _pair(bundle: Bundle, pair: tuple) -> str:
    products = [bundle.table.iloc[row] for row in (pair.row, pair.other)]
    cards = [
        Card(
            bundle.thumbnail(p["sku"]),
            product_name(p),
            f"{p['category']}\n{SPLIT_NAMES[p['part']]} · {p['sku']}",
        )
        for p in products
    ]
    badge = f'<div><span style="{_BADGE}">⇄ on both sides of the split</span></div>' if pair.across else ""
    why = f'<div style="font-size:.82rem;margin-top:.6rem">{html.escape(pair.reason)}</div>'
    return f'<div style="{_TILE}">{gallery(cards, columns=2)}{why}{badge}</div>'
