"""Matches of columns to fields, and the candidates among which they are chosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.catalogue.columns.headers import header_of
from core.catalogue.columns.names import more_images, usual_names
from core.catalogue.values.texts import tidy


@dataclass(frozen=True)
class Match:
    """The columns of a field.

    Attributes
    ----------
    field
        One of `core.catalogue.columns.fields.FIELDS`.
    columns
        One, or several: images, or the levels of a category from the top.
    why
        For people.
    doubt
        A warning or question for people, "" if there is none.
    """

    field: str
    columns: tuple[str, ...]
    why: str
    doubt: str = ""


@dataclass(frozen=True)
class Candidate:
    """A column that its name makes a candidate for a field.

    Attributes
    ----------
    column
        As in the table.
    key
        The usual name that it has.
    rank
        How clear that name is, 0 for the clearest.
    number, language
        Of columns that are numbered or in several languages.
    """

    column: str
    key: str
    rank: int
    number: int | None
    language: str

    @property
    def why(self) -> str:
        """Why it is a candidate, for people."""
        return f"called {self.column!r}"


def named_column(wanted: str, columns: Sequence[str]) -> str | None:
    """Return the column of this name, else the first that differs in case, space or Unicode form only."""
    if wanted in columns:
        return wanted
    key = tidy(wanted).casefold()
    return next((column for column in columns if tidy(column).casefold() == key), None)


_LESS_CLEAR = 1000  # a name that needed to be freed of words, numbers or a language comes after all others


def named_candidates(columns: Iterable[str], field: str) -> list[Candidate]:
    """Return the columns whose names are usual for a field, in the order of the table."""
    found = []
    for column in columns:
        header = header_of(column)
        for position, (key, number, language) in enumerate(header.readings()):
            fields = usual_names().get(key, {})
            if field == "images" and key in more_images():
                fields = {"images": 500}
            if fields:
                if field in fields:
                    rank = fields[field] + (
                        _LESS_CLEAR if position and number is None and not language else 0
                    )
                    found.append(Candidate(column, key, rank, number, language or header.language))
                break
    return found
