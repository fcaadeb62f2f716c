import pytest

from core.bundle.decisions import Log, decisions_file, read, save_all
from core.bundle.reader import Bundle
from core.views.review.grid import batch_of, by_suggestion, decide_all, fits
from core.views.review.progress import review_of
from tests.views.review.items import decide, item


@pytest.fixture
def bundle(tiny_bundle, tmp_path):
    """The tiny bundle, as if it lay where decisions may be written."""
    (tmp_path / "tiny").symlink_to(tiny_bundle)
    return Bundle.open(tmp_path / "tiny")


def decided(bundle, items, kind, ticked=()):
    review = review_of(bundle, items, read(decisions_file(bundle)))
    keys = {one.key for one in ticked}
    return [(each.action, each.new) for each in decide_all(bundle, review, items, batch_of(kind), keys)]


def test_the_most_frequent_suggestion_comes_first_and_none_last(bundle):
    items = [
        item(bundle, 0),
        item(bundle, 1, to="Lamps"),
        item(bundle, 2, to="Mugs"),
        item(bundle, 3, to="Lamps"),
    ]
    assert [one.row for one in by_suggestion(items)] == [1, 3, 2, 0]
    assert not len(by_suggestion([]))


def test_the_rest_is_moved_and_ticked_ones_stay(bundle):
    items = [item(bundle, 0, to="Mugs"), item(bundle, 1, to="Lamps"), item(bundle, 2, to="Mugs")]
    found = decided(bundle, items, "label", ticked=items[1:2])
    assert found == [("correct", "Mugs"), ("keep", "Chairs"), ("correct", "Mugs")]


def test_a_product_without_a_suggestion_is_left_alone(bundle):
    assert decided(bundle, [item(bundle, 0)], "label") == []
    assert not fits(item(bundle, 0), batch_of("label"))


def test_other_kinds_are_confirmed_kept_or_skipped(bundle):
    image, pair = item(bundle, 0, kind="image"), item(bundle, 0, other=1, kind="duplicate")
    unsure = [item(bundle, 0, kind="uncertain"), item(bundle, 1, kind="uncertain")]
    assert decided(bundle, [image], "image") == [("confirm", "Chairs")]
    assert decided(bundle, [image], "image", ticked=[image]) == [("keep", "Chairs")]
    assert decided(bundle, [pair], "duplicate") == [("confirm", "Chairs")]
    assert decided(bundle, [pair], "duplicate", ticked=[pair]) == [("keep", "Chairs")]
    assert decided(bundle, unsure, "uncertain", ticked=unsure[1:]) == [("keep", "Chairs"), ("skip", "Chairs")]


def test_what_is_kept_is_the_category_after_the_decisions_so_far(bundle):
    one = item(bundle, 0, to="Mugs")
    decide(bundle, item(bundle, 0, other=1, kind="duplicate"), "correct", "Lamps")
    assert decided(bundle, [one], "label", ticked=[one]) == [("correct", "Lamps")]


def test_a_batch_is_saved_whole(bundle):
    items = [item(bundle, row, to="Mugs") for row in range(5)]
    made = decide_all(bundle, review_of(bundle, items, Log(())), items, batch_of("label"), (), "Ann")
    save_all(decisions_file(bundle), made)
    assert len(decisions_file(bundle).read_text().splitlines()) == 5
    assert {each.who for each in read(decisions_file(bundle)).decisions} == {"Ann"}


@pytest.mark.parametrize(
    ("kind", "count", "all_of_them", "words"),
    [
        ("label", 22, False, "Move the other 22 to their suggested categories"),
        ("label", 1, False, "Move the other one to its suggested category"),
        ("label", 1, True, "Move this one to its suggested category"),
        ("image", 24, True, "Confirm all 24: wrong image"),
        ("leak", 3, False, "Confirm the other 3: same product"),
        ("chosen", 3, False, "Keep the other 3 as they are"),
    ],
)
def test_the_button_says_what_it_does(kind, count, all_of_them, words):
    assert batch_of(kind).words(kind, count, all_of_them=all_of_them) == words
