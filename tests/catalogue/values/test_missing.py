"""What says that there is no value, by the field."""

import pytest

from core.catalogue.values.missing import decide_missing


@pytest.mark.parametrize("field", ["sku", "name", "category"])
@pytest.mark.parametrize("cell", ["NA", "None", "null", "nan", "N/A", "-", "0"])
def test_words_are_values_where_they_can_be(field, cell):
    assert not decide_missing(field, [cell] * 9).is_missing(cell)


@pytest.mark.parametrize("field", ["sku", "name", "category", "brand", "price", "description"])
@pytest.mark.parametrize("cell", ["", "  ", "\t", "\\N", "<NA>", "#N/A"])
def test_what_nobody_writes_is_missing(field, cell):
    assert decide_missing(field, [cell, "a"]).is_missing(cell)


@pytest.mark.parametrize("cell", ["NA", "None", "null", "NaN", "N/A", "-", "–", "nil"])
@pytest.mark.parametrize("field", ["price", "images", "url", "description", "parent"])
def test_words_are_missing_where_they_cannot_be_values(field, cell):
    assert decide_missing(field, ["12", cell]).is_missing(cell)


def test_a_brand_called_none_is_one_among_others():
    rule = decide_missing("brand", ["None", "Acme", "NA", "", "None"])
    assert rule.blank(["None", "Acme", "NA", "", "-", "n/a"]) == ["None", "Acme", "NA", "", "", ""]
    assert rule.said == (
        "brand: 'NA' (1), 'None' (2) kept as values, since the column has other values, too",
    )


def test_a_column_of_nothing_else_is_empty():
    rule = decide_missing("brand", ["None", "none", "", "-"])
    assert rule.blank(["None", "none", ""]) == ["", "", ""] and not rule.said
    assert not decide_missing("size", ["S", "M"]).said


def test_long_cells_are_values():
    assert not decide_missing("description", ["None" * 1000]).is_missing("None" * 1000)
