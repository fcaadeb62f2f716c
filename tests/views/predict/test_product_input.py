import pytest

from core.views.predict.product_input import TITLE_LENGTH, ProductInput


def test_the_same_text_with_another_image_or_none_is_another_product():
    given = [
        ProductInput("mug", "red"),
        ProductInput("mug", "red", b"1"),
        ProductInput("mug", "red", b"2"),
        ProductInput("mug", "", b"1"),
    ]
    assert len({one.digest for one in given}) == 4
    assert (
        ProductInput("mug", "").digest
        == ProductInput(" mug ", "").digest
        == ProductInput("mug", "", example="7").digest
    )


@pytest.mark.parametrize("name", ["", "  ", "<b></b>", "\x00"])
def test_nothing_to_read_is_nothing(name):
    assert ProductInput(name, "").is_empty
    assert not ProductInput(name, "", b"").is_empty
    assert not ProductInput(name, "red").is_empty


def test_it_is_called_by_what_there_is():
    assert ProductInput("mug", "red").title == "mug"
    assert ProductInput("", "red", b"").title == "red"
    assert ProductInput("", "", b"").title == "An image"
    assert len(ProductInput("m" * 1_000_000, "").title) == TITLE_LENGTH
