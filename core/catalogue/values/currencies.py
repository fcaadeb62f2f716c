"""Currencies as prices name them: signs, words and ISO 4217 codes.

Some signs belong to several currencies ("$", "kr", "¥"): `Currency.code` is None for those, and `SHARED`
lists what they can be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SHARED = {
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP", "UYU", "DOP"),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "¥": ("JPY", "CNY"),
    "元": ("CNY", "TWD", "HKD"),
    "Rs": ("INR", "PKR", "LKR", "NPR", "MUR"),
    "£": ("GBP", "EGP", "LBP"),
    "peso": ("MXN", "ARS", "CLP", "COP", "PHP", "UYU", "DOP"),
}
"""Signs of several currencies."""

USUAL = {"元": "CNY", "Rs": "INR", "£": "GBP"}
"""What a shared sign is taken for where nothing else names the currency; other shared signs are left open."""

_WITHOUT_DECIMALS_TEXT = """
JPY KRW VND IDR CLP ISK PYG UGX RWF XOF XAF XPF KMF GNF BIF DJF COP CRC HUF IRR IQD LAK KHR MMK TZS UZS
"""
WITHOUT_DECIMALS = frozenset(_WITHOUT_DECIMALS_TEXT.split())
"""Currencies whose prices have no decimals in practice."""

THREE_DECIMALS = frozenset(("KWD", "BHD", "OMR", "JOD", "TND", "LYD"))

_CODES_TEXT = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD
CDF CHF CLP CNH CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF
GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK
LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR
PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RUR RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP
SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW
"""
CODES = frozenset(_CODES_TEXT.split())
_OTHER_CODES = {"RUR": "RUB", "CNH": "CNY", "RMB": "CNY", "NTD": "TWD", "STG": "GBP"}
# Codes that are also written in small letters, and no words.
_SMALL_TEXT = """
EUR USD GBP CHF INR JPY CNY RMB PLN SEK NOK DKK CZK HUF RUB UAH BRL MXN AUD CAD NZD IDR VND
"""
_SMALL = frozenset(_SMALL_TEXT.split())

_SIGNS = {
    "US$": "USD", "$US": "USD", "U$S": "USD", "USD$": "USD", "A$": "AUD", "AU$": "AUD", "$AU": "AUD",
    "C$": "CAD", "CA$": "CAD", "$CA": "CAD", "CAD$": "CAD", "NZ$": "NZD", "HK$": "HKD", "NT$": "TWD",
    "S$": "SGD", "SG$": "SGD", "MX$": "MXN", "AR$": "ARS", "CLP$": "CLP", "COL$": "COP", "RD$": "DOP",
    "R$": "BRL", "US $": "USD", "AU $": "AUD", "CA $": "CAD", "C $": "CAD", "NZ $": "NZD", "HK $": "HKD",
    "€": "EUR", "₹": "INR", "₩": "KRW", "￦": "KRW", "₫": "VND", "₺": "TRY",
    "₽": "RUB", "₴": "UAH", "₪": "ILS", "฿": "THB", "₱": "PHP", "₦": "NGN", "₡": "CRC", "₲": "PYG",
    "₸": "KZT", "₼": "AZN", "₾": "GEL", "₮": "MNT", "₵": "GHS", "₭": "LAK", "৳": "BDT", "₨": "Rs",
    "円": "JPY", "원": "KRW", "元": "元", "圆": "CNY", "圓": "TWD", "人民币": "CNY", "日元": "JPY",
    "欧元": "EUR", "歐元": "EUR", "美元": "USD", "港币": "HKD", "港幣": "HKD", "台币": "TWD",
    "台幣": "TWD", "新台幣": "TWD", "ユーロ": "EUR", "ドル": "USD", "$": "$", "＄": "$", "£": "£",
    "￡": "£", "¥": "¥", "￥": "¥",
}  # fmt: skip
# Words stand alone: no letter before or behind them.
_WORDS = {
    "euro": "EUR", "euros": "EUR", "eur.": "EUR", "rp": "IDR", "rp.": "IDR", "rm": "MYR", "zł": "PLN",
    "zl": "PLN", "złotych": "PLN", "kč": "CZK", "ft": "HUF", "lei": "RON", "leu": "RON", "лв": "BGN",
    "лв.": "BGN", "руб": "RUB", "руб.": "RUB", "р": "RUB", "р.": "RUB", "рублей": "RUB", "рубль": "RUB",
    "рубля": "RUB", "грн": "UAH", "грн.": "UAH", "тг": "KZT", "тенге": "KZT", "tl": "TRY", "lira": "TRY",
    "fr": "CHF", "fr.": "CHF", "sfr": "CHF", "sfr.": "CHF", "đ": "VND", "đồng": "VND", "vnđ": "VND",
    "dong": "VND", "dhs": "AED", "dh": "AED", "din": "RSD", "din.": "RSD", "baht": "THB", "yen": "JPY",
    "yuan": "CNY", "rmb": "CNY", "won": "KRW", "rubles": "RUB", "rupees": "Rs", "rupee": "Rs", "rs": "Rs",
    "rs.": "Rs", "kr": "kr", "kr.": "kr", "dollar": "$", "dollars": "$", "dólares": "$", "pound": "£",
    "pounds": "£", "peso": "peso", "pesos": "peso", "reais": "BRL", "s/": "PEN", "s/.": "PEN", "bs.": "BOB",
    "gbp.": "GBP", "₽.": "RUB",
}  # fmt: skip


def _pattern() -> re.Pattern[str]:
    signs = "|".join(map(re.escape, sorted(_SIGNS, key=len, reverse=True)))
    words = "|".join(map(re.escape, sorted(_WORDS, key=len, reverse=True)))
    letter = r"[^\W\d_]"
    # "R 100" is a rand; a letter alone elsewhere is nothing.
    return re.compile(
        rf"(?P<word>(?<!{letter})(?:{words})(?!{letter}))|(?P<code>(?<!{letter})[a-zA-Z]{{3}}(?!{letter})(?!\$))"
        rf"|(?P<sign>(?<![A-Za-z])(?:{signs})|[€₹¥$£元円](?!{letter}{letter}))|(?P<rand>(?<!{letter})R(?=\s?\d))",
        re.IGNORECASE,
    )


_NAMED = _pattern()


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency as a text names it: the ISO code, or the sign that several currencies share."""

    code: str | None
    sign: str = ""


def currency_of(text: str) -> Currency | None:
    """Return the first currency that a text names, one that is certain before one whose sign is shared.

    None if it names none.
    """
    shared: Currency | None = None
    for match in _NAMED.finditer(text):
        found = _read(match)
        if found is None:
            continue
        if found.code is not None:
            return found
        shared = shared or found
    return shared


def _read(match: re.Match[str]) -> Currency | None:
    text = match[0]
    name: str | None
    if match["word"]:
        name = _WORDS.get(text.lower())
    elif match["code"]:
        upper = text.upper()
        if upper not in CODES and upper not in _OTHER_CODES:
            return None
        if text != upper and upper not in _SMALL:
            return None
        name = _OTHER_CODES.get(upper, upper)
    elif match["rand"]:
        return Currency("ZAR") if text == "R" else None
    else:
        name = _SIGNS.get(text) or _SIGNS.get(text.upper())
    if name is None:  # letters that are equal to those of a sign but for their case ("ſ" and "S")
        return None
    return Currency(None, name) if name in SHARED else Currency(name)


def resolved(sign: str, known: frozenset[str] | set[str]) -> str | None:
    """Return what a shared sign stands for where `known` currencies are named; None if it stays open."""
    possible = [code for code in SHARED[sign] if code in known]
    if len(possible) == 1:
        return possible[0]
    return None if possible else USUAL.get(sign)
