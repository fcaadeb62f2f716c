"""The order of the layers and the other rules of the house that no other test would notice were broken."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.paths import ROOT

LAYERS = (
    "common", "onnx", "catalogue", "downloads", "demo", "taxonomy", "features", "nearest", "evaluation",
    "heads", "projections", "faults", "bundle", "building", "jobs", "serving", "views", "ui", "cli",
)  # fmt: skip
"""The packages of `core`; each imports only from those before it."""
CORE = ROOT / "core"


def name_of(file: Path) -> str:
    """Return a file's module: ``core/heads/linear.py`` is ``core.heads.linear``."""
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def modules() -> dict[str, Path]:
    return {name_of(file): file for file in sorted(CORE.rglob("*.py"))}


def imports_of(file: Path) -> Iterator[str]:
    """Yield what a file imports anywhere in it: at its top, in a function, for types alone."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: relative import"
            for alias in node.names:
                deeper = f"{node.module}.{alias.name}"
                yield deeper if deeper in modules() else node.module


@cache
def arrows() -> dict[str, set[str]]:
    """Module of `core` -> the modules of `core` it imports; `core` itself, which is lazy, is left out."""
    return {
        name: {found for found in imports_of(file) if found in modules()} - {name, "core"}
        for name, file in modules().items()
        if name not in ("core", "core.__main__")
    }


def layer_of(module: str) -> int:
    return LAYERS.index(module.split(".")[1])


def against_the_order() -> list[str]:
    return [
        f"{module} imports {target}"
        for module, targets in arrows().items()
        for target in sorted(targets)
        if layer_of(target) > layer_of(module)
    ]


def circles() -> list[list[str]]:
    """Return the groups of modules that reach each other (Tarjan's strongly connected components)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    groups: list[list[str]] = []

    def visit(module: str) -> None:
        index[module] = low[module] = len(index)
        stack.append(module)
        for target in arrows().get(module, ()):
            if target not in index:
                visit(target)
                low[module] = min(low[module], low[target])
            elif target in stack:
                low[module] = min(low[module], index[target])
        if low[module] == index[module]:
            at = stack.index(module)
            group = stack[at:]
            del stack[at:]
            if len(group) > 1:
                groups.append(sorted(group))

    for module in arrows():
        if module not in index:
            visit(module)
    return groups


def test_core_holds_the_layers_and_nothing_else():
    entries = {entry.name for entry in CORE.iterdir() if entry.name != "__pycache__"}
    assert entries == {*LAYERS, "__init__.py", "__main__.py"}


def test_a_package_imports_only_from_those_before_it():
    assert sum(map(len, arrows().values())) > 400
    assert against_the_order() == []


def test_no_modules_import_each_other_in_a_circle():
    assert circles() == []


def test_packages_hold_no_logic_in_their_init():
    for file in CORE.rglob("__init__.py"):
        if file.parent == CORE:
            continue
        body = ast.parse(file.read_text(encoding="utf-8")).body
        assert isinstance(body[0], ast.Expr), f"{file} has no docstring"
        assert all(isinstance(node, (ast.ImportFrom, ast.Assign)) for node in body[1:]), file


def test_streamlit_is_imported_in_ui_alone():
    users = {
        name
        for name, file in modules().items()
        if any(i.split(".")[0] == "streamlit" for i in imports_of(file))
    }
    assert users
    assert all(name.startswith("core.ui") for name in users), sorted(users)


CSV_WRITERS = ("writer", "DictWriter", "to_csv")
OWN_CSV = {
    "core.demo.writer": "invented products",
    "core.views.catalogues.choices": "an option of the command line",
}
"""Modules that write CSV whose cells need not be safe in a spreadsheet, and why."""


def test_every_csv_is_written_with_cells_that_are_safe_in_spreadsheets():
    writing = {
        name
        for name, file in modules().items()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in CSV_WRITERS
        if node.attr == "to_csv" or ast.unparse(node.value) == "csv"
    }
    safe = "core.common.spreadsheet"
    assert {name for name in writing if name != safe and safe not in arrows()[name]} == OWN_CSV.keys()


@pytest.mark.parametrize(
    "folder", [folder for folder in ROOT.glob("tests/*/") if (CORE / folder.name).is_dir()]
)
def test_tests_mirror_the_folders(folder):
    for file in folder.rglob("test_*.py"):
        tested = CORE / file.relative_to(ROOT / "tests").with_name(file.name.removeprefix("test_"))
        assert tested.is_file(), f"{file.relative_to(ROOT)}: there is no {tested.relative_to(ROOT)}"


if __name__ == "__main__":
    print(
        f"{sum(map(len, arrows().values()))} imports between {len(modules())} modules of {len(LAYERS)} layers"
    )
    print(f"{len(against_the_order())} against the order", *against_the_order(), sep="\n  ")
    print(f"{len(circles())} circles", *circles(), sep="\n  ")
