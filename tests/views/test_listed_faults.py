import numpy as np
import pandas as pd
import pytest

from core.bundle.reader import Bundle
from core.views.dataset.duplicate_pairs import duplicate_pairs, of_kind
from core.views.listed_faults import fault_counts, listed_faults
from core.views.review.queue import review_items

WHOLE = np.ones(9, dtype=bool)


@pytest.fixture
def faults() -> pd.DataFrame:
    rows = [
        # row, kind, is_issue, other
        (5, "label", True, -1),
        (5, "image", True, -1),
        (7, "text", False, -1),
        (2, "duplicate", True, 1),
        (1, "leak", True, 2),
        (2, "leak", True, 1),
        (8, "from-a-later-version", True, -1),
    ]
    return pd.DataFrame(rows, columns=["row", "kind", "is_issue", "other"])


def test_each_fault_once_and_weaker_ones_on_request(faults):
    assert fault_counts(listed_faults(faults, WHOLE)) == {"label": 1, "image": 1, "duplicate": 1, "leak": 1}
    assert fault_counts(listed_faults(faults, WHOLE, weak=True))["text"] == 1
    assert listed_faults(faults, WHOLE).index.tolist() == [0, 1, 3, 4]


def test_of_a_pair_one_of_the_two_must_be_selected(faults):
    row = np.arange(9)
    assert fault_counts(listed_faults(faults, row == 1)) == {"duplicate": 1, "leak": 1}
    assert fault_counts(listed_faults(faults, row == 5)) == {"label": 1, "image": 1}
    assert fault_counts(listed_faults(faults, row == 8)) == {}, "-1 stands for no product, not for the last"


@pytest.mark.parametrize("weak", [False, True])
def test_dataset_and_review_count_alike_whatever_is_selected(tiny_bundle, weak):
    bundle = Bundle.open(tiny_bundle)
    rng, n = np.random.default_rng(0), len(bundle.table)
    compared = set()
    for share in (1, 0.5, 0.1):
        selected = rng.random(n) < share
        counts = fault_counts(listed_faults(bundle.faults, selected, weak=weak))
        items = [item for item in review_items(bundle, weak=weak) if item.among(selected)]
        assert counts == {k: sum(k in item.kinds for item in items) for k in counts}
        assert {k for item in items for k in item.kinds} - {"uncertain"} == set(counts)
        pairs = duplicate_pairs(bundle.faults, selected)
        assert len(of_kind(pairs, "across")) == counts.get("leak", 0)
        likely = pairs if weak else pairs[pairs["kind"] != "perhaps"]
        assert len(likely) == counts.get("duplicate", 0)
        compared |= set(counts)
    assert {"duplicate", "leak"} <= compared
