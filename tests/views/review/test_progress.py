from dataclasses import replace

import numpy as np
import pytest

from core.bundle.decisions import Log, decisions_file, read, save, take_back
from core.bundle.reader import Bundle
from core.views.review.items import Finding
from core.views.review.progress import corrected_labels, decision_on, repeats, review_of
from tests.views.review.items import decide, item


@pytest.fixture
def bundle(tiny_bundle, tmp_path):
    """The tiny bundle, as if it lay where decisions may be written."""
    (tmp_path / "tiny").symlink_to(tiny_bundle)
    return Bundle.open(tmp_path / "tiny")


def review(bundle, items):
    return review_of(bundle, items, read(decisions_file(bundle)))


def test_a_decided_product_is_not_to_do_any_more(bundle):
    items = [item(bundle, 0), item(bundle, 1, kind="image"), item(bundle, 2)]
    decide(bundle, items[0], "correct", "Mugs")
    decide(bundle, items[1], "skip", "Chairs")
    progress = review(bundle, items)
    assert [progress.state(one) for one in items] == ["decided", "skipped", "open"]
    assert progress.summary(None) == "1 of 3 decided · 1 moved · 1 skipped"
    assert progress.summary("label") == "1 of 2 decided · 1 moved"
    assert list(progress.in_state("label", "open")) == [items[2]]
    assert progress.count(None, "skipped") == 1
    assert progress.kinds() == ("label", "image")
    assert progress.corrections == {items[0].sku: "Mugs"}


def test_counts_of_a_kind_do_not_depend_on_what_is_decided(bundle):
    items = [item(bundle, 0), item(bundle, 1, kind="image"), item(bundle, 2)]
    assert [review(bundle, items).count(kind) for kind in (None, "label", "image", "outlier")] == [3, 2, 1, 0]
    decide(bundle, items[0], "correct", "Mugs")
    decide(bundle, items[2], "skip", "Chairs")
    assert [review(bundle, items).count(kind) for kind in (None, "label", "image")] == [3, 2, 1]


def test_the_note_says_why_kinds_add_up_to_more_than_all(bundle):
    several = replace(
        item(bundle, 0), findings=tuple(Finding(k, "Why.", "Look.") for k in ("label", "image"))
    )
    alone = item(bundle, 1)
    assert review(bundle, [alone]).note == ""
    assert review(bundle, [several, alone]).note == "1 of the 2 is of more than one kind and counts in each."
    both = [several, replace(several, key=("another", ""))]
    assert review(bundle, [*both, alone]).note == "2 of the 3 are of more than one kind and count in each."


def test_taken_back_is_to_do_again(bundle):
    one = item(bundle, 0)
    decision = decide(bundle, one, "correct", "Mugs")
    take_back(decisions_file(bundle), decision.id)
    assert review(bundle, [one]).state(one) == "open"
    assert review(bundle, [one]).corrections == {}


def test_the_last_decision_counts(bundle):
    one = item(bundle, 0)
    for category in ("Mugs", "Lamps"):
        decide(bundle, one, "correct", category)
    assert review(bundle, [one]).corrections == {one.sku: "Lamps"}
    assert review(bundle, [one]).category(bundle, one) == "Lamps"
    assert decide(bundle, one, "correct", "Chairs").action == "keep", "it is filed there"
    assert review(bundle, [one]).corrections == {}


def test_what_says_the_same_again_repeats(bundle):
    one = item(bundle, 0)
    first = decision_on(bundle, one, "keep", "Mugs")
    assert repeats(decision_on(bundle, one, "correct", "Mugs"), first), "it was filed under Chairs"
    assert not repeats(decision_on(bundle, one, "skip", "Mugs"), first)
    assert not repeats(decision_on(bundle, one, "correct", "Lamps"), first)
    assert not repeats(first, None)


def test_a_skip_leaves_an_earlier_correction_from_a_pair(bundle):
    pair, one = item(bundle, 0, other=1, kind="duplicate"), item(bundle, 0)
    decide(bundle, pair, "correct", "Mugs")
    decide(bundle, one, "skip", "Mugs")
    assert review(bundle, [one]).corrections == {one.sku: "Mugs"}
    decide(bundle, one, "skip", "Chairs")
    assert review(bundle, [one]).corrections == {one.sku: "Mugs"}
    assert decide(bundle, one, "keep", "Mugs").action == "correct", "what is kept is the correction"


def test_of_decisions_on_several_things_about_a_product_the_last_counts(bundle):
    pair, one = item(bundle, 0, other=1, kind="duplicate"), item(bundle, 0)
    for thing, category in ((pair, "Mugs"), (one, "Lamps"), (pair, "Mugs")):
        decide(bundle, thing, "correct", category)
    assert review(bundle, [one]).corrections == {one.sku: "Mugs"}


def test_two_products_leave_the_category_alone(bundle):
    pair = item(bundle, 0, other=1, kind="duplicate")
    assert decide(bundle, pair, "keep", "Chairs").action == "keep"
    assert decide(bundle, pair, "confirm", "Chairs").action == "confirm"
    assert review(bundle, [pair]).corrections == {}
    assert review(bundle, [pair]).state(pair) == "decided"


def test_a_pair_is_known_the_other_way_round(bundle):
    decide(bundle, item(bundle, 0, other=1, kind="duplicate"), "keep", "Chairs")
    turned = item(bundle, 1, other=0, kind="duplicate")
    assert review(bundle, [turned]).state(turned) == "decided"


def test_a_rebuilt_bundle_keeps_decisions_as_long_as_they_fit(bundle):
    one = item(bundle, 0)
    decide(bundle, one, "correct", "Mugs")
    bundle.__dict__["table"] = bundle.table.assign(category="Mugs")
    mended = review(bundle, [one])
    assert mended.state(one) == "decided"
    assert mended.corrections == {}, "the catalogue says so itself now"
    bundle.__dict__["table"] = bundle.table.assign(category="Lamps")
    assert review(bundle, [one]).state(one) == "open", "a third category: look again"


def test_products_that_are_gone_and_unknown_categories_change_nothing(bundle):
    file = decisions_file(bundle)
    save(file, sku="gone", kind="label", action="correct", old="Mugs", new="Lamps")
    sku = bundle.table["sku"][0]
    save(file, sku=sku, kind="label", action="correct", old="Chairs", new="Sofas of a later catalogue")
    assert review(bundle, []).corrections == {}


def test_going_on_from_a_place(bundle):
    items = [item(bundle, row) for row in range(4)]
    progress = review_of(bundle, items, Log(()))
    assert progress.current(items, None) is items[0]
    assert progress.current(items, items[2].key) is items[2]
    assert progress.current([items[0], items[3]], items[1].key) is items[3], "the next that is shown"
    assert progress.current(items[:2], items[3].key) is items[0], "from the start again"
    assert progress.current(items, ("gone", "")) is items[0]
    assert progress.current([], items[0].key) is None


def test_corrected_labels_are_those_of_the_catalogue_but_for_the_corrections(bundle):
    sku = bundle.table["sku"][0]
    labels = corrected_labels(bundle, {sku: "Mugs"})
    assert labels[0] == bundle.classes.index("Mugs")
    np.testing.assert_array_equal(labels[1:], bundle.labels[1:])
    assert bundle.labels[0] == bundle.classes.index("Chairs"), "the bundle stays as it is"
