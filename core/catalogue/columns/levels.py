"""Columns that are the levels of one category: master and sub category, or level 1 to n."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.catalogue.columns.headers import ABOUT_PRODUCTS, Header, header_of
from core.catalogue.columns.names import key_of, usual_names
from core.catalogue.values.paths import JOINED, Path
from core.catalogue.values.texts import plain

# Names whose numbered columns are levels.
_NUMBERED_TEXT = """
level, levels, lvl, category, categories, cat, category level, level category, category l, cat l,
cat level, category lvl, lvl category, category name, category name level, hierarchy, hierarchy level,
taxonomy, taxonomy level, product category, class level, label level, sub category, subcategory, subcat,
group, product group, department level, tier, category tier, kategorie, kategorieebene, ebene,
kategorie ebene, warengruppe, produktgruppe, categorie, niveau, categorie niveau, niveau categorie,
rayon, famille, categoria, nivel, categoria nivel, nivel categoria, familia, livello, categoria livello,
livello categoria, categorieniveau, kategoria, poziom, kategoria poziom, poziom kategorii, категория,
уровень, категория уровень, уровень категории, kategori, seviye, kategori seviye, seviye kategori,
カテゴリ, カテゴリー, 階層, レベル, カテゴリレベル, 第カテゴリ, 第階層, 分類, 分类, 类目, 類目, 层级,
級分類, 级分类, 级类目, 第级分类, 级别
"""
# Names of single levels, from the top.
_ORDERED_TEXT = (
    """
    master category, main category, top category, top level category, parent category, root category,
    primary category, category group, department, division, hauptkategorie, oberkategorie, hauptgruppe,
    hauptwarengruppe, hauptrubrik, categorie principale, categorie mere, grande categorie,
    categorie parente, univers, categoria principal, categoria padre, categoria principale, categoria pai,
    categoria madre, hoofdcategorie, hoofdgroep, kategoria glowna, kategoria nadrzedna, glowna kategoria,
    основная категория, главная категория, родительская категория, ana kategori, ust kategori, 大カテゴリ,
    大カテゴリー, 大分類, 大类, 大類, 一级分类, 一级类目, 一級分類, 一级品类, 主分类, 主类目, 主分類,
    主類別, 第一级分类
    """,
    """
    category, kategorie, categorie, categoria, kategoria, категория, kategori, warengruppe, カテゴリ,
    カテゴリー, 分类, 分類, 类目, class, group
    """,
    """
    sub category, subcat, sub category name, child category, secondary category, second category, sub class,
    sub group, sub department, unterkategorie, subkategorie, untergruppe, unterwarengruppe, unterrubrik,
    sous categorie, sous famille, sous rayon, sub categoria, categoria hija, categoria secundaria,
    sotto categoria, sottocategoria, categoria secondaria, categoria figlia, categoria filha, sub categorie,
    subgroep, podkategoria, podgrupa, подкатегория, подгруппа, alt kategori, 中カテゴリ, 中カテゴリー,
    中分類, 中类, 中類, サブカテゴリ, サブカテゴリー, 二级分类, 二级类目, 二級分類, 二级品类, 子分类,
    子类目, 子分類, 次分类, 第二级分类
    """,
    """
    sub sub category, subsub category, article type, leaf category, detail category, tertiary category,
    third category, item type, unterunterkategorie, sous sous categorie, sub sub categoria, podpodkategoria,
    подподкатегория, alt alt kategori, 小カテゴリ, 小カテゴリー, 小分類, 小类, 小類, 三级分类, 三级类目,
    三級分類, 三级品类, 第三级分类
    """,
    """
    sub sub sub category, 細分類, 四级分类, 四级类目, 四級分類
    """,
)
_NUMBERED = frozenset(map(key_of, _NUMBERED_TEXT.split(",")))
_ORDER = {key_of(name): depth for depth, names in enumerate(_ORDERED_TEXT) for name in names.split(",")}
_PLAIN_CATEGORY = 1  # the depth of names that may stand alone

# What makes the name of a level that of the level below: rayon, sous-rayon; раздел, подраздел.
_BELOW = ("sub", "sous", "unter", "под", "pod", "sotto", "alt", "sub-", "サブ", "子", "次")

_ONE_PARENT = 0.8  # share of rows whose name has its usual parent, in a tree


@dataclass(frozen=True)
class Levels:
    """Columns that are the levels of one category.

    Attributes
    ----------
    columns
        From the top.
    doubt
        A warning, if their cells do not look like a tree.
    """

    columns: tuple[str, ...]
    doubt: str = ""


def find_levels(columns: Sequence[str], sample: Mapping[str, Sequence[str]]) -> Levels | None:
    """Return the columns that are the levels of one category, None if there are not at least two.

    Parameters
    ----------
    columns
        All columns of a table.
    sample
        Their cells; columns without any value are no levels.
    """
    filled = [column for column in columns if any(cell.strip() for cell in sample.get(column, ()))]
    headers = [header_of(column) for column in filled]
    found = _numbered(headers) or _ordered(headers) or _prefixed(headers)
    if not found:
        return None
    return Levels(found, _doubt(found, [sample[column] for column in found]))


def level_paths(columns: Sequence[Sequence[str]]) -> list[Path]:
    """Return the paths that the levels of each row make; empty levels are left out."""
    return [tuple(filter(None, map(plain, row))) for row in zip(*columns, strict=True)]


def _numbered(headers: Sequence[Header]) -> tuple[str, ...]:
    """Return the columns of the longest numbered series whose name is one of levels."""
    series: dict[str, dict[int, str]] = defaultdict(dict)
    for header in headers:
        for key, number, _ in header.readings():
            if key in _NUMBERED and number is not None:
                series[key].setdefault(number, header.name)
                break
    best: tuple[str, ...] = ()
    for key, by_number in series.items():
        if min(by_number) == 2:  # category, category 2
            first = next((header.name for header in headers if header.key == key), None)
            if first is not None:
                by_number[1] = first
        numbers = sorted(by_number)
        run = [numbers[0]]
        for number in numbers[1:]:
            if number != run[-1] + 1:
                break
            run.append(number)
        if len(run) > max(1, len(best)) and run[0] <= 1:
            best = tuple(by_number[number] for number in run)
    return best


def _ordered(headers: Sequence[Header]) -> tuple[str, ...]:
    """Return the columns whose names say their depth, from the top."""
    by_depth: dict[int, str] = {}
    for header in headers:
        depth = _depth(header)
        if depth is not None:
            by_depth.setdefault(depth, header.name)
    if not any(depth > _PLAIN_CATEGORY for depth in by_depth) or len(by_depth) < 2:
        return ()
    return tuple(by_depth[depth] for depth in sorted(by_depth))


def _prefixed(headers: Sequence[Header]) -> tuple[str, ...]:
    """Return the longest series of columns each of which is called as the one before with "sub" before it."""
    by_key = {header.key: header.name for header in headers}
    best: tuple[str, ...] = ()
    for header in headers:
        if "category" not in usual_names().get(header.key, {}):
            continue
        found, keys = [header.name], [header.key]
        while below := next((each for each in by_key if _is_below(each, keys[-1])), None):
            found.append(by_key[below])
            keys.append(below)
        if len(found) > max(1, len(best)):
            best = tuple(found)
    return best


def _is_below(key: str, above: str) -> bool:
    return any(key == prefix + above for prefix in _BELOW)


def _depth(header: Header) -> int | None:
    words = header.words
    while words:
        depth = _ORDER.get("".join(words))
        if depth is not None:
            return depth
        if words[0] not in ABOUT_PRODUCTS:
            return None
        words = words[1:]
    return None


def _doubt(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """Return a warning if names of a level stand below several of the level above."""
    for above, below, upper, lower in zip(columns, columns[1:], cells, cells[1:], strict=False):
        share = _share_of_usual_parent(upper, lower)
        if share < _ONE_PARENT:
            return (
                f"category: {JOINED.join(columns)} are read as levels by their names, but values of "
                f"{below!r} stand below several of {above!r}; choose a column with --label if they are none"
            )
    return ""


def _share_of_usual_parent(upper: Iterable[str], lower: Iterable[str]) -> float:
    parents: dict[str, Counter[str]] = defaultdict(Counter)
    for parent, child in zip(upper, lower, strict=True):
        if parent.strip() and child.strip():
            parents[child.strip()][parent.strip()] += 1
    rows = sum(counts.total() for counts in parents.values())
    return sum(max(counts.values()) for counts in parents.values()) / rows if rows else 1.0
