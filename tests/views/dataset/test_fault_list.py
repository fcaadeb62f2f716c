from types import SimpleNamespace

import pandas as pd

from core.views.dataset.fault_list import fault_list

TABLE = pd.DataFrame(
    {
        "sku": ["a", "b", "c"],
        "name": ["Red mug", "", "Lamp"],
        "category": ["mug", "mug", "lamp"],
        "part": ["test", "test", "test"],
    }
)


def test_the_list_of_faults_names_products_unless_private():
    faults = pd.DataFrame({"row": [2, 0], "reason": ["Dark.", "Red."], "suggestion": ["Look.", "Move it."]})
    listed = fault_list(SimpleNamespace(table=TABLE, private=False), faults)
    assert listed.iloc[0].to_dict() == {
        **{"Id": "c", "Name": "Lamp", "Category": "lamp", "Split": "test"},
        **{"Reason": "Dark.", "Suggestion": "Look."},
    }
    closed = fault_list(SimpleNamespace(table=TABLE, private=True), faults)
    assert "Name" not in closed and list(closed["Id"]) == ["c", "a"]
