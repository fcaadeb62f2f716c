"""docs/extending.md, followed to the letter: an encoder, a format and a head, one file and one line each."""

import ast
import csv
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import tiny
from tests.paths import ROOT

SECTIONS = ("Add an encoder", "Add a format", "Add a head")
SECTION = re.compile(
    r"One file, `(?P<file>core/\S+\.py)`:\n\n```python\n(?P<code>.*?)```\n\n"
    r"and one line, in `(?P<registry>\w+)` of `(?P<init>core/\S+\.py)`:\n\n```python\n(?P<line>[^\n]+\n)```",
    re.DOTALL,
)


@dataclass(frozen=True)
class Extension:
    """A new file and its content; a line and the tuple of an existing file that it goes into."""

    file: str
    code: str
    registry: str
    init: str
    line: str


def section(title: str) -> str:
    page = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
    return page.split(f"## {title}\n")[1].split("\n#")[0]


def extensions() -> list[Extension]:
    return [Extension(**SECTION.search(section(title)).groupdict()) for title in SECTIONS]


def with_line(source: str, registry: str, line: str) -> str:
    """Put a line behind the last one in the tuple that `registry` is, or is made from."""
    for node in ast.parse(source).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == registry for target in targets):
            entries = next(inner for inner in ast.walk(node.value) if isinstance(inner, ast.Tuple)).elts
            lines = source.splitlines(keepends=True)
            return "".join([*lines[: entries[-1].end_lineno], line, *lines[entries[-1].end_lineno :]])
    raise AssertionError(f"no {registry} here")


@pytest.fixture(scope="module")
def extended(tmp_path_factory) -> Path:
    """A copy of the code with the three files and the three lines, and two catalogues as JSON lines."""
    root = tmp_path_factory.mktemp("extended")
    shutil.copytree(ROOT / "core", root / "core", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    for one in extensions():
        assert not (root / one.file).exists()
        (root / one.file).write_text(one.code, encoding="utf-8")
        init = root / one.init
        init.write_text(with_line(init.read_text(encoding="utf-8"), one.registry, one.line), encoding="utf-8")
    for seed, name in enumerate(("my-shop", "others")):
        made = tiny.write_catalogue(tmp_path_factory.mktemp(name), seed=seed)
        with (made / "products.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        lines = [
            {"id": row["sku"], "title": row["name"], "text": row["description"], "kind": row["category"]}
            for row in rows
        ]
        (root / name).mkdir()
        (root / name / "products.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return root


def run(root: Path, command: str, *more: str) -> str:
    """Run Python in the copy, in a process of its own; return what it printed."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["PRODUCT_LENS_CACHE"] = str(root / "cache")
    arguments = [sys.executable, *shlex.split(command), *more]
    done = subprocess.run(arguments, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_line_goes_behind_the_last_one_of_its_registry():
    names = 'NAMES = (\n    "one",\n'
    kinds = ")\nKINDS: dict = {\n    each: 1\n    for each in (\n        f((1,)),\n"
    rest = "    )\n}\n"
    assert with_line(names + kinds + rest, "NAMES", '    "two",\n') == names + '    "two",\n' + kinds + rest
    assert (
        with_line(names + kinds + rest, "KINDS", "        f(2),\n")
        == names + kinds + "        f(2),\n" + rest
    )


def test_the_code_passes_the_linter(extended):
    files = [file for one in extensions() for file in (one.file, one.init)]
    run(extended, "-m ruff check --config pyproject.toml", *files)
    run(extended, "-m ruff format --check --config pyproject.toml", *files)


def test_following_the_page_adds_an_encoder_a_format_and_a_head(extended):
    command = re.search(r"```bash\npython (-m core build .*?)\n```", section("Add a head"), re.DOTALL)[1]
    built = run(extended, command.replace("\\\n", " "), "--maps", "none")
    assert "90 rows read" in built
    assert "discriminant*" in built

    run(
        extended,
        "-m core evaluate --bundle artifacts/my-shop --data others --format jsonlines --json figures",
    )
    figures = json.loads((extended / "figures").read_text(encoding="utf-8"))
    assert figures["best"] == {"text": "discriminant"}
    assert (figures["n"], figures["set_aside"]) == (90, 0)
    assert figures["models"][0]["accuracy"] > 0.7

    said = run(extended, "-m core classify --bundle artifacts/my-shop --text 'ceramic mug' --json")
    answer = json.loads(said)
    assert (answer["category"], answer["given"]) == ("Mugs", "text")
    assert answer["answered_by"] == {"modality": "text", "head": "discriminant"}
    assert len(answer["neighbours"]) == 8


@pytest.mark.slow
def test_the_new_ones_pass_what_every_encoder_and_every_head_must(extended):
    shutil.copytree(ROOT / "tests", extended / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    chosen = "discriminant or letters or every or format"
    said = run(
        extended,
        "-m pytest tests/features/encoders/test_registry.py tests/heads/test_registry.py"
        " tests/catalogue/layouts/test_registry.py",
        "-k",
        chosen,
    )
    assert "passed" in said
