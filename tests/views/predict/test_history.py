from core.views.predict.history import Entry, history_table, remembered
from core.views.predict.product_input import ProductInput


def entry(name: str, size: int = 1, *, needs_review: bool = False) -> Entry:
    product = ProductInput(name, "", b"x" * size)
    return Entry("b", product, None, "Mugs", 0.5, needs_review, "fused")


def names(entries) -> str:
    return "".join(one.product.name for one in entries)


def test_the_newest_is_first_and_each_is_there_once():
    entries = ()
    for name in "abcab":
        entries = remembered(entries, entry(name))
    assert names(entries) == "cba"


def test_the_oldest_make_room():
    entries = ()
    for name in "abcd":
        entries = remembered(entries, entry(name), most=3)
    assert names(entries) == "dcb"
    assert names(remembered(entries, entry("e", 8), most_bytes=9)) == "ed"
    assert names(remembered(entries, entry("f", 100), most_bytes=9)) == "f"


def test_the_list_as_a_table():
    table = history_table((entry("b", needs_review=True), entry("a")))
    assert table["Name"].tolist() == ["b", "a"]
    assert table["Status"].tolist() == ["Needs review", "Accepted"]
    assert table["Input"].tolist() == ["Text + image"] * 2
    assert len(history_table(())) == 0
