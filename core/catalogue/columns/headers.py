"""A column's name taken apart: what it says without case, accents, units, notes, numbers and languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from core.catalogue.values.currencies import CODES
from core.common.letters import bare, words_of

LANGUAGES = frozenset(
    (
        "ar", "bg", "cs", "da", "de", "deu", "el", "en", "eng", "es", "esp", "et", "fi", "fr", "fra", "ger",
        "hi", "hr",
        "hu", "it", "ita", "ja", "jp", "ko", "lt", "lv", "nl", "no", "pl", "pt", "ro", "ru", "rus", "sk",
        "sl", "spa",
        "sv", "th", "tr", "uk", "vi", "zh",
    )
)  # fmt: skip
_WORDS_OF_LANGUAGES = {
    "english": "en", "englisch": "en", "german": "de", "deutsch": "de", "french": "fr", "francais": "fr",
    "spanish": "es", "espanol": "es", "italian": "it", "italiano": "it", "dutch": "nl", "nederlands": "nl",
    "polish": "pl", "polski": "pl", "portuguese": "pt", "portugues": "pt", "russian": "ru", "turkish": "tr",
    "turkce": "tr", "japanese": "ja", "chinese": "zh", "日本語": "ja", "中文": "zh", "英語": "en",
    "英文": "en",
}  # fmt: skip
# Words that say no more than that the table is about products, so that what follows is the field.
ABOUT_PRODUCTS = frozenset(
    (
        "product", "products", "prod", "item", "items", "article", "artikel", "produkt", "produit",
        "producto",
        "prodotto", "produto", "product's", "variant", "variation", "the", "default", "feed", "товар",
        "товара", "urun",
        "商品", "产品", "產品", "製品", "produktu", "towaru", "articulo", "articolo", "artigo", "du", "de",
        "del", "des",
        "do", "van", "of", "g", "shop", "store", "web", "my", "new", "final", "standard",
    )
)  # fmt: skip

_BRACKETS = re.compile(r"[(\[{（［【<「]([^)\]}）］】>」]*)[)\]}）］】>」]")
_UNIT = re.compile(
    r"\b(?:in|en|em|w|в)\s+(?:[€$£¥₹]|[A-Za-z]{2,3}\b\.?|euros?|rupees|dollars?|руб\w*|zł)\s*$", re.IGNORECASE
)
_NAMESPACE = re.compile(r"^\s*[A-Za-z_]{1,20}:(?=\S)")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NUMBERED = re.compile(r"(.*\D)?0*(\d{1,3})")
_LONGEST = 200


@dataclass(frozen=True)
class Header:
    """A column's name, taken apart.

    Attributes
    ----------
    name
        As in the table.
    words
        Its words without notes, in the form of `core.common.letters.bare`.
    note
        What stood in brackets, and a unit.
    number
        Of columns that are numbered (image 2), None for others.
    language
        Of columns that there are in several languages (name_de), "" for others.
    """

    name: str
    words: tuple[str, ...]
    note: str = ""
    number: int | None = None
    language: str = ""

    @property
    def key(self) -> str:
        """Its words without spaces, with their number; to be compared with usual names."""
        return "".join(self.words)

    def readings(self) -> Iterator[tuple[str, int | None, str]]:
        """Yield what the name may be, the whole first: key, number and language that it was freed of."""
        whole = self.words
        yield "".join(whole), None, ""
        for words, language in (
            (whole, ""),
            (without_language(whole)[0], without_language(whole)[1] or self.language),
        ):
            for reduced, number in ((words, None), without_number(words)):
                if not reduced:
                    continue
                yield "".join(reduced), number, language
                start = 0
                while start + 1 < len(reduced) and reduced[start] in ABOUT_PRODUCTS:
                    start += 1
                    yield "".join(reduced[start:]), number, language


@lru_cache(maxsize=1 << 12)
def header_of(name: str) -> Header:
    """Return a column's name, taken apart."""
    text = unicodedata.normalize("NFKC", name[:_LONGEST]).strip().lstrip("\ufeff*#")
    notes = [match[1].strip() for match in _BRACKETS.finditer(text)]
    without = _BRACKETS.sub(" ", text)
    if words_of(without):
        text = without
    else:
        notes = []
    unit = _UNIT.search(text)
    if unit and words_of(text[: unit.start()]):
        notes.append(unit[0].strip())
        text = text[: unit.start()]
    text = _NAMESPACE.sub("", text)
    words = tuple(words_of(bare(_CAMEL.sub(" ", text).replace("_", " "))))
    if len(words) > 1 and words[-1].upper() in CODES:  # price_usd
        notes.append(words[-1].upper())
        words = words[:-1]
    note = " ".join(filter(None, notes))
    _, number = without_number(words)
    _, language = without_language(words)
    return Header(name, words or (bare(name),), note, number, language or _language_of(note))


def without_number(words: tuple[str, ...]) -> tuple[tuple[str, ...], int | None]:
    """Return words without the number among them or behind one ("image1", "image 1 url"), and the number."""
    for place in range(len(words) - 1, -1, -1):
        if words[place].isdecimal() and len(words[place]) <= 3 and len(words) > 1:
            return (*words[:place], *words[place + 1 :]), int(words[place])
    for place in range(len(words) - 1, -1, -1):
        match = _NUMBERED.fullmatch(words[place])
        if match and match[1]:
            return (*words[:place], match[1].rstrip("_"), *words[place + 1 :]), int(match[2])
    return words, None


def without_language(words: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Return words without a language at an end ("name de", "name en us", "de name"), and the language."""
    if len(words) > 2 and words[-2] in LANGUAGES and len(words[-1]) == 2:
        return words[:-2], words[-2]
    if len(words) > 1:
        for place, rest in ((-1, words[:-1]), (0, words[1:])):
            language = _language_of(words[place])
            if language:
                return rest, language
    return words, ""


def _language_of(text: str) -> str:
    words = words_of(bare(text))
    if not words or len(words) > 2:
        return ""
    known = _WORDS_OF_LANGUAGES.get(words[0])
    return known or (words[0] if words[0] in LANGUAGES and len("".join(words)) <= 4 else "")
