from core.catalogue.account import Account, Placeholder, SetAside
from core.views.dataset.set_aside import placeholder_table, set_aside_tables


def test_what_was_set_aside_is_listed_with_the_categories_too_small():
    account = Account(
        9, 4, (SetAside("category too small", 5, ("x", "y")), SetAside("no category", 0, ())),
        classes_set_aside={"rugs": 1, "beds": 2, "bags": 2},
    )  # fmt: skip
    reasons, small = set_aside_tables(account)
    assert reasons.to_dict("records") == [{"Reason": "category too small", "Rows": 5, "Examples": "x, y"}]
    assert list(small["Small category"]) == ["bags", "beds", "rugs"]
    assert all(listed.empty for listed in set_aside_tables(Account(4, 4)))


def test_placeholders_are_listed_by_file_unless_the_bundle_is_private():
    account = Account(9, 9, placeholders=(Placeholder("none.jpg", 5), Placeholder("error.png", 4)))
    listed = placeholder_table(account)
    assert listed.to_dict("list") == {"Placeholder": ["none.jpg", "error.png"], "Products": [5, 4]}
    assert placeholder_table(account.without_names()).to_dict("list") == {"Products": [5, 4]}
    assert placeholder_table(Account(4, 4)).empty
