from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from core.views.dataset.fault_list import fault_list


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "sku": ["a", "b", "c", "d"],
            "name": ["Red mug", "", "Lamp", " "],
            "description": ["fine", "", "", ""],
            "category": ["mug", "mug", "lamp", "chair"],
            "price": [3.5, np.nan, 0.0, 9.0],
            "has_text": [True, False, True, False],
            "has_image": [True, True, False, True],
            "image_width": [60, 60, 0, 80],
            "image_height": [80, 80, 0, 60],
            "part": ["test", "test", "test", "train"],
        }
    )


def test_the_list_of_faults_names_products_unless_private(table):
    faults = pd.DataFrame({"row": [2, 0], "reason": ["Dark.", "Red."], "suggestion": ["Look.", "Move it."]})
    listed = fault_list(SimpleNamespace(table=table, private=False), faults)
    assert listed.iloc[0].to_dict() == {
        **{"Id": "c", "Name": "Lamp", "Category": "lamp", "Split": "test"},
        **{"Reason": "Dark.", "Suggestion": "Look."},
    }
    closed = fault_list(SimpleNamespace(table=table, private=True), faults)
    assert "Name" not in closed and list(closed["Id"]) == ["c", "a"]
