import pandas as pd
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


def test_all_tables_go_through_the_same_door():
    found = [
        file.relative_to(ROOT).as_posix()
        for folder in ("core", "pages")
        for file in (ROOT / folder).rglob("*.py")
        if "st.dataframe(" in file.read_text(encoding="utf-8")
    ]
    assert found == ["core/ui/tables.py"]
