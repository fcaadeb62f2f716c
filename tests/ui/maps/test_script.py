"""The map's modules: that each is found, comes after what it imports, and travels unchanged."""

import base64
import gzip
import json
import re
from graphlib import CycleError

import pytest

from core.ui.maps.script import ENTRY, FOLDER, map_script, ordered_modules


@pytest.fixture
def folder(tmp_path):
    def write(**modules: str):
        for name, source in modules.items():
            (tmp_path / f"{name}.js").write_text(source, encoding="utf-8")
        return tmp_path

    return write


def test_a_module_comes_once_and_after_those_that_it_imports(folder):
    diamond = folder(
        component='import { a } from "./a.js";\nimport {\n  b,\n} from "./b.js";\n',
        a='import * as c from "./c.js";\n',
        b='import { c } from "./c.js";\n',
        c='/** @import { T } from "./types.js" */\nexport const c = 1;\n',
        types="export {};\n",
    )
    names = [name for name, _ in ordered_modules(diamond)]
    assert sorted(names) == ["a.js", "b.js", "c.js", "component.js"]
    assert names[0] == "c.js"
    assert names[-1] == "component.js"


def test_modules_that_import_each_other_or_are_missing_are_refused(folder):
    with pytest.raises(FileNotFoundError, match=r"a\.js"):
        ordered_modules(folder(component='import { a } from "./a.js";\n'))
    with pytest.raises(CycleError):
        ordered_modules(folder(a='import { c } from "./component.js";\n'))


def test_the_script_holds_every_module_of_the_map():
    script = map_script()
    (packed,) = re.findall(r'await load\("([^"]+)"\);', script)
    modules = dict(json.loads(gzip.decompress(base64.b64decode(packed))))
    unused = {"loader.js", "types.js"}  # the loader is the script itself; types are for the checker only
    assert set(modules) == {path.name for path in FOLDER.glob("*.js")} - unused
    assert modules[ENTRY] == (FOLDER / ENTRY).read_text(encoding="utf-8")
    assert script == map_script()  # or Streamlit would take it for a new one


def test_the_script_is_small():
    assert len(map_script()) < 30_000
