import json

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.paths import ROOT


def script():
    import pandas as pd

    from core.ui.tables import show_cells, show_table

    show_cells({"Name": ["=1+1", "Mug"], "Id": ["-5", "+x"], "Share": [-0.5, 1.0]})
    show_table(pd.DataFrame({"Category": ["@home", "Mugs"], "Accuracy": [0.5, 1.0]}), shares=["Accuracy"])


def test_a_tables_own_menu_saves_no_formulas():
    app = AppTest.from_function(script, default_timeout=60).run()
    assert not app.exception
    first, second = (each.value for each in app.dataframe)
    pd.testing.assert_frame_equal(
        first.reset_index(drop=True),
        pd.DataFrame({"Name": ["'=1+1", "Mug"], "Id": ["-5", "'+x"], "Share": [-0.5, 1.0]}),
        check_dtype=False,
    )
    assert second["Category"].tolist() == ["'@home", "Mugs"]
    assert second["Accuracy"].tolist() == [50.0, 100.0]


def editing():
    import pandas as pd
    import streamlit as st

    from core.ui.tables import cell_edits, edit_cells

    table = pd.DataFrame({"Name": ["=1+1", "Mug"], "Category": ["@home", None], "Accept": [True, False]})
    edit_cells(table, {"Category": ["@home", "Mugs"]}, "edited", ticks=["Accept"])
    st.text(str(cell_edits("edited")))


def test_a_table_to_be_edited_shows_no_formulas_and_gives_categories_as_they_are():
    app = AppTest.from_function(editing, default_timeout=60).run()
    assert not app.exception
    assert app.dataframe[0].value["Name"].tolist() == ["'=1+1", "Mug"]
    assert app.dataframe[0].value["Category"].fillna("").tolist() == ["'@home", ""]
    config = json.loads(app.dataframe[0].proto.columns)
    assert config["Category"]["type_config"]["options"] == ["'@home", "Mugs"]
    assert config["Name"]["disabled"] and not config["Accept"].get("disabled")
    assert app.text[0].value == "{}"


def edited():
    import streamlit as st

    from core.ui.tables import cell_edits

    st.session_state["edited"] = {"edited_rows": {"1": {"Category": "'@home"}, 3: {"Accept": True}}}
    st.text(str(cell_edits("edited")))


def test_edits_are_told_by_row_with_categories_as_they_are():
    app = AppTest.from_function(edited, default_timeout=60).run()
    assert app.text[0].value == "{1: {'Category': '@home'}, 3: {'Accept': True}}"


@pytest.mark.parametrize("way", ["st.dataframe(", "st.data_editor("])
def test_all_tables_go_through_the_same_door(way):
    found = [
        file.relative_to(ROOT).as_posix()
        for folder in ("core", "pages")
        for file in (ROOT / folder).rglob("*.py")
        if way in file.read_text(encoding="utf-8")
    ]
    assert found == ["core/ui/tables.py"]
