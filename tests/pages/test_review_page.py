import csv
import io
import shutil

import numpy as np
import pandas as pd
import pytest

from core.bundle.decisions import read
from core.bundle.out_of_fold import most_probable
from core.bundle.reader import Bundle
from tests.bundle.sealing import reseal
from tests.pages.conftest import words

REASONS = {"label": "Filed under Chairs, but its text speaks for Mugs.", "duplicate": "Same name as another."}
FAULTS = pd.DataFrame(
    {
        "row": [2, 40, 12],
        "kind": ["label", "duplicate", "image"],
        "score": [0.9, 0.8, 0.7],
        "is_issue": [True, True, True],
        "other": [-1, 3, -1],
        "reason": [REASONS["label"], REASONS["duplicate"], "The picture speaks for Lamps."],
        "suggestion": ["Move it to Mugs.", "Keep one of the two.", "Check the picture."],
    }
)


def with_faults(bundle, folder, name="tiny"):
    """Copy a bundle, with faults of our own in place of those that were found, and no doubtful answers."""
    copy = folder / name
    shutil.copytree(bundle, copy)
    FAULTS.to_parquet(copy / "faults.parquet")
    proba = np.tile([0.1, 0.3, 0.6], (Bundle.open(bundle).manifest.rows, 1))
    most_probable(FAULTS["row"].to_numpy(), {"text": proba}).to_parquet(copy / "out_of_fold.parquet")

    def accept_all(manifest):
        for rule in manifest["acceptance"]["rules"].values():
            rule |= {"thresholds": [0.0] * 3, "own": [50] * 3, "strangest": 1.01, "most_disagreement": 1.01}

    reseal(copy, accept_all)
    return folder


@pytest.fixture(scope="module")
def reviewed(tiny_bundle, tmp_path_factory):
    """A folder with a bundle to decide on; what models answer for its products is asked once."""
    return with_faults(tiny_bundle, tmp_path_factory.mktemp("reviewed"))


@pytest.fixture
def folder(reviewed):
    """The same without any decision yet."""
    shutil.rmtree(reviewed / ".reviews", ignore_errors=True)
    (reviewed / ".reviews").unlink(missing_ok=True)
    yield reviewed


@pytest.fixture
def page(open_page, folder):
    return open_page(folder, "5_Review")


def button(app, label):
    return next(one for one in app.button if one.label == label)


def progress(app):
    return app.get("progress")[0].proto.text


def choose(app, label, value):
    return next(group for group in app.get("button_group") if group.label == label).set_value(value).run()


def decisions(folder):
    return read(folder / ".reviews" / "tiny.jsonl").decisions


def test_the_worst_comes_first_with_its_reason(page, folder):
    sku = Bundle.open(folder / "tiny").table["sku"][2]
    assert REASONS["label"] in words(page)
    assert sku in words(page)
    assert progress(page) == "0 of 3 decided · 0 moved"
    assert button(page, "Mugs").proto.shortcut == "1"
    keys = {one.proto.shortcut for one in page.button if one.proto.shortcut}
    assert {"k", "s", "u", "1", "left", "right"} <= {key.lower() for key in keys}


def test_a_correction_is_saved_and_the_next_product_shown(page, folder):
    button(page, "Mugs").click().run()
    assert not page.exception
    (saved,) = decisions(folder)
    assert (saved.action, saved.old, saved.new) == ("correct", "Chairs", "Mugs")
    assert REASONS["label"] not in words(page)
    assert progress(page) == "1 of 3 decided · 1 moved"
    assert Bundle.open(folder / "tiny").table["category"][2] == "Chairs", "the bundle is not changed"


def test_kept_skipped_and_confirmed(page, folder):
    button(page, "Keep Chairs").click().run()
    assert button(page, "Wrong image")
    button(page, "Skip").click().run()
    assert REASONS["duplicate"] in words(page)
    button(page, "Same product").click().run()
    assert [one.action for one in decisions(folder)] == ["keep", "skip", "confirm"]
    assert "All done" in words(page)
    choose(page, "Show", "skipped")
    assert "The picture speaks for Lamps." in words(page)
    button(page, "Wrong image").click().run()
    assert "Nothing here yet" in words(page)
    assert progress(page) == "3 of 3 decided · 0 moved"


def test_undo_brings_the_product_back(page, folder):
    assert button(page, "Undo").disabled
    button(page, "Mugs").click().run()
    button(page, "Undo").click().run()
    assert decisions(folder) == ()
    assert REASONS["label"] in words(page)
    assert button(page, "Undo").disabled


def test_what_was_decided_can_be_looked_at_and_taken_back(page, folder):
    button(page, "Mugs").click().run()
    choose(page, "Show", "decided")
    assert "moved to <b>Mugs</b> in this review" in words(page)
    assert "Moved 20" in words(page)
    button(page, "Undo").click().run()
    assert decisions(folder) == ()
    assert "Nothing here yet" in words(page)


def test_a_key_pressed_twice_decides_once(page, folder):
    button(page, "Mugs").click().run()
    choose(page, "Show", "decided")
    button(page, "Keep Mugs").click().run()
    assert len(decisions(folder)) == 1, "the same again"
    button(page, "Lamps").click().run()
    assert [one.new for one in decisions(folder)] == ["Mugs", "Lamps"]


def test_any_category_can_be_named(page, folder):
    box = next(box for box in page.selectbox if box.label == "Another category")
    assert set(box.options) == {"Lamps", "Mugs"}
    box.select("Lamps").run()
    assert not page.exception
    assert decisions(folder)[0].new == "Lamps"
    assert REASONS["label"] not in words(page)


def test_a_reviewers_name_is_kept(page, folder):
    next(field for field in page.text_input if field.label == "Reviewer").set_value("Ann").run()
    button(page, "Skip").click().run()
    assert decisions(folder)[0].who == "Ann"


def test_one_kind_alone(page):
    choose(page, "Kind", "duplicate")
    assert REASONS["duplicate"] in words(page)
    assert "Compared with" in words(page)
    assert progress(page) == "0 of 1 decided · 0 moved"


def test_back_and_forth_without_deciding(page, folder):
    button(page, "Next").click().run()
    assert REASONS["label"] not in words(page)
    button(page, "Back").click().run()
    assert REASONS["label"] in words(page)
    button(page, "Back").click().run()
    assert REASONS["duplicate"] in words(page), "from the first to the last"
    assert decisions(folder) == ()


def test_two_visitors_see_each_others_decisions(page, open_page, folder):
    other = open_page(folder, "5_Review")
    button(other, "Mugs").click().run()
    page.run()
    assert progress(page) == progress(other) == "1 of 3 decided · 1 moved"
    assert button(page, "Undo").disabled, "what another decided is not undone by a key"


def test_a_rebuilt_bundle_keeps_its_decisions(page, open_page, folder, tiny_bundle):
    button(page, "Mugs").click().run()
    shutil.rmtree(folder / "tiny")
    with_faults(tiny_bundle, folder)
    assert progress(open_page(folder, "5_Review")) == "1 of 3 decided · 1 moved"


def test_decisions_are_listed_and_exported(page, folder):
    assert "No decisions yet" in words(page)
    button(page, "Mugs").click().run()
    listed = page.dataframe[0].value
    assert list(listed["New category"]) == ["Mugs"]
    assert list(listed["Decision"]) == ["Moved"]
    data = next(one for one in page.get("download_button"))
    assert data.proto.label == "Export CSV"


def test_a_damaged_line_is_mentioned(open_page, folder):
    (folder / ".reviews").mkdir()
    (folder / ".reviews" / "tiny.jsonl").write_text('{"half')
    page = open_page(folder, "5_Review")
    button(page, "Skip").click().run()
    assert "1 lines of it cannot be read" in words(page)


def test_a_decision_that_cannot_be_saved_is_one_line(open_page, folder):
    (folder / ".reviews").write_text("in the way")
    page = open_page(folder, "5_Review")
    assert not page.exception
    assert len(page.error) == 1
    assert "cannot be read" in page.error[0].value


def test_training_again_shows_what_changed_and_can_be_kept(page, folder):
    assert "No corrections yet" in words(page)
    button(page, "Mugs").click().run()
    assert "1** corrected" in words(page)
    button(page, "Train again").click().run(timeout=120)
    assert not page.exception
    table = next(t.value for t in page.dataframe if "Accuracy before" in t.value)
    assert list(table["Input"]) == ["Text", "Image", "Text + image"]
    assert "corrected categories" in words(page)
    assert "synthetic" in words(page)
    button(page, "Save").click().run(timeout=120)
    assert not page.exception
    assert "Saved " in words(page)
    assert Bundle.open(folder / "tiny-refit").table["category"][2] == "Mugs"
    assert "tiny-refit" in page.run().selectbox(key="bundle").options
    page.selectbox(key="bundle").select("tiny-refit").run()
    assert not page.exception
    assert not page.error
    assert "Mugs" in words(page)


def test_other_corrections_ask_for_another_training(page):
    button(page, "Mugs").click().run()
    button(page, "Train again").click().run(timeout=120)
    button(page, "Lamps").click().run()
    assert "Corrections have changed" in page.info[0].value


def test_a_private_bundle_is_reviewed_by_id(open_page, private, tmp_path):
    folder = with_faults(private / "secret", tmp_path)
    page = open_page(folder, "5_Review")
    assert not page.exception
    sku = Bundle.open(folder / "tiny").table["sku"][2]
    assert sku in words(page)
    assert "<img" not in words(page)
    assert "saved without names and images" in words(page)
    assert "has no features to train on" in words(page)
    button(page, "Mugs").click().run()
    (saved,) = decisions(folder)
    assert saved.sku == sku
    assert "Name" not in page.dataframe[0].value


def test_the_exported_table_is_what_was_decided(page, folder):
    from core.views.review.decision_table import decision_rows, decisions_csv

    button(page, "Mugs").click().run()
    bundle = Bundle.open(folder / "tiny")
    rows = decision_rows(bundle, read(folder / ".reviews" / "tiny.jsonl"))
    (line,) = csv.DictReader(io.StringIO(decisions_csv(rows).decode("utf-8-sig")))
    assert line["name"] == bundle.table["name"][2]
    assert line["kind"] == "Likely wrong category"


def test_the_owners_table_can_be_downloaded_with_what_was_decided(page, folder):
    assert "Your table" not in words(page)
    button(page, "Mugs").click().run()
    assert "Your table" in words(page)
    (download,) = [each for each in page.get("download_button") if "my table" in each.proto.label]
    assert download.proto.label == "Download my table with corrected categories"


def test_a_private_catalogue_asks_for_the_table(open_page, private):
    from core.bundle import decisions
    from core.bundle.reader import Bundle

    bundle = Bundle.open(private / "secret")
    sku, old = bundle.table["sku"][0], bundle.table["category"][0]
    new = next(each for each in bundle.classes if each != old)
    file = decisions.decisions_file(bundle)
    decisions.save(file, sku=sku, kind="label", action="correct", old=old, new=new)
    try:
        page = open_page(private, "5_Review")
        assert not page.exception
        assert "Add your table" in page.get("file_uploader")[0].label
    finally:
        file.unlink()
