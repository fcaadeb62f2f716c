from core.catalogue.columns.matching import match_columns
from core.catalogue.columns.own_columns import own_columns

OURS = ["category_predicted", "confidence", "needs_review", "reason"]


def test_only_tables_that_were_written_here_have_own_columns():
    assert own_columns(["sku", *OURS]) == set(OURS)
    assert own_columns(["sku", "reason", "confidence"]) == frozenset()
    assert own_columns(["sku", "reason", *OURS[:3], "reason_new"]) == {"reason", *OURS[:3], "reason_new"}


def test_what_a_model_answered_is_no_category():
    columns = ["sku", "name", *OURS]
    cells = {"sku": ["1", "2", "3"], "name": ["Red mug", "Blue mug", "Lamp"]}
    cells |= {"category_predicted": ["Mugs", "Mugs", "Lamps"], "confidence": ["0.9", "0.8", "0.7"]}
    cells |= {"needs_review": ["False", "False", "True"], "reason": ["", "", "low confidence"]}
    matching = match_columns(columns, cells)
    assert not matching.columns_of("category")
    assert set(OURS) <= set(matching.unused)
    assert match_columns(columns, cells, label="category_predicted").columns_of("category")


def test_shares_are_no_identifiers():
    cells = {"name": ["Red mug", "Blue mug", "A lamp"], "weight": ["0.5", "0.75", "1.25"]}
    assert not match_columns(list(cells), cells).columns_of("sku")
