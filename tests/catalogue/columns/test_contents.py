"""What the cells of a column look like."""

import pytest

from core.catalogue.columns.contents import Contents

LOOKS = (
    "are_images",
    "are_addresses",
    "are_codes",
    "are_numbers",
    "are_prices",
    "are_kinds",
    "are_texts",
    "are_groups",
)


@pytest.mark.parametrize(
    ("cells", "looks"),
    [
        ([f"{n}.jpg" for n in range(9)], {"are_images", "are_codes"}),
        ([f"https://x.example/{n}.jpg?v=1" for n in range(9)], {"are_images", "are_addresses"}),
        ([f"https://x.example/p/{n}" for n in range(9)], {"are_addresses", "are_codes"}),
        ([f"A-{n:03d}" for n in range(9)], {"are_codes"}),
        ([f"{n},50 €" for n in range(9)], {"are_numbers", "are_prices"}),
        ([f"{n}" for n in range(9)], {"are_numbers", "are_codes"}),
        (["simple", "variable", "simple, virtual"] * 3, {"are_kinds", "are_texts"}),
        (["Mugs", "Lamps", "Chairs"] * 4, {"are_texts", "are_groups"}),
        (["yes", "no"] * 6, {"are_texts"}),
        (["", ""], set()),
        ([], set()),
    ],
)
def test_looks(cells, looks):
    contents = Contents.of(cells)
    found = {name for name in LOOKS if getattr(contents, name)}
    # Codes and addresses overlap: each test names what decides.
    assert found >= looks and found - looks <= {"are_codes", "are_numbers", "are_texts"}


def test_paths():
    assert Contents.of(["A > B", "A > C"] * 3).are_paths and not Contents.of(["A", "B"] * 3).are_paths


def test_fill_and_length():
    contents = Contents.of(["ab", " ", "abcd", ""])
    assert contents.fill == 0.5 and contents.length == 3 and contents.counts == {"ab": 1, "abcd": 1}
