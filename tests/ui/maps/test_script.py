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


ENTRIES = (ENTRY, "tiled_component.js")


def modules_in(script: str) -> dict[str, str]:
    (packed,) = re.findall(r'await load\("([^"]+)"\);', script)
    return dict(json.loads(gzip.decompress(base64.b64decode(packed))))


def test_the_scripts_hold_every_module_of_the_maps():
    modules = {entry: modules_in(map_script(entry=entry)) for entry in ENTRIES}
    unused = {"loader.js", "types.js"}  # the loader is the script itself; types are for the checker only
    assert set().union(*modules.values()) == {path.name for path in FOLDER.glob("*.js")} - unused
    for entry in ENTRIES:
        assert modules[entry][entry] == (FOLDER / entry).read_text(encoding="utf-8")
    assert map_script() == map_script()  # or Streamlit would take it for a new one


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_script_is_small(entry):
    assert len(map_script(entry=entry)) < 35_000
