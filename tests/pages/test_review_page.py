import csv
import io
import json
import re
import shutil
import time

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.bundle.decisions import read, save
from core.bundle.out_of_fold import most_probable
from core.bundle.reader import Bundle
from core.common.budget import Budget
from core.jobs import queue
from core.ui import access
from core.ui.review import one_by_one
from core.ui.review.sending import Sent
from tests.bundle.sealing import reseal
from tests.pages.conftest import words
from tests.paths import ROOT

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


def with_faults(bundle, folder, name="tiny", faults=FAULTS):
    """Copy a bundle, with faults of our own in place of those that were found, and no doubtful answers."""
    copy = folder / name
    shutil.copytree(bundle, copy)
    faults.to_parquet(copy / "faults.parquet")
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
    """The button with these words, whatever key stands behind them."""
    return next(one for one in app.button if one.label.partition(" `")[0] == label)


def tab(app, name):
    key = next(key for key in ("review-tabs-3", "review-tabs-2") if key in app.session_state)
    app.session_state[key] = name
    return app.run()


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
    assert button(page, "Move to Mugs").label.endswith(" `1`")
    assert [one.label for one in page.button if one.proto.type == "primary"] == ["Move to Mugs `1`"]
    keys = {one.label.partition("`")[2] for one in page.button}
    assert {"K`", "S`", "1`", "2`"} <= keys


def test_a_correction_is_saved_and_the_next_product_shown(page, folder):
    button(page, "Move to Mugs").click().run()
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
    button(page, "Move to Mugs").click().run()
    button(page, "Undo").click().run()
    assert decisions(folder) == ()
    assert REASONS["label"] in words(page)
    assert button(page, "Undo").disabled


def test_what_was_decided_can_be_looked_at_and_taken_back(page, folder):
    button(page, "Move to Mugs").click().run()
    choose(page, "Show", "decided")
    assert "moved to <b>Mugs</b> in this review" in words(page)
    assert "Moved 20" in words(page)
    button(page, "Undo").click().run()
    assert decisions(folder) == ()
    assert "Nothing here yet" in words(page)


def test_a_key_pressed_twice_decides_once(page, folder):
    button(page, "Move to Mugs").click().run()
    choose(page, "Show", "decided")
    button(page, "Keep Mugs").click().run()
    assert len(decisions(folder)) == 1, "the same again"
    button(page, "Move to Lamps").click().run()
    assert [one.new for one in decisions(folder)] == ["Mugs", "Lamps"]


def test_any_category_can_be_named(page, folder):
    box = next(box for box in page.selectbox if box.label == "Another category")
    assert box.placeholder == "Move to another category …"
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
    button(other, "Move to Mugs").click().run()
    page.run()
    assert progress(page) == progress(other) == "1 of 3 decided · 1 moved"
    assert button(page, "Undo").disabled, "what another decided is not undone by a key"


def two(page, open_page, folder):
    """Another reviewer, Ann, who looks at the same product as the page."""
    ann = open_page(folder, "5_Review")
    next(field for field in ann.text_input if field.label == "Reviewer").set_value("*Ann*").run()
    return ann


@pytest.mark.parametrize("button_of", ["Keep Chairs", "Skip"])
def test_what_another_decided_meanwhile_is_not_decided_over_without_a_word(
    page, open_page, folder, button_of
):
    ann = two(page, open_page, folder)
    button(ann, "Move to Mugs").click().run()
    button(page, button_of).click().run()
    assert not page.exception
    (saved,) = decisions(folder)
    assert (saved.who, saved.new) == ("*Ann*", "Mugs")
    (line,) = page.info
    name = Bundle.open(folder / "tiny").table["name"][2]
    assert line.value == f"Left alone: {name} was decided meanwhile by \\*Ann\\*: Moved to Mugs."
    assert REASONS["label"] not in words(page), "the next product is shown"
    assert not page.run().info, "it is said once"

    choose(page, "Show", "decided")
    button(page, "Move to Lamps").click().run()
    assert [(one.who, one.new) for one in decisions(folder)] == [("*Ann*", "Mugs"), ("", "Lamps")]
    assert not page.info, "over what is on the screen, a reviewer decides knowingly"


def test_the_same_as_another_decided_meanwhile_needs_no_word(page, open_page, folder):
    button(two(page, open_page, folder), "Move to Mugs").click().run()
    button(page, "Move to Mugs").click().run()
    assert [one.who for one in decisions(folder)] == ["*Ann*"]
    assert not page.info


def test_a_decision_taken_back_meanwhile_is_said(page, open_page, folder):
    ann = two(page, open_page, folder)
    button(ann, "Move to Mugs").click().run()
    choose(page.run(), "Show", "decided")
    button(ann, "Undo").click().run()
    button(page, "Move to Lamps").click().run()
    assert decisions(folder) == ()
    assert "was taken back meanwhile" in page.info[0].value


@pytest.fixture
def with_keys(monkeypatch):
    """Buttons that do what keys do: AppTest has no keyboard."""

    def hear(key, keys, on_press):
        for each in keys:
            one_by_one.st.button(f"key {each}", on_click=on_press, args=(each,))

    monkeypatch.setattr(one_by_one, "hear", hear)


@pytest.mark.parametrize("key", ["k", "f", "s"])
def test_a_key_is_not_for_the_product_after_the_one_that_another_decided_on(
    with_keys, open_page, folder, key
):
    page = open_page(folder, "5_Review")
    button(two(page, open_page, folder), "Move to Mugs").click().run()
    button(page, f"key {key}").click().run()
    assert [one.who for one in decisions(folder)] == ["*Ann*"]
    assert "was decided meanwhile by" in page.info[0].value
    button(page, f"key {key}").click().run()
    assert len(decisions(folder)) == 2, "what is on the screen now is decided"
    assert not page.info


def test_own_presses_in_quick_succession_decide_one_product_each(with_keys, page, folder, monkeypatch):
    hear = one_by_one.hear

    def twice(key, keys, on_press):
        hear(key, keys, lambda each: (on_press(each), on_press(each)))

    monkeypatch.setattr(one_by_one, "hear", twice)
    button(page.run(), "key k").click().run()
    assert len({one.key for one in decisions(folder)}) == len(decisions(folder)) == 2
    assert not page.info


def test_the_grid_leaves_alone_what_another_decided_meanwhile(page, open_page, folder):
    categories = Bundle.open(folder / "tiny").table["category"]
    found = {*FAULTS["row"], *FAULTS["other"]}
    rows = [row for row, name in enumerate(categories) if name == "Chairs" and row not in found][:4]
    page.session_state["review-sent-tiny"] = Sent("Selected", tuple(rows))
    choose(page, "Look", "grid")
    ann = two(page, open_page, folder)
    ann.session_state["review-sent-tiny"] = Sent("Selected", tuple(rows))
    ann.run()
    for _ in range(2):
        next(box for box in ann.selectbox if box.label == "Another category").select("Lamps").run()
    button(page, "Keep all 4 as they are").click().run()
    assert not page.exception
    made = [(one.who, one.action) for one in decisions(folder)]
    assert made == [("*Ann*", "correct")] * 2 + [("", "keep")] * 2
    assert page.info[0].value == "Left alone: 2 products decided meanwhile by \\*Ann\\*."


def test_in_a_team_the_address_of_the_login_is_the_reviewers_name(open_page, folder, monkeypatch):
    monkeypatch.setenv("PRODUCT_LENS_MODE", "team")
    monkeypatch.setenv("PRODUCT_LENS_WRITERS", "ann@example.com")
    login = {"is_logged_in": True, "email": "ann@example.com"}
    monkeypatch.setattr(access.st, "user", login)
    page = open_page(folder, "5_Review")
    assert "Reviewer" not in [field.label for field in page.text_input], "nobody chooses a name"
    page.session_state["review-who"] = "Bob"
    button(page, "Skip").click().run()
    button(page, "Undo").click().run()
    button(page, "Skip").click().run()
    assert [one.who for one in decisions(folder)] == ["ann@example.com"]
    lines = (folder / ".reviews" / "tiny.jsonl").read_text().splitlines()
    assert {json.loads(line)["who"] for line in lines} == {"ann@example.com"}, "who took back, too"


def test_a_rebuilt_bundle_keeps_its_decisions(page, open_page, folder, tiny_bundle):
    button(page, "Move to Mugs").click().run()
    shutil.rmtree(folder / "tiny")
    with_faults(tiny_bundle, folder)
    assert progress(open_page(folder, "5_Review")) == "1 of 3 decided · 1 moved"


def test_decisions_are_listed_and_exported(page, folder):
    assert "No decisions yet" in words(tab(page, "Decisions"))
    button(tab(page, "Review"), "Move to Mugs").click().run()
    tab(page, "Decisions")
    listed = page.dataframe[0].value
    assert list(listed["New category"]) == ["Mugs"]
    assert list(listed["Decision"]) == ["Moved"]
    assert "Export CSV" in [one.proto.label for one in page.get("download_button")]


def test_a_damaged_line_is_mentioned(open_page, folder):
    (folder / ".reviews").mkdir()
    (folder / ".reviews" / "tiny.jsonl").write_text('{"half')
    page = open_page(folder, "5_Review")
    button(page, "Skip").click().run()
    assert "1 line of it cannot be read and is ignored" in words(tab(page, "Decisions"))


def test_a_decision_that_cannot_be_saved_is_one_line(open_page, folder):
    (folder / ".reviews").write_text("in the way")
    page = open_page(folder, "5_Review")
    assert not page.exception
    assert len(page.error) == 1
    assert "cannot be read" in page.error[0].value


def test_training_again_is_a_job_that_makes_a_catalogue(page, folder):
    assert "No corrections yet" in words(tab(page, "Train again"))
    button(tab(page, "Review"), "Move to Mugs").click().run()
    assert "1** corrected" in words(tab(page, "Train again"))
    button(page, "Train again").click().run()
    assert not page.exception
    assert "Training tiny-refit" in words(page) or "tiny-refit** waits" in words(page)
    (job,) = queue.jobs(folder)
    end = time.monotonic() + 240
    while job.active and time.monotonic() < end:
        time.sleep(0.2)
        (job,) = queue.jobs(folder)
    assert job.state == "done", job.problem
    page.run()
    assert "tiny-refit** is trained" in words(page)
    table = next(t.value for t in page.dataframe if "Accuracy before" in t.value)
    assert list(table["Input"]) == ["Text", "Image", "Text + image"]
    assert "corrected categories" in words(page)
    assert "synthetic" in words(page)
    assert not page.info
    assert Bundle.open(folder / "tiny-refit").table["category"][2] == "Mugs"
    assert "tiny-refit" in page.selectbox(key="bundle").options
    sku = Bundle.open(folder / "tiny").table["sku"][2]
    decisions_log = folder / ".reviews" / "tiny.jsonl"
    save(decisions_log, sku=sku, kind="label", action="correct", old="Chairs", new="Lamps")
    assert "Corrections have changed" in page.run().info[0].value
    page.selectbox(key="bundle").select("tiny-refit").run()
    assert not page.exception
    assert not page.error
    assert any("Accuracy before" in t.value for t in page.dataframe), "a refit says what it changed"
    shutil.rmtree(folder / "tiny-refit")
    queue.forget(folder, job.id)


def test_a_private_bundle_is_reviewed_by_id(open_page, private, tmp_path):
    folder = with_faults(private / "secret", tmp_path)
    page = open_page(folder, "5_Review")
    assert not page.exception
    sku = Bundle.open(folder / "tiny").table["sku"][2]
    assert sku in words(page)
    assert "<img" not in words(page)
    assert "saved without names and images" in words(page)
    button(page, "Move to Mugs").click().run()
    (saved,) = decisions(folder)
    assert saved.sku == sku
    assert "has no features to train on" in words(tab(page, "Train again"))
    assert "Name" not in tab(page, "Decisions").dataframe[0].value


def test_the_exported_table_is_what_was_decided(page, folder):
    from core.views.review.decision_table import decision_rows, decisions_csv

    button(page, "Move to Mugs").click().run()
    bundle = Bundle.open(folder / "tiny")
    rows = decision_rows(bundle, read(folder / ".reviews" / "tiny.jsonl"))
    (line,) = csv.DictReader(io.StringIO(decisions_csv(rows).decode("utf-8-sig")))
    assert line["name"] == bundle.table["name"][2]
    assert line["kind"] == "Likely wrong category"


def test_the_owners_table_can_be_downloaded_with_what_was_decided(page, folder):
    assert "Your table" not in words(tab(page, "Decisions"))
    button(tab(page, "Review"), "Move to Mugs").click().run()
    assert "Your table" not in words(page), "there is more to do"
    assert "Your table" in words(tab(page, "Decisions"))
    (download,) = [each for each in page.get("download_button") if "my table" in each.proto.label]
    assert download.proto.label == "Download my table with corrected categories"


def test_a_private_catalogue_asks_for_the_table(open_page, private, monkeypatch):
    from core.bundle import decisions
    from core.bundle.reader import Bundle

    spent = []

    class Counted(Budget):
        def spend(self, cost):
            spent.append(cost)
            return super().spend(cost)

    monkeypatch.setattr("core.catalogue.upload._READING", Counted(2))

    bundle = Bundle.open(private / "secret")
    sku, old = bundle.table["sku"][0], bundle.table["category"][0]
    new = next(each for each in bundle.classes if each != old)
    file = decisions.decisions_file(bundle)
    decisions.save(file, sku=sku, kind="label", action="correct", old=old, new=new)
    try:
        page = tab(open_page(private, "5_Review"), "Decisions")
        assert not page.exception
        assert "Add your table" in page.get("file_uploader")[0].label
        assert not spent
        table = f"sku,name,category\n{sku},a mug,{old}\n".encode()
        page.file_uploader[0].set_value(("mine.csv", table, "text/csv")).run()
        assert not page.exception
        assert spent == [1]
    finally:
        file.unlink()


def test_the_owners_table_is_offered_when_all_is_done(page):
    button(page, "Move to Mugs").click().run()
    button(page, "Wrong image").click().run()
    assert not [each for each in page.get("download_button") if "my table" in each.proto.label]
    button(page, "Same product").click().run()
    assert "All done" in words(page)
    assert [each for each in page.get("download_button") if "my table" in each.proto.label]


def test_the_address_opens_one_kind_and_the_grid(open_page, folder):
    open_page(folder)  # sets where bundles are
    page = AppTest.from_file(str(ROOT / "Home.py"), default_timeout=120)
    page.query_params["kind"] = "duplicate"
    page.query_params["view"] = "grid"
    page = page.switch_page("pages/5_Review.py").run()
    assert not page.exception
    assert button(page, "Confirm this one: same product")
    assert page.query_params["kind"] in ("duplicate", ["duplicate"])
    choose(page, "Look", "one")
    assert REASONS["duplicate"] in words(page)
    assert "view" not in page.query_params


def test_products_that_were_sent_are_reviewed_until_the_visitor_goes_back(page, folder):
    bundle = Bundle.open(folder / "tiny")
    page.session_state["review-sent-tiny"] = Sent("Mugs predicted as Cups", (7, 2))
    page.run()
    assert not page.exception
    assert "**Mugs predicted as Cups**: 2 products" in words(page)
    assert progress(page) == "0 of 2 decided · 0 moved"
    assert "Chosen: Mugs predicted as Cups" in words(page)
    assert bundle.table["name"][7] in words(page)
    button(page, "Skip").click().run()
    assert REASONS["label"] in words(page), "what was found about a product stays"
    button(page, "Move to Mugs").click().run()
    assert "All done" in words(page)
    button(page, "Back to all findings").click().run()
    assert progress(page) == "1 of 3 decided · 1 moved"


def test_a_page_of_the_grid_is_decided_at_once_and_taken_back_at_once(page, folder):
    bundle = Bundle.open(folder / "tiny")
    chairs = [row for row in range(len(bundle.table)) if bundle.table["category"][row] == "Chairs"]
    page.session_state["review-sent-tiny"] = Sent("Selected", tuple(chairs[:30]))
    choose(page, "Look", "grid")
    choose(page, "Kind", "chosen")
    assert len(page.checkbox) == 24
    page.checkbox[0].check().run()
    button(page, "Keep the other 23 as they are").click().run()
    assert not page.exception
    made = decisions(folder)
    assert [one.action for one in made] == ["skip", *["keep"] * 23]
    assert len(page.checkbox) == progress_left(page)
    button(page, "Undo 24 decisions").click().run()
    assert decisions(folder) == ()
    assert len(page.checkbox) == 24


def progress_left(app):
    """How many are neither decided nor skipped."""
    decided, of = re.match(r"(\d+) of (\d+) decided", progress(app)).groups()
    skipped = re.search(r"(\d+) skipped", progress(app))
    return int(of) - int(decided) - int(skipped[1] if skipped else 0)


def test_suggestions_are_accepted_in_the_grid(page, folder):
    choose(page, "Look", "grid")
    assert "**Suggested: Mugs** · 1 product" in words(page)
    button(page, "Move this one to its suggested category").click().run()
    (saved,) = decisions(folder)
    assert (saved.action, saved.new) == ("correct", "Mugs")
    assert "All done" in words(page)


def test_weaker_findings_are_shown_where_there_are_no_others(open_page, tiny_bundle, tmp_path):
    folder = with_faults(tiny_bundle, tmp_path, faults=FAULTS.assign(is_issue=False))
    page = open_page(folder, "5_Review")
    assert "No clear findings" in words(page)
    assert REASONS["label"] in words(page)
    assert next(one for one in page.toggle if one.label == "Include weaker findings").disabled


@pytest.mark.parametrize("look", ["one", "grid"])
def test_a_products_card_is_opened_from_here(page, look):
    choose(page, "Look", look)
    page.run()
    assert "Review this" not in [one.label for one in page.button]
    button(page, "Open product").click().run()
    assert not page.exception
    assert "Review this" in [one.label for one in page.button]
