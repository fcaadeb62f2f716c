"""The card of one product, drawn by a page that opens nothing else."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.bundle import decisions
from core.bundle.reader import Bundle
from core.ui.products import opened_place
from core.views.product_card.facts import category_path
from tests.pages.conftest import words


def page() -> None:
    import streamlit as st

    from core.bundle.reader import Bundle
    from core.ui.product_card import ask_for, open_asked

    bundle = Bundle.open(st.session_state["folder"])
    ask_for("here", st.session_state["row"])
    open_asked(bundle, "elsewhere")
    open_asked(bundle, "here")
    open_asked(bundle, "here")  # a second one over it would be an error


@pytest.fixture
def card():
    def opened(folder: Path, row: int) -> AppTest:
        app = AppTest.from_function(page, default_timeout=60)
        app.session_state["folder"], app.session_state["row"] = str(folder), row
        app.run()
        assert not app.exception
        return app

    return opened


def test_a_card_tells_all_there_is_about_a_product(card, tiny_bundle):
    bundle = Bundle.open(tiny_bundle)
    row = int(bundle.rows("test")[0])
    product = bundle.table.iloc[row]
    app = card(tiny_bundle, row)
    said = words(app)
    assert product["sku"] in said and product["description"] in said
    assert f"**{category_path(bundle, row)}**" in said and "**Test**" in said
    assert "no model has learned from it" in said
    given = app.dataframe[0].value.set_index("Input")
    stored = bundle.predictions("text")
    own = stored[(stored["sku"] == product["sku"]) & (stored["head"] == bundle.best["text"])].iloc[0]
    assert given.loc["Text", "Predicted"] == own["predicted"]
    assert given.loc["Text", "Confidence"] == pytest.approx(100 * own[f"p:{own['predicted']}"])
    assert "None yet." in said
    assert [button.label for button in app.button] == ["Review this"]


def test_a_training_product_is_answered_by_models_that_have_not_seen_it(card, tiny_bundle):
    bundle = Bundle.open(tiny_bundle)
    row = int(bundle.rows("train")[0])
    assert "trained without it" in words(card(tiny_bundle, row))


def test_what_was_decided_is_told(card, tiny_bundle, tmp_path):
    bundle = Bundle.open(tiny_bundle)
    sku, old = (str(bundle.table[column].iat[5]) for column in ("sku", "category"))
    new = next(name for name in bundle.classes if name != old)
    file = decisions.decisions_file(bundle)
    try:
        decisions.save(file, sku=sku, kind="label", action="correct", old=old, new=new, who="Ann")
        said = words(card(tiny_bundle, 5))
        assert f"Moved from {old} to {new}, Ann" in said
        assert f"Moved from {old}" not in words(card(tiny_bundle, 6))
    finally:
        file.unlink(missing_ok=True)


def test_a_private_product_has_no_name(card, private_bundle):
    said = words(card(private_bundle, 0))
    assert str(Bundle.open(private_bundle).table["sku"].iat[0]) in said
    assert "No image is kept" in said


@pytest.mark.parametrize(
    ("selection", "place"),
    [
        ({"rows": [3], "columns": [], "cells": []}, 3),
        ({"rows": [], "columns": [], "cells": [[2, "Image"]]}, 2),
        ({"rows": [], "columns": [], "cells": [[2, "Name"]]}, None),  # read or copied, not opened
        ({"rows": [], "columns": [], "cells": []}, None),
    ],
)
def test_a_row_that_is_picked_or_whose_image_is_opens(selection, place):
    assert opened_place(selection) == place
