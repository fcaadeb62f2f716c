from core.common.categories import positions_of


def test_each_category_has_its_position():
    assert positions_of(["Mugs", "Bags"]) == {"Mugs": 0, "Bags": 1}
