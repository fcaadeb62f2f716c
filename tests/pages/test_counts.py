"""What several pages count, they count alike."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.bundle.reader import Bundle
from core.faults.fault_table import KINDS
from core.views.review.queue import review_items
from tests.bundle.sealing import reseal
from tests.pages.conftest import words


@pytest.fixture(scope="module")
def faulty(tiny_bundle, tmp_path_factory) -> Path:
    """The tiny bundle, whose duplicates are real, with faults of other kinds, too."""
    folder = tmp_path_factory.mktemp("faulty")
    file = shutil.copytree(tiny_bundle, folder / "tiny") / "faults.parquet"
    rows = [
        (row, kind) for kind in ("label", "image", "text") for row in (3, 35, {"label": 60}.get(kind, 61))
    ]
    planted = pd.DataFrame(rows, columns=["row", "kind"])
    planted = planted.assign(score=0.9, is_issue=True, other=-1, reason="Why.", suggestion="Look.")
    pd.concat([pd.read_parquet(file), planted], ignore_index=True).to_parquet(file)
    reseal(folder / "tiny")
    return folder


def options(app: AppTest, label: str) -> dict[str, int]:
    """The names and counts on the buttons of a choice."""
    group = next(group for group in app.get("button_group") if group.label == label)
    parts = [re.fullmatch(r"(.+) \(([\d,]+)\)", option) for option in group.options]
    return {part[1]: int(part[2].replace(",", "")) for part in parts}


def part(app: AppTest, name: str) -> AppTest:
    app.session_state[f"dataset-{'-'.join(tab.label for tab in app.tabs)}"] = name
    return app.run()


@pytest.mark.parametrize("split", ["", "train", "test"])
def test_faults_and_pairs_are_counted_alike_on_dataset_and_review(open_page, faulty, split):
    app = open_page(faulty, "1_Dataset")
    app.selectbox(key="view-part").set_value(split).run()
    found = options(part(app, "Faults"), "Kind")
    pairs = options(part(app, "Duplicates"), "Kind")
    summary = re.search(
        r"\*\*(\d+) likely duplicate pairs\*\*, (\d+) of them in different splits", words(app)
    )
    app.switch_page("pages/5_Review.py").run()
    review = options(app, "Kind")
    assert {name: count for name, count in review.items() if name in found} == found
    assert (
        review[KINDS["duplicate"]]
        == int(summary[1])
        == sum(pairs.get(kind, 0) for kind in ("Same name or image", "Similar"))
    )
    assert review[KINDS["leak"]] == int(summary[2]) == pairs["In different splits"]
    assert set(found) | {KINDS["duplicate"], KINDS["leak"]} >= set(review) - {"All", "Least certain"}


def test_the_kinds_of_a_review_add_up_to_all_or_the_page_says_why(open_page, faulty):
    app = open_page(faulty, "5_Review")
    counts = options(app, "Kind")
    everything = counts.pop("All")
    several = re.search(r"(\d+) of the (\d+) are of more than one kind and count in each", words(app))
    assert int(several[2]) == everything
    kinds = [len(item.kinds) for item in review_items(Bundle.open(faulty / "tiny"))]
    assert int(several[1]) == sum(number > 1 for number in kinds)
    assert sum(counts.values()) == sum(kinds) > everything == len(kinds)
    assert sum(options(app, "Show").values()) == everything


def test_what_is_decided_does_not_change_the_counts_of_kinds(open_page, faulty, tmp_path):
    app = open_page(shutil.copytree(faulty, tmp_path / "copy"), "5_Review")
    before = options(app, "Kind")
    next(button for button in app.button if button.label.startswith("Skip ")).click().run()
    assert options(app, "Kind") == before
    assert options(app, "Show")["Skipped"] == 1
