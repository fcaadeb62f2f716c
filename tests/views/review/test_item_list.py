import numpy as np
import pandas as pd
import pytest

from core.bundle.reader import Bundle
from core.views.review.grid import by_suggestion
from core.views.review.item_list import ItemList
from core.views.review.items import KINDS
from core.views.review.queue import review_items
from tests.views.review.items import item

N, FAULTS = 90, 400


@pytest.fixture(scope="module")
def bundle(tiny_bundle) -> Bundle:
    """The tiny bundle with many faults drawn at random: products, pairs either way round, several of one."""
    opened, rng = Bundle.open(tiny_bundle), np.random.default_rng(3)
    kinds = rng.choice(["label", "image", "text", "duplicate", "outlier", "leak"], FAULTS)
    row, other = (rng.integers(0, N, FAULTS) for _ in range(2))
    other = np.where(np.isin(kinds, ["duplicate", "leak"]), np.where(other == row, (row + 1) % N, other), -1)
    moved = np.array([f"Move it to {name}." for name in opened.classes], dtype=object)[
        rng.integers(0, 3, FAULTS)
    ]
    opened.__dict__["faults"] = pd.DataFrame(
        {
            "row": row,
            "kind": kinds,
            "is_issue": rng.random(FAULTS) < 0.7,
            "other": other,
            "reason": [f"Reason {number}." for number in range(FAULTS)],
            "suggestion": np.where(kinds == "label", moved, "Look at it."),
        }
    )
    return opened


@pytest.fixture(scope="module", params=[False, True])
def items(bundle, request) -> ItemList:
    return review_items(bundle, weak=request.param)


def test_every_finding_is_in_one_item_and_every_item_comes_once(bundle, items):
    listed = list(items)
    assert len(listed) == len(items) == len({one.key for one in listed}) > 100
    reasons = [finding.reason for one in listed for finding in one.findings if finding.kind != "uncertain"]
    assert len(reasons) == len(set(reasons))
    faults = bundle.faults.set_index("reason")
    for one in listed:
        for finding in one.findings:
            if finding.kind != "uncertain":
                fault = faults.loc[finding.reason]
                assert {one.row, one.other} == {fault["row"], fault["other"]}
                assert finding.kind == fault["kind"]


def test_pages_show_every_item_exactly_once(items):
    pages = [items[start : start + 24] for start in range(0, len(items), 24)]
    assert [one.key for page in pages for one in page] == [one.key for one in items]


def test_columns_say_what_the_items_say(items):
    for at, one in enumerate(items):
        assert {kind for kind, has in zip(KINDS, items.kinds[at], strict=True) if has} == set(one.kinds)
        assert (items.suggested[at] >= 0) == (one.suggestion is not None)
        assert items.place(one.key) == at and one in items
    assert items.place(("gone", "")) is None


def test_items_about_selected_products_are_those_that_say_so(items):
    selected = np.arange(N) % 3 == 0
    assert [one.key for one in items.among(selected)] == [one.key for one in items if one.among(selected)]
    some = items.among(selected)
    assert some[5].key == items[items.place(some[5].key)].key
    assert items[1] in some or not items[1].among(selected)


def test_items_made_by_hand_are_a_list_too(bundle):
    made = [item(bundle, 4), item(bundle, 2, other=7, kind="duplicate"), item(bundle, 2, to="Mugs")]
    listed = ItemList.of(made)
    assert list(listed) == made and ItemList.of(listed) is listed
    assert [one.row for one in listed.among(np.arange(N) == 7)] == [2]
    assert listed.suggested.tolist() == [-1, -1, 0]


def test_suggestions_are_ordered_as_counting_them_one_by_one_does(items):
    listed = list(items)
    names = [one.suggestion for one in listed]
    first = {name: names.index(name) for name in set(names)}
    expected = sorted(
        listed, key=lambda one: (one.suggestion is None, -names.count(one.suggestion), first[one.suggestion])
    )
    assert [one.key for one in by_suggestion(items)] == [one.key for one in expected]
