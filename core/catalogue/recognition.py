"""What a table is and how it is read, as one value: the file, its layout, its columns, and what cells say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from pathlib import Path

import pandas as pd

from core.catalogue.columns.fields import known_field
from core.catalogue.columns.matches import named_candidates
from core.catalogue.columns.matching import Matching, match_columns
from core.catalogue.images.files import ImageFiles
from core.catalogue.images.finding import find_images
from core.catalogue.images.row_images import RowImages
from core.catalogue.joined import join_table
from core.catalogue.layouts.layout import Layout, Shape, Tally, find
from core.catalogue.layouts.registry import format_of, get_layout, recognise_layout
from core.catalogue.read_options import AUTO, ReadAs, ReadOptions
from core.catalogue.rules import Rules, decide_rules
from core.catalogue.sources.opening import open_table
from core.catalogue.sources.raw import Columns, RawTable
from core.catalogue.values.category_levels import label_and_level
from core.common.errors import CatalogueError

SAMPLE = 4096
"""Rows that decide what a table is and how its cells are read."""

KNOWN_TABLES = (
    "styles.csv",
    "processed_products_with_images.csv",
    "flipkart_com-ecommerce_sample.csv",
)
"""Tables of data sets that stand beside others."""

_KEPT = {"fashion": ("season", "year")}
_CONTENT = ("name", "description", "images")


@dataclass(frozen=True, eq=False)
class Recognition:
    """A table as it is read.

    Attributes
    ----------
    data
        The file or folder.
    options
        What the user chose.
    raw, layout, shape, matching, rules
        The file's table, its kind, its rows as products, which column is what, and how cells are read.
    format
        The name of the layout or of the kind of file.
    tally
        What became of rows that are no products, as of the last reading.
    warnings
        What the owner should know before anything is read.
    """

    data: Path
    options: ReadOptions
    raw: RawTable
    layout: Layout
    shape: Shape
    matching: Matching
    rules: Rules
    format: str
    warnings: tuple[str, ...]
    tally: Tally = field(default_factory=Tally)

    @property
    def label(self) -> str:
        """What the category is read from: a column, with its level if one was asked for."""
        columns = self.matching.columns_of("category")
        if not columns:
            return "category"
        if len(columns) > 1 and self.matching.level is None:
            return " > ".join(columns)
        level = self.matching.level
        return columns[0] if level is None else f"{columns[0]}@{level}"

    @property
    def has_category(self) -> bool:
        """Whether the table has categories."""
        return bool(self.matching.columns_of("category"))

    def frames(self, rows: int = 2048, tally: Tally | None = None) -> Iterator[pd.DataFrame]:
        """Yield the table's products, as `Rules.frame` makes them, about `rows` at a time.

        What becomes of other rows is counted in `tally`, by default the recognition's own, from zero.
        """
        counted = self.tally if tally is None else tally
        counted.clear()
        done = 0
        for columns in self.shape.chunks(rows, counted):
            frame = self.rules.frame(columns, done, counted)
            done += len(frame)
            yield frame

    def images(self) -> ImageFiles:
        """Find the table's images."""
        own = (RowImages(self.raw.path, self.raw.image_bytes),) if self.raw.read_image else ()
        return find_images(self.data, own)

    @cached_property
    def of_file(self) -> Matching:
        """The matching in the file's own columns, also where the layout makes others of them."""
        matches = {
            name: replace(match, columns=tuple(dict.fromkeys(chain(*map(self._made_of, match.columns)))))
            for name, match in self.matching.matches.items()
        }
        used = {column for match in matches.values() for column in match.columns}
        unused = (each for each in self.matching.unused if each in self.raw.columns and each not in used)
        return replace(self.matching, matches=matches, unused=tuple(unused))

    def _made_of(self, column: str) -> tuple[str, ...]:
        """Return the file's columns that a column is made of; the column itself if that is the file's."""
        if column in self.raw.columns and column not in self.layout.made_of:
            return (column,)
        found = [find(self.raw.columns, each) for each in self.layout.made_of.get(column, ())]
        return tuple(each for each in found if each) or (column,)

    def columns_read(self) -> dict[str, str | list[str]]:
        """Return field -> column, or columns where several make one field."""
        return self.matching.to_dict()

    def lines(self) -> Iterator[str]:
        """Yield what was recognised, for the terminal."""
        encoding = f", {self.raw.encoding}" if self.raw.encoding else ""
        yield f"{self.raw.name}: {self.layout.title} ({self.format}{encoding})"
        details = ", ".join(f"{name}: {value}" for name, value in self.raw.details.items())
        if details:
            yield f"  {details}"
        yield from (f"  {line}" for line in self.of_file.lines())
        said = [*self._rules_said(), *self.raw.problems.notes]
        yield from (f"  {line}" for line in said)
        yield from (f"  note: {line}" for line in self.warnings)

    def _rules_said(self) -> Iterator[str]:
        for rule in (self.rules.price, self.rules.category, *self.rules.identifiers.values()):
            if rule is not None:
                yield from rule.said
        for missing in self.rules.missing.values():
            yield from missing.said


def recognise(data: Path, options: ReadOptions | None = None, *, needs_content: bool = True) -> Recognition:
    """Find out what a table is and how it is read; only its beginning is read.

    Parameters
    ----------
    data, options
        The file or folder, and what the user chose.
    needs_content
        Whether it must have a name, a description or an image: the user may still choose the columns.

    Raises
    ------
    CatalogueError
        If there is no table, it is not clear which is meant, or it lacks a column that was named.
    """
    data = Path(data)
    options = options or ReadOptions()
    named = None if options.format == AUTO else get_layout(options.format)
    raw = open_table(
        _table_of(data),
        encoding=options.encoding,
        sheet=options.sheet,
        most_workbook=options.most_workbook,
    )
    if options.join is not None:
        raw = join_table(raw, options.join, options.on)
    elif options.on is not None:
        raise CatalogueError("--on COLUMN needs --join FILE")
    sample = next(raw.chunks(SAMPLE), None)
    if sample is None:
        raise CatalogueError(f"{raw.name}: it has a header but no rows")
    layout = named or _layout_of_bundle(raw, options.as_bundle) or recognise_layout(raw, sample)
    shape = layout.shape(raw)
    nothing: Columns = {name: [] for name in shape.columns}
    shaped = next(shape.chunks(SAMPLE, Tally()), nothing)
    try:
        matching = _match(layout, shape, shaped, options)
    except CatalogueError as error:
        raise CatalogueError(f"{raw.name}: {error}") from None
    has_content = any(map(matching.columns_of, _CONTENT)) or options.addresses is not None
    if needs_content and not has_content:
        raise CatalogueError(
            f"{raw.name}: no name, description or image column among {', '.join(raw.columns)}; "
            "rename a column, or map it with --columns name=COLUMN"
        )
    rules = decide_rules(
        matching,
        shaped,
        separator=layout.separator,
        placements=layout.placements,
        plain_categories=layout.plain_categories,
        keep_placeholders=options.keep_placeholders,
        kept=tuple(name for each in _KEPT.get(layout.name, ()) if (name := find(shape.columns, each))),
        addresses=_addresses(raw, options.addresses),
    )
    format = options.format if options.format != AUTO else format_of(layout, raw)
    return Recognition(data, options, raw, layout, shape, matching, rules, format, _warnings(matching, rules))


def _table_of(data: Path) -> Path:
    if data.is_dir():
        return next((data / name for name in KNOWN_TABLES if (data / name).is_file()), data)
    return data


def _layout_of_bundle(raw: RawTable, bundle: ReadAs | None) -> Layout | None:
    """Return the bundle's layout if the table has all columns that its texts and images were read from."""
    if bundle is None:
        return None
    content = [bundle.columns[name] for name in _CONTENT if name in bundle.columns]
    names = [each for columns in content for each in ((columns,) if isinstance(columns, str) else columns)]
    return get_layout(bundle.format) if names and set(names) <= set(raw.columns) else None


def _match(layout: Layout, shape: Shape, sample: Columns, options: ReadOptions) -> Matching:
    given = layout.fields(shape.columns, sample)
    named = {known_field(name): column for name, column in (options.columns or {}).items()}
    label = options.label or named.pop("category", None)
    bundle = options.as_bundle
    kept: dict[str, str | tuple[str, ...]] = {}
    warnings: list[str] = []
    if bundle is not None and get_layout(bundle.format) is layout:
        kept = _columns_of_bundle(bundle, shape.columns, named, warnings)
        levels = kept.pop("category", None)
        if label is None and isinstance(levels, tuple):
            kept["category"] = levels
        elif label is None and _has_column(bundle.label, shape.columns):
            label = bundle.label
    if layout.labels:
        label = _fixed_label(layout, label)
    matching = match_columns(shape.columns, sample, {**given, **kept, **named}, label)
    why = {
        **dict.fromkeys(given, f"in {layout.title}"),
        **dict.fromkeys(kept, "as in the bundle"),
        **dict.fromkeys(named, "chosen"),
    }
    if options.label or "category" in (options.columns or {}):
        why["category"] = "chosen"
    elif bundle is not None and label == bundle.label:
        why["category"] = "as in the bundle"
    warnings += _other_categories(layout, shape, sample, matching, given)
    matches = {name: replace(match, why=why.get(name, match.why)) for name, match in matching.matches.items()}
    return replace(matching, matches=matches, warnings=(*warnings, *matching.warnings))


def _other_categories(
    layout: Layout, shape: Shape, sample: Columns, matching: Matching, given: Mapping[str, object]
) -> Iterator[str]:
    """Yield what else could be the category where the layout chose among columns."""
    chosen = matching.columns_of("category")
    if layout.labels or chosen != (given.get("category"),):
        return
    candidates = (each.column for each in named_candidates(shape.columns, "category"))
    others = [each for each in candidates if each not in chosen and any(sample[each])]
    if others:
        yield (
            f"category: {chosen[0]} is read, as usual in {layout.title}; could also be {', '.join(others)}: "
            "choose with --label"
        )


def _columns_of_bundle(
    bundle: ReadAs, columns: Sequence[str], named: Mapping[str, str], warnings: list[str]
) -> dict[str, str | tuple[str, ...]]:
    """Return the bundle's columns that a table has, but for those the user names.

    Raises
    ------
    CatalogueError
        If the table lacks the one of a text.
    """
    found: dict[str, str | tuple[str, ...]] = {}
    for name, wanted in bundle.columns.items():
        every = (wanted,) if isinstance(wanted, str) else wanted
        missing = [each for each in every if each not in columns]
        if not missing:
            found[name] = wanted
        elif name in named or name == "category":
            continue
        elif name in ("name", "description"):
            raise CatalogueError(
                f"no column {missing[0]!r} among {', '.join(columns)}; the bundle reads its {name} from it: "
                f"choose another one with --columns {name}=COLUMN"
            )
        else:
            warnings.append(f"{name}: no column {', '.join(missing)}, from which the bundle reads it")
    return found


def _has_column(label: str, columns: Sequence[str]) -> bool:
    return label in columns or label_and_level(label)[0] in columns


def _fixed_label(layout: Layout, label: str | None) -> str | None:
    """Return a label in the layout's spelling; None for its default.

    Raises
    ------
    CatalogueError
        If the layout has no such category column.
    """
    if label is None:
        return None
    column, _ = label_and_level(label)
    found = next((each for each in layout.labels if each.lower() == column.lower()), None)
    if found is None:
        raise CatalogueError(
            f"format {layout.name} has no category column {label!r}: "
            f"expected one of {', '.join(layout.labels)}"
        )
    return found


def _addresses(raw: RawTable, wanted: str | None) -> str | None:
    if wanted is None:
        return None
    found = find(raw.columns, wanted)
    if found is None:
        raise CatalogueError(f"{raw.name}: no column {wanted!r} among {', '.join(raw.columns)}")
    return found


def _warnings(matching: Matching, rules: Rules) -> tuple[str, ...]:
    warnings = list(matching.warnings)
    for rule in (rules.price, rules.category, *rules.identifiers.values()):
        if rule is not None:
            warnings += rule.doubts
    return tuple(dict.fromkeys(warnings))
