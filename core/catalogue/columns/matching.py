"""Which column of a table is what, and why: by their names first, then by what their cells look like.

Columns that a user chose come first. A column that is empty is never matched where another one is not. A
guess that no name supports is always said as a doubt; so is every choice of a category among several columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.catalogue.columns.category_choice import choose_category
from core.catalogue.columns.contents import Contents
from core.catalogue.columns.fields import FIELDS, known_field
from core.catalogue.columns.guesses import guess_columns
from core.catalogue.columns.matches import Candidate, Match, named_candidates
from core.catalogue.columns.names import more_images
from core.catalogue.columns.own_columns import own_columns
from core.catalogue.values.category_levels import label_and_level
from core.catalogue.values.texts import tidy
from core.common.errors import CatalogueError

Columns = Mapping[str, Sequence[str]]
"""Rows of a table: column -> cells."""

_MUCH, _LITTLE = 0.5, 0.1  # shares of filled rows that make a less clear name the better one


@dataclass(frozen=True)
class Matching:
    """Which column of a table is what.

    Attributes
    ----------
    matches
        Field -> its columns.
    unused
        All other columns.
    warnings
        What the owner of the table should know.
    level
        The level of the category that the label names (``category@1``), None for the whole path.
    """

    matches: Mapping[str, Match]
    unused: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    level: int | None = None

    def columns_of(self, name: str) -> tuple[str, ...]:
        """Return the columns of a field, () if it has none."""
        return self.matches[name].columns if name in self.matches else ()

    def to_dict(self) -> dict[str, str | list[str]]:
        """Return field -> column, or columns where there are several."""
        return {
            name: match.columns[0] if len(match.columns) == 1 else list(match.columns)
            for name, match in self.matches.items()
        }

    def lines(self) -> list[str]:
        """Return the matches and unused columns for the terminal, as lines."""
        lines = [f"{name}: {', '.join(match.columns)} ({match.why})" for name, match in self.matches.items()]
        return [*lines, *([f"not used: {', '.join(self.unused)}"] if self.unused else [])]


@dataclass
class _Work:
    columns: Sequence[str]
    contents: dict[str, Contents]
    matches: dict[str, Match] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @property
    def taken(self) -> set[str]:
        return {column for match in self.matches.values() for column in match.columns}

    def add(self, match: Match) -> None:
        self.matches[match.field] = match
        if match.doubt:
            self.warnings.append(match.doubt)


def match_columns(
    columns: Sequence[str],
    sample: Columns,
    chosen: Mapping[str, str | Sequence[str]] | None = None,
    label: str | None = None,
) -> Matching:
    """Decide which column is what.

    Parameters
    ----------
    columns
        The table's columns.
    sample
        Their cells, up to some thousand rows.
    chosen
        Field -> column or columns, as the user says; "" for a field that the table does not have.
    label
        The category column, with or without a level (``category@-1``).

    Columns that Product Lens itself added to a table are matched only where they are chosen: what a model
    answered is no category of the owner's.

    Raises
    ------
    CatalogueError
        For a field or column that does not exist; the message lists those that do.
    """
    ours = own_columns(columns)
    considered = [column for column in columns if column not in ours]
    work = _Work(considered, {column: Contents.of(sample.get(column, ())) for column in columns})
    given = {known_field(name): column for name, column in (chosen or {}).items()}
    level = None
    if label is None and given.get("category") and isinstance(given["category"], str):
        label = given["category"]
    if label is not None:
        column, level = _label(label, columns)
        given["category"] = column
    none = {name for name, wanted in given.items() if not wanted}
    for name, wanted in given.items():
        if name not in none:
            every = [wanted] if isinstance(wanted, str) else wanted
            work.add(Match(name, tuple(_column(each, columns) for each in every), "chosen"))
    for name in FIELDS:
        if name not in work.matches and name not in none and name != "category":
            _by_name(work, name)
    if "category" not in work.matches and "category" not in none:
        choose_category(considered, work.contents, work.taken, work.matches.get("kind"), work.add)
    guess_columns(work.columns, work.contents, work.matches, none, work.add)
    _without_stolen_kind(work)
    order = {name: position for position, name in enumerate(FIELDS)}
    matches = dict(sorted(work.matches.items(), key=lambda pair: order[pair[0]]))
    unused = tuple(column for column in columns if column not in work.taken)
    return Matching(matches, unused, tuple(work.warnings), level)


def _label(label: str, columns: Sequence[str]) -> tuple[str, int | None]:
    """Return the category column and level of a label; a column whose name has an @ is meant as it is."""
    if any(_same(label, column) for column in columns):
        return label, None
    return label_and_level(label)


def _column(wanted: str, columns: Sequence[str]) -> str:
    if wanted in columns:
        return wanted
    found = [column for column in columns if _same(column, wanted)]
    if not found:
        raise CatalogueError(f"no column {wanted!r} among {', '.join(columns)}")
    return found[0]


def _same(one: str, other: str) -> bool:
    """Return whether two names of columns differ in case, space or Unicode form only."""
    return tidy(one).casefold() == tidy(other).casefold()


def _by_name(work: _Work, name: str) -> None:
    """Match a field by the names of columns."""
    candidates = [
        each
        for each in named_candidates(work.columns, name)
        if each.column not in work.taken and _can_be(name, work.contents[each.column])
    ]
    if not candidates:
        return
    if name == "images":  # further ones can be empty in the first rows
        _add_images(work, candidates)
        return
    candidates = [each for each in candidates if work.contents[each.column].filled] or candidates
    best = _best(candidates, work.contents)
    same = [
        each for each in candidates if each.key == best.key and each.language and each.column != best.column
    ]
    why = best.why
    if same and best.language:
        fills = ", ".join(f"{each.column} {work.contents[each.column].fill:.1%}" for each in (best, *same))
        why = f"{why}, in the language that is filled most ({fills})"
        work.warnings.append(f"{name}: read in one language, {best.column!r} ({fills})")
    work.add(Match(name, (best.column,), why))


def _can_be(name: str, contents: Contents) -> bool:
    if not contents.filled:
        return name != "kind"
    if name == "kind":
        return contents.are_kinds
    if name == "images":  # "path" and "file" can be anything
        return contents.are_images or not contents.are_prices
    if name == "price":
        return contents.are_numbers
    if name == "url":
        return contents.are_addresses or not contents.are_texts
    return True


def _best(candidates: Sequence[Candidate], contents: Mapping[str, Contents]) -> Candidate:
    """Return the clearest name, the fullest language of equals; nearly empty ones give way to full ones."""

    def order(each: Candidate) -> tuple[int, bool, bool, float, int]:
        fill = contents[each.column].fill
        return each.rank, fill < _MUCH, bool(each.language), -fill if each.language else 0, each.number or 0

    ranked = sorted(candidates, key=order)
    best = ranked[0]
    if contents[best.column].fill < _LITTLE:
        return next((each for each in ranked if contents[each.column].fill >= _MUCH), best)
    return best


def _add_images(work: _Work, candidates: Sequence[Candidate]) -> None:
    """Match the first image, those that are numbered like it, and columns of further images."""
    further = [each for each in candidates if each.key in more_images()]
    first = [each for each in candidates if each.key not in more_images()]
    chosen: list[Candidate] = []
    if first:
        likely = [each for each in first if _names_images(work.contents[each.column])]
        likely = likely or [each for each in first if work.contents[each.column].filled] or first
        best = _best(likely, work.contents)
        numbered = [each for each in first if each.key == best.key]
        chosen = [
            best,
            *sorted((each for each in numbered if each != best), key=lambda each: each.number or 0),
        ]
        if best.number is not None:
            chosen.sort(key=lambda each: each.number or 0)
    chosen += sorted(further, key=lambda each: each.number or 0)
    columns = tuple(dict.fromkeys(each.column for each in chosen))
    match = Match("images", columns, chosen[0].why)
    example = next((cell for column in columns for cell in work.contents[column].filled), "")
    if example and not any(_names_images(work.contents[column]) for column in columns):
        match = replace(
            match,
            doubt=f"images: {columns[0]!r} is read by its name, though cells such as "
            f"{example[:60]!r} name no image file",
        )
    work.add(match)


def _names_images(contents: Contents) -> bool:
    return contents.are_images or contents.are_addresses


def _without_stolen_kind(work: _Work) -> None:
    kind = work.matches.get("kind")
    category = work.matches.get("category")
    if kind and category and set(kind.columns) & set(category.columns):
        del work.matches["kind"]
