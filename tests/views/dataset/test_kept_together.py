from types import SimpleNamespace

import numpy as np
import pandas as pd

from core.catalogue.shared_by import SharedBy
from core.views.dataset.kept_together import kept_together_summary, kept_together_table


def bundle_of(*grouping: SharedBy, private: bool = False) -> SimpleNamespace:
    names = ["Dish Ida, S", "Dish Ida, M", "Bowl", "Bowl"]
    table = pd.DataFrame({"sku": list("abcd"), "name": [""] * 4 if private else names})
    return SimpleNamespace(table=table, grouping=grouping, row=list("abcd").index)


def test_products_and_groups_are_counted():
    assert kept_together_summary(np.array([0, 0, 1, 2, 2, 2])) == (
        "5 of the 6 products are kept with others, in 2 groups; the largest has 3 products."
    )
    assert kept_together_summary(np.arange(3)).startswith("No two of the 3 products share")


def test_what_they_share_is_listed_with_an_example():
    name, variant = SharedBy("name", 2, 1, ("c", "d")), SharedBy("variant", 2, 1, ("a", "b"))
    assert kept_together_table(bundle_of(name, variant)).to_dict("records") == [
        {"Shared": "Name", "Products": 2, "Groups": 1, "Example": "Bowl"},
        {
            "Shared": "Name but for size and colour",
            "Products": 2,
            "Groups": 1,
            "Example": "Dish Ida, S · Dish Ida, M",
        },
    ]


def test_a_private_bundle_shows_ids_and_what_was_not_used_is_counted():
    listed = kept_together_table(bundle_of(SharedBy("description", 0, 0, (), 40), private=True))
    assert listed.to_dict("records") == [
        {"Shared": "Long description", "Products": 0, "Groups": 0, "Too common": 40, "Example": ""}
    ]
    parent = SharedBy("parent", 2, 1, ("a", "b"))
    assert kept_together_table(bundle_of(parent, private=True))["Example"].tolist() == ["a · b"]
    assert kept_together_table(bundle_of()).empty
