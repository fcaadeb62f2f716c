"""The map's JavaScript modules as the one script that Streamlit takes.

Streamlit serves a component's files only for installed packages; any other component hands over its script as
a text. `assets/map/loader.js` makes modules of that text again, in the browser.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
from graphlib import TopologicalSorter
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / "assets" / "map"
ENTRY = "component.js"
_IMPORT = re.compile(r'^import [^;"]+ from "\./([^"]+)";$', re.MULTILINE)


def map_script(folder: Path = FOLDER, entry: str = ENTRY) -> str:
    """Return the script that starts one of the modules of a folder.

    They are compressed, because Streamlit sends the script with every message of the component.
    """
    modules = json.dumps(ordered_modules(folder, entry)).encode()
    packed = base64.b64encode(gzip.compress(modules, mtime=0)).decode()
    loader = (folder / "loader.js").read_text(encoding="utf-8")
    return f'{loader}\nexport default await load("{packed}");\n'


def ordered_modules(folder: Path, entry: str = ENTRY) -> list[tuple[str, str]]:
    """Return name and source of a module and of all it needs, each after those that it imports.

    Raises
    ------
    FileNotFoundError
        If a module imports one that is not in the folder.
    graphlib.CycleError
        If modules import each other in a circle.
    """
    sources: dict[str, str] = {}
    imports: dict[str, list[str]] = {}
    names = [entry]
    while names:
        name = names.pop()
        if name not in sources:
            sources[name] = (folder / name).read_text(encoding="utf-8")
            imports[name] = _IMPORT.findall(sources[name])
            names += imports[name]
    return [(name, sources[name]) for name in TopologicalSorter(imports).static_order()]
