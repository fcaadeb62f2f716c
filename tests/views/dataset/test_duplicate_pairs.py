from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from core.views.dataset import duplicate_pairs
from core.views.dataset.duplicate_pairs import of_kind, pair_boxes, pair_table

ALL = np.ones(6, dtype=bool)
GROUPS = np.array([0, 0, 1, 2, 3, 3])


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "sku": list("abcdef"),
            "name": ["Mug", "Mug", "A <b>mug</b>", "Lamp", "Cup", "Cup"],
            "category": ["Mugs", "Mugs", "Mugs", "Lamps", "Mugs", "Mugs"],
            "part": ["train", "train", "test", "train", "test", "test"],
        }
    )


@pytest.fixture
def faults() -> pd.DataFrame:
    rows = [
        (1, "duplicate", 0.9, True, 0, "Same name as another product."),
        (2, "duplicate", 0.8, True, 1, "Very similar to another product."),
        (2, "leak", 0.8, True, 1, "A duplicate of this test product is among those learned from."),
        (2, "leak", 0.7, True, 0, "A duplicate of this test product is among those learned from."),
        (5, "duplicate", 0.3, False, 4, "Same name as another product."),
        (3, "label", 0.99, True, -1, "Filed under Lamps."),
    ]
    return pd.DataFrame(rows, columns=["row", "kind", "score", "is_issue", "other", "reason"])


def pairs_of(faults, selected=ALL) -> pd.DataFrame:
    return duplicate_pairs.duplicate_pairs(faults, selected)


def ends(pairs: pd.DataFrame) -> list[tuple[int, int]]:
    return list(zip(pairs["row"], pairs["other"], strict=True))


def test_each_pair_once_the_most_alike_first(faults):
    pairs = pairs_of(faults)
    assert ends(pairs) == [(0, 1), (1, 2), (0, 2), (4, 5)]
    assert pairs["kind"].tolist() == ["same", "near", "near", "perhaps"]
    assert pairs["across"].tolist() == [False, True, True, False]
    assert pairs["reason"].iat[1] == "Very similar to another product."  # says more than the leak's


def test_the_kinds(faults):
    pairs = pairs_of(faults)
    by_kind = {kind: ends(of_kind(pairs, kind)) for kind in duplicate_pairs.KINDS}
    assert by_kind == {
        "same": [(0, 1)],
        "near": [(1, 2), (0, 2)],
        "across": [(1, 2), (0, 2)],
        "perhaps": [(4, 5)],
    }


def test_one_of_the_two_must_be_selected(faults):
    assert ends(pairs_of(faults, np.arange(6) == 1)) == [(0, 1), (1, 2)]
    assert pairs_of(faults, ~ALL).empty


def test_the_summary(faults):
    summary = duplicate_pairs.duplicates_summary(pairs_of(faults), GROUPS, ALL)
    assert summary.startswith("**3 likely duplicate pairs**, 2 of them in different splits.")
    assert "4 of the 6 products are distinct" in summary
    nothing = pairs_of(faults.iloc[:0])
    assert duplicate_pairs.duplicates_summary(nothing, np.arange(6), ALL) == (
        "**0 likely duplicate pairs**. All 6 products are distinct."
    )
    one = pairs_of(faults.iloc[:1])
    assert duplicate_pairs.duplicates_summary(one, np.arange(6), ALL).startswith(
        "**1 likely duplicate pair**, none in different splits. "
    )


def bundle_of(table: pd.DataFrame, *, private: bool = False) -> SimpleNamespace:
    return SimpleNamespace(
        table=table, private=private, thumbnail=lambda sku: b"jpeg" if sku == "a" else None
    )


def test_the_list_keeps_a_private_bundles_names_to_itself(table, faults):
    pairs = pairs_of(faults)
    open_list = pair_table(bundle_of(table), pairs)
    assert open_list["Name, second"].tolist() == ["Mug", "A <b>mug</b>", "A <b>mug</b>", "Cup"]
    closed = pair_table(bundle_of(table, private=True), pairs)
    assert not [name for name in closed if name.startswith("Name")]
    assert closed["Id, first"].tolist() == ["a", "b", "a", "e"]
    assert closed["In different splits"].tolist() == [False, True, True, False]


def test_the_products_are_side_by_side_and_a_crossing_pair_is_marked(table, faults):
    boxes = pair_boxes(bundle_of(table), pairs_of(faults))
    assert [len(box.cards) for box in boxes] == [2, 2, 2, 2]
    assert sum(card.image is not None for box in boxes for card in box.cards) == 2  # a is in two pairs
    assert sum("in different splits" in box.badge for box in boxes) == 2
    assert [table["sku"].iat[card.row] for card in boxes[0].cards] == ["a", "b"]
