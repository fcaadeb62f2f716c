from core.catalogue.account import Account, SetAside
from core.views.dataset.set_aside import set_aside_tables


def test_what_was_set_aside_is_listed_with_the_categories_too_small():
    account = Account(
        9, 4, (SetAside("category too small", 5, ("x", "y")), SetAside("no category", 0, ())),
        classes_set_aside={"rugs": 1, "beds": 2, "bags": 2},
    )  # fmt: skip
    reasons, small = set_aside_tables(account)
    assert reasons.to_dict("records") == [{"Reason": "category too small", "Rows": 5, "Examples": "x, y"}]
    assert list(small["Small category"]) == ["bags", "beds", "rugs"]
    assert all(listed.empty for listed in set_aside_tables(Account(4, 4)))
