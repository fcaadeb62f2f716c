import csv
import io

import pytest

from core.bundle.decisions import decisions_file, read, save
from core.bundle.reader import Bundle
from core.views.review.decision_table import COLUMNS, decision_rows, decisions_csv, shown_decisions
from tests.views.review.items import decide, item


@pytest.fixture
def bundle(tiny_bundle, tmp_path):
    """The tiny bundle, as if it lay where decisions may be written."""
    (tmp_path / "tiny").symlink_to(tiny_bundle)
    return Bundle.open(tmp_path / "tiny")


def test_the_export_says_who_moved_what(bundle):
    one, pair = item(bundle, 0), item(bundle, 2, other=1, kind="duplicate")
    decide(bundle, one, "skip", "Chairs")
    decide(bundle, pair, "confirm", "Chairs", who="=Ann")
    decide(bundle, one, "correct", "Mugs", who="Bob")
    save(decisions_file(bundle), sku="-gone", kind="label", action="keep", old="x", new="x")
    rows = decision_rows(bundle, read(decisions_file(bundle)))
    assert [row["decision"] for row in rows] == ["Fault confirmed", "Moved", "Kept as it is"]
    assert rows[1]["name"] == bundle.table["name"][0]
    assert (rows[1]["old_category"], rows[1]["new_category"]) == ("Chairs", "Mugs")
    assert rows[0]["other_sku"] == bundle.table["sku"][1]
    assert rows[2]["note"] == "Not in this catalogue."
    text = decisions_csv(rows).decode("utf-8-sig")
    read_again = list(csv.DictReader(io.StringIO(text)))
    assert tuple(read_again[0]) == COLUMNS
    assert read_again[0]["who"] == "'=Ann"
    assert read_again[2]["sku"] == "'-gone"
    assert list(shown_decisions(rows)["Who"]) == ["", "Bob", "=Ann"]
    assert "Name" in shown_decisions(rows)
    assert "Note" not in shown_decisions(rows[:2])


def test_a_decision_the_catalogue_has_overtaken_says_so(bundle):
    decide(bundle, item(bundle, 0), "correct", "Mugs")
    bundle.__dict__["table"] = bundle.table.assign(category="Lamps")
    (row,) = decision_rows(bundle, read(decisions_file(bundle)))
    assert row["note"] == "The catalogue has it in Lamps now."


def test_no_decisions_are_a_header(bundle):
    assert decisions_csv([]).decode("utf-8-sig").strip().split(",") == list(COLUMNS)
