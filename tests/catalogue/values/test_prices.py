"""Prices as shops of many countries write them, decided per column."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalogue.values.prices import decide_prices

NO_BREAK, NARROW, THIN = "\u00a0", "\u202f", "\u2009"


def read(*cells: str, **known: str) -> list[float | None]:
    rule = decide_prices(cells, **known)
    return [rule.read(cell)[0] for cell in cells]


@pytest.mark.parametrize(
    ("cell", "value", "currency"),
    [
        ("1.299 EUR", 1299, "EUR"),
        ("1 299,00", 1299, None),
        (f"1{NO_BREAK}299,00 €", 1299, "EUR"),
        (f"1{NARROW}299,00 €", 1299, "EUR"),
        (f"1{THIN}299", 1299, None),
        ("1'299.00", 1299, None),
        ("1’299.–", 1299, None),
        ("CHF 1’299.–", 1299, "CHF"),
        ("Fr. 12.50", 12.5, "CHF"),
        (".99", 0.99, None),
        ("$.99", 0.99, None),
        ("Rs.99", 99, "INR"),
        ("Rs. 1,299.00", 1299, "INR"),
        ("Rp 150.000", 150000, "IDR"),
        ("269.000 ₫", 269000, "VND"),
        ("2.909.000 ₫", 2909000, "VND"),
        ("₹1,23,456.00", 123456, "INR"),
        ("₹12,34,567", 1234567, "INR"),
        ("¥12.50", 12.5, "CNY"),
        ("1,299円", 1299, "JPY"),
        ("１，２９９円", 1299, "JPY"),
        ("12.50元", 12.5, "CNY"),
        ("1 299 руб.", 1299, "RUB"),
        ("1299,90 р.", 1299.9, "RUB"),
        ("12,50 zł", 12.5, "PLN"),
        ("12,50 PLN", 12.5, "PLN"),
        ("1 299 Kč", 1299, "CZK"),
        ("1.299 Ft", 1299, "HUF"),
        ("1.299,90 TL", 1299.9, "TRY"),
        ("₺1.299,90", 1299.9, "TRY"),
        ("R$ 1.299,00", 1299, "BRL"),
        ("S/ 12.50", 12.5, "PEN"),
        ("R 1 299,00", 1299, "ZAR"),
        ("US$ 12.90", 12.9, "USD"),
        ("US $12.90", 12.9, "USD"),
        ("₹ 1,299.00/-", 1299, "INR"),
        ("12 .50", 12, None),
        ("1.5k", None, None),
        ("3.2万", None, None),
        ("US$12.90", 12.9, "USD"),
        ("USD 12.90", 12.9, "USD"),
        ("12.90usd", 12.9, "USD"),
        ("A$12.90", 12.9, "AUD"),
        ("C$ 12.90", 12.9, "CAD"),
        ("12,90 $CA", 12.9, "CAD"),
        ("NT$ 1,299", 1299, "TWD"),
        ("£1,299.99", 1299.99, "GBP"),
        ("KWD 1.299", 1.299, "KWD"),
        ("12€50", 12.5, "EUR"),
        ("299:-", 299, None),
        ("12:50", 12.5, None),
        ("1.980,-", 1980, None),
        ("1.299E3", 1299, None),
        ("1,3e+3", 1300, None),
        ("1299.00000001", 1299.00000001, None),
        ("0.125", 0.125, None),
        ("1234.567", 1234.567, None),
        ("-12.50", -12.5, None),
        ("- 5 €", -5, "EUR"),
        ("€-5", -5, "EUR"),
        ("−5,00 €", -5, "EUR"),
        ("(€5.00)", -5, "EUR"),
        ("free", 0, None),
        ("Gratis", 0, None),
        ("無料", 0, None),
        ("from 12.90", 12.9, None),
        ("ab 12,90 €", 12.9, "EUR"),
        ("12,90 - 15,90", 12.9, None),
        ("15,90–12,90 €", 12.9, "EUR"),
        ("10.00 to 20.00 GBP", 10, "GBP"),
        ("12.90 (-20%)", 12.9, None),
        ("12,90 € inkl. 19% MwSt.", 12.9, "EUR"),
        ("3 x 4.99", 4.99, None),
        ("2 for 10.00", 10, None),
        ("12.90 / 100 g", 12.9, None),
        ("12.90 EUR/100g", 12.9, "EUR"),
        ("Set of 6: 12.90 €", 12.9, "EUR"),
        ("۱۲۳", 123, None),
        ("20%", None, None),
        ("20 ％", None, None),
        ("on request", None, None),
        ("12.05.2024", None, None),
        ("1.2.3", None, None),
        ("1.299,000,00", None, None),
        ("9" * 400, None, None),
        ("", None, None),
        (" ", None, None),
    ],
)
def test_a_price_alone(cell, value, currency):
    assert decide_prices([cell]).read(cell) == (value, currency)


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["12.50", "1.299"], [12.5, 1.299]),
        (["12,50", "1.299"], [12.5, 1299]),
        (["12,50", "1,299"], [12.5, 1.299]),
        (["12.50", "1,299"], [12.5, 1299]),
        (["1.299.000", "1.299"], [1299000, 1299]),
        (["1.299", "2.450"], [1299, 2450]),
        (["12 EUR", "1.299 EUR"], [12, 1299]),
        (["1.980,-", "1.299"], [1980, 1299]),
        (["1’299.00", "1.299"], [1299, 1.299]),
        (["1 299,00", "1.299"], [1299, 1299]),
        (["0.999", "1.299"], [0.999, 1.299]),
        (
            ["269.000 ₫", "2.909.000 ₫", "1.299 €", "1.299,00 €", "1.980,-", "Rp 150.000"],
            [269000, 2909000, 1299, 1299, 1980, 150000],
        ),
        # Each price that tells itself what it is stays so, whatever the others are.
        (["1.299,00", "1.299,00", "1,299.50", "1.299"], [1299, 1299, 1299.5, 1299]),
        (["269.000 ₫", "$12.50", "12.75", "1.299"], [269000, 12.5, 12.75, 1.299]),
    ],
)
def test_a_column_decides_for_its_cells(cells, values):
    assert read(*cells) == values
    assert read(*reversed(cells)) == values[::-1]


@pytest.mark.parametrize(
    ("cells", "warned"),
    [
        (["1.299", "2.450"], True),  # nothing tells
        (["12.50", "1.299"], True),  # odd: three decimals among two
        (["12,50", "1.299"], False),
        (["12.50", "1299.00"], False),
        (["1.299,00", "1,299.00"], True),  # two ways
        (["269.000 ₫"], False),
        (["$5", "$6"], True),  # which dollar?
        (["$5", "6 CAD"], False),
        (["5", "6"], False),
    ],
)
def test_what_is_doubtful_is_said(cells, warned):
    assert bool(decide_prices(cells).doubts) is warned


def test_what_was_decided_is_said():
    rule = decide_prices(["1.299,00 €", "12,50 €", "7"])
    assert (rule.decimal, rule.grouping, rule.currency) == (",", ".", "EUR")
    assert rule.said == (
        "decimals follow a comma",
        "thousands are separated by a point",
        "prices without a currency are taken for EUR like the others: 1",
        "currency: EUR",
    )


@pytest.mark.parametrize(
    ("cell", "known", "currency"),
    [
        ("$12.90", {}, None),
        ("$12.90", {"name": "Price (CAD)"}, "CAD"),
        ("$12.90", {"name": "Price in US$"}, "USD"),
        ("$12.90", {"currency": "AUD"}, "AUD"),
        ("$12.90", {"currencies": ["NZD", "NZD"]}, "NZD"),
        ("12.90", {"name": "Preis in €"}, "EUR"),
        ("12.90", {"name": "Price (in Rs)"}, "INR"),
        ("12.90", {"currency": "SEK"}, "SEK"),
        ("129 kr", {}, None),
        ("129 kr", {"name": "Pris (NOK)"}, "NOK"),
        ("¥1200", {}, None),
        ("¥1200", {"name": "価格 (円)"}, "JPY"),
        ("12.90 GBP", {"name": "Price (EUR)"}, "GBP"),
    ],
)
def test_the_header_or_the_table_names_the_currency(cell, known, currency):
    assert decide_prices([cell], **known).read(cell) == (
        pytest.approx(float(cell.strip("$¥krGBP "))),
        currency,
    )


def test_a_currency_column():
    rule = decide_prices(["12.90", "13.90"], currencies=["EUR", "usd"])
    assert rule.read("12.90", "EUR") == (12.9, "EUR")
    assert rule.read("13.90", "usd") == (13.9, "USD")
    assert rule.read("13.90", "US$") == (13.9, "USD")
    assert rule.read("13.90 CHF", "EUR") == (13.9, "CHF")
    assert rule.read("13.90", "") == (13.9, None)
    found = rule.read_column(["12.90", "$13", "n/a", "20%"], ["EUR", "USD", "EUR", ""])
    assert found.values == [12.9, 13, None, None] and found.currencies == ["EUR", "USD", None, None]


def test_a_column_says_what_was_no_plain_price():
    cells = ["12.90", "12 - 15", "free", "-3", "5%", "ask us", ""]
    found = decide_prices(cells).read_column(cells)
    assert found.values == [12.9, 12, 0, -3, None, None, None]
    assert found.counts == {
        "price": 1, "range": 1, "free": 1, "negative": 1, "percent": 1, "no number": 1, "empty": 1,
    }  # fmt: skip
    assert [line.rpartition(": ")[2] for line in found.lines()] == ["1"] * 5


def grouped(whole: int, sign: str) -> str:
    return f"{whole:,}".replace(",", sign)


def indian(whole: int) -> str:
    head, tail = divmod(whole, 1000)
    if not head:
        return str(tail)
    pairs = []
    while head:
        head, pair = divmod(head, 100)
        pairs.append(f"{pair:02d}")
    return f"{','.join(reversed(pairs))},{tail:03d}".lstrip("0")


STYLES = {
    "plain": lambda whole, cents: f"{whole}.{cents:02d}",
    "comma": lambda whole, cents: f"{whole},{cents:02d}",
    "German": lambda whole, cents: f"{grouped(whole, '.')},{cents:02d} €",
    "English": lambda whole, cents: f"£{grouped(whole, ',')}.{cents:02d}",
    "French": lambda whole, cents: f"{grouped(whole, NARROW)},{cents:02d} €",
    "Swiss": lambda whole, cents: f"CHF {grouped(whole, '’')}.{cents:02d}",
    "Indian": lambda whole, cents: f"₹{indian(whole)}.{cents:02d}",
    "Russian": lambda whole, cents: f"{grouped(whole, NO_BREAK)},{cents:02d} руб.",
    "full width": lambda whole, cents: f"￥{whole}．{cents:02d}",
}


@pytest.mark.parametrize("style", STYLES)
@given(prices=st.lists(st.tuples(st.integers(0, 99_999_999), st.integers(0, 99)), min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_what_is_written_is_read(style, prices):
    cells = [STYLES[style](*pair) for pair in prices]
    assert read(*cells) == [pytest.approx(whole + cents / 100) for whole, cents in prices]


@given(st.lists(st.text(st.sampled_from("0123456789.,' -–€$%eE:/x\u00a0kRsKſa元")) | st.text(), max_size=8))
@settings(max_examples=150, deadline=None)
def test_any_cell_is_a_price_or_none(cells):
    rule = decide_prices(cells, name=cells[0] if cells else "")
    found = rule.read_column(cells, cells)
    assert all(value is None or abs(value) < 1e31 for value in found.values)
    assert sum(found.counts.values()) == len(cells)


def test_a_column_takes_linear_time():
    cells = [f"{number}.{number % 1000:03d},{number % 100:02d} €" for number in range(1, 60_001)]
    cells += ["1" * 100_000, "1." * 50_000, "€" * 50_000, "- " * 50_000, "free" * 30_000]
    start = time.process_time()
    rule = decide_prices(cells)
    rule.read_column(cells)
    assert time.process_time() - start < 10
