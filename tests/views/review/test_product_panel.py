from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.bundle.decisions import decisions_file, read
from core.bundle.reader import Bundle
from core.views.review.items import Finding, Item
from core.views.review.product_panel import product_panel
from core.views.review.progress import review_of


def item(bundle, row, other=-1, kind="label"):
    sku = bundle.table["sku"]
    second = sku[other] if other >= 0 else ""
    key = (min(sku[row], second), max(sku[row], second)) if second else (sku[row], "")
    return Item(key, row, sku[row], other, second, (Finding(kind, "Because <b>.", "Look."),))


@pytest.fixture
def bundle(tiny_bundle, tmp_path):
    """The tiny bundle, as if it lay where decisions may be written."""
    (tmp_path / "tiny").symlink_to(tiny_bundle)
    return Bundle.open(tmp_path / "tiny")


def review(bundle, items):
    return review_of(bundle, items, read(decisions_file(bundle)))


def test_the_panel_shows_a_product_and_takes_nothing_for_markup(bundle):
    table = bundle.table.copy()
    table.loc[0, ["name", "description"]] = ["<script>alert(1)</script>", "5 < 6 & 'more'"]
    bundle.__dict__["table"] = table
    answered = {"text": np.array([0.25, 0.5, 0.25])}
    drawn = product_panel(bundle, item(bundle, 0), "Mugs", answered)
    assert "<script" not in drawn
    assert "Because &lt;b&gt;." in drawn
    assert "Category: <b>Chairs</b>, moved to <b>Mugs</b>" in drawn
    assert "Lamps 50.0%" in drawn
    assert "Text predicts" in drawn
    assert "Image predicts" not in drawn
    assert "data:image/jpeg" in drawn


def test_a_pair_shows_both(bundle):
    drawn = product_panel(bundle, item(bundle, 0, other=1, kind="duplicate"), "Chairs", {})
    for row in (0, 1):
        assert bundle.table["name"][row] in drawn
    assert drawn.count("data:image/jpeg") == 2
    assert "No model was trained without this product" in drawn


def test_a_private_bundle_shows_ids_and_no_images(bundle):
    bundle.manifest = replace(bundle.manifest, private=True)
    bundle.__dict__["table"] = bundle.table.assign(name="", description="")
    drawn = product_panel(bundle, item(bundle, 0), "Chairs", {})
    assert bundle.table["sku"][0] in drawn
    assert "<img" not in drawn
    assert "no image" not in drawn


def test_a_table_without_extras_can_be_reviewed(bundle):
    bundle.__dict__["table"] = pd.DataFrame(bundle.table.drop(columns=["price"]))
    assert review(bundle, [item(bundle, 0)]).count(None, "open") == 1
