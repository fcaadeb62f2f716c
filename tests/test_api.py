"""The public API: `import core` loads nothing, and every name is there."""

import ast
import subprocess
import sys

import pytest

import core
from tests.paths import ROOT


def type_imports() -> dict[str, str]:
    """Return name -> module of the imports that only type checkers see."""
    tree = ast.parse((ROOT / "core" / "__init__.py").read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    return {alias.name: node.module for node in block.body for alias in node.names}


def test_every_name_is_what_type_checkers_see():
    assert type_imports() == {name: f"core.{module}" for name, module in core._MODULE_OF.items()}
    assert set(core.__all__) == set(type_imports())
    assert set(core.__all__) <= set(dir(core))


@pytest.mark.parametrize("name", core.__all__)
def test_every_name_can_be_imported(name):
    value = getattr(core, name)
    assert value.__doc__
    assert value.__name__ == name


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'fly'"):
        core.fly  # noqa: B018


def test_importing_core_loads_nothing():
    code = (
        "import sys; before = set(sys.modules); import core; "
        "print(sorted(m for m in set(sys.modules) - before if m.split('.')[0] not in "
        "('core', 'importlib', 'typing', 'warnings', 'collections')))\n"
        "print(sorted(m for m in sys.modules if m.startswith('core.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded, parts = done.stdout.splitlines()
    assert parts == "[]"
    assert not {"numpy", "pandas", "sklearn", "onnxruntime", "PIL"} & set(ast.literal_eval(loaded))
