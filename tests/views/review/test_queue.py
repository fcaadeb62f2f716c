from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.bundle.reader import Bundle
from core.evaluation.acceptance import NO_LIMIT, AcceptanceRule
from core.views.models.answers import answers
from core.views.review.items import KINDS
from core.views.review.queue import chosen_items, review_items, weaker_instead

FAULTS = [
    # row, kind, is_issue, other, reason, suggestion
    (40, "duplicate", True, 3, "Same name as another product.", "Keep one of the two."),
    (5, "label", True, -1, "Filed under Chairs, but ...", "Move it to Mugs."),
    (3, "leak", True, 40, "A duplicate ...", "Split anew ..."),
    (5, "image", True, -1, "The text speaks for ...", "Check the picture."),
    (7, "text", False, -1, "The picture speaks for ...", "Check the text."),
    (9, "from-a-later-version", True, -1, "Who knows.", "What to do."),
]


@pytest.fixture
def bundle(tiny_bundle) -> Bundle:
    """The tiny bundle with faults of our own."""
    opened = Bundle.open(tiny_bundle)
    columns = ("row", "kind", "is_issue", "other", "reason", "suggestion")
    opened.__dict__["faults"] = pd.DataFrame(FAULTS, columns=columns)
    return opened


def fault_items(bundle, **more):
    return [item for item in review_items(bundle, **more) if item.kinds != ("uncertain",)]


def test_a_product_comes_once_with_all_that_was_found(bundle):
    items = fault_items(bundle)
    assert [item.row for item in items] == [5, 40]
    assert items[0].kinds[:2] == ("label", "image")
    assert items[0].key == (bundle.table["sku"][5], "")
    assert not items[0].is_pair


def test_both_findings_about_a_pair_are_one_item(bundle):
    pair = fault_items(bundle)[1]
    assert pair.is_pair
    assert pair.kinds == ("duplicate", "leak")
    assert (pair.row, pair.other) == (40, 3)
    assert set(pair.key) == {pair.sku, pair.other_sku} == set(bundle.table["sku"][[3, 40]])


def test_weak_findings_only_on_request(bundle):
    assert 7 not in [item.row for item in fault_items(bundle)]
    assert 7 in [item.row for item in fault_items(bundle, weak=True)]


def test_a_pair_is_about_each_of_its_products(bundle):
    one, pair = fault_items(bundle)
    rows = np.arange(len(bundle.table))
    assert [one.among(rows == row) for row in (5, 3)] == [True, False]
    assert [pair.among(rows == row) for row in (40, 3, 5)] == [True, True, False]


def test_kinds_come_in_order(bundle):
    order = list(KINDS)
    places = [order.index(item.kinds[0]) for item in review_items(bundle, weak=True)]
    assert places == sorted(places)


def test_the_least_certain_are_test_products_that_need_review(bundle):
    doubtful = set()
    for row in bundle.rows("test").tolist():
        text, image = (bool(bundle.present(side)[row]) for side in ("text", "image"))
        if not (text or image):
            continue
        given = "fused" if text and image else "text" if text else "image"
        every, rule = answers(bundle, given), bundle.acceptance(given)
        at = every.rows.tolist().index(row)
        sure = every.confidence[at] >= rule.thresholds[every.predicted[at]]
        strange = bundle.guards.strangeness[given][row] > rule.strangest
        apart = given == "fused" and bundle.guards.disagreement[row] > rule.most_disagreement
        if strange or apart or not sure:
            doubtful.add(row)
    listed = [item for item in review_items(bundle) if "uncertain" in item.kinds]
    assert doubtful and {item.row for item in listed} == doubtful
    assert all(bundle.table["part"][item.row] == "test" for item in listed)


def test_why_an_answer_is_uncertain(bundle):
    rule = AcceptanceRule((0.0,) * 3, (50,) * 3, 0.0, NO_LIMIT, NO_LIMIT, 0.0)
    for change, said in (
        ({"thresholds": (1.01,) * 3}, " it open: "),
        ({"strangest": 0.0}, "It is unlike this catalogue: "),
        ({"own": (0, 0, 0)}, "Too few answers like this could be tested: "),
        ({}, ""),
    ):
        rules = dict.fromkeys(bundle.modalities, replace(rule, **change))
        acceptance = replace(bundle.manifest.acceptance, rules=rules)
        bundle.manifest = replace(bundle.manifest, acceptance=acceptance)
        reasons = [
            finding.reason
            for item in review_items(bundle)
            for finding in item.findings
            if finding.kind == "uncertain"
        ]
        assert all(said in reason for reason in reasons)
        assert bool(reasons) == bool(said)


def test_the_least_certain_comes_first(bundle):
    acceptance = bundle.manifest.acceptance
    never = {given: replace(rule, thresholds=(1.1,) * 3) for given, rule in acceptance.rules.items()}
    bundle.manifest = replace(bundle.manifest, acceptance=replace(acceptance, rules=never))
    confidence = {}
    for given in ("text", "image", "fused"):  # the last that a product has
        every = answers(bundle, given)
        there = bundle.present(given)[every.rows]
        confidence |= dict(zip(every.rows[there].tolist(), every.confidence[there].tolist(), strict=True))
    listed = [item.row for item in review_items(bundle) if item.kinds[0] == "uncertain"]
    assert len(listed) > 10
    assert [confidence[row] for row in listed] == sorted(confidence[row] for row in listed)


def test_a_label_finding_names_the_category_to_move_to(bundle):
    one, pair = fault_items(bundle)
    assert one.suggestion == "Mugs"
    assert pair.suggestion is None


def test_chosen_products_come_in_their_order_with_what_was_found(bundle):
    found = fault_items(bundle, weak=True)
    sku = bundle.table["sku"]
    items = chosen_items(bundle, found, [9, 3, 7, 5, 5], "Selected on the map")
    assert [item.row for item in items] == [9, 3, 7, 5]
    plain, pair, weak, label = items
    assert plain.kinds == ("chosen",)
    assert plain.findings[0].reason == "Chosen: Selected on the map"
    assert plain.key == (sku[9], "")
    assert (pair.sku, pair.other_sku) == (sku[3], sku[40]), "the chosen one is the one that can be moved"
    assert pair.key == fault_items(bundle)[1].key
    assert "text" in weak.kinds
    assert label.kinds[:2] == ("label", "image")


def test_a_pair_that_was_chosen_whole_comes_once(bundle):
    items = chosen_items(bundle, fault_items(bundle), [40, 3], "Duplicates")
    assert [(item.row, item.other) for item in items] == [(40, 3)]


def test_weaker_findings_stand_in_only_where_there_are_no_others(bundle):
    items = review_items(bundle)
    assert not weaker_instead(items)
    assert weaker_instead([item for item in items if item.kinds == ("uncertain",)])
    assert weaker_instead([])
