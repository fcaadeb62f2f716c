"""Rules of the house that no other test would notice were broken."""

import re

from tests.paths import ROOT


def test_only_the_pages_and_the_package_for_them_import_streamlit():
    found = [
        str(file.relative_to(ROOT))
        for file in sorted((ROOT / "core").rglob("*.py"))
        if file.parent.name != "ui"
        and re.search(r"^\s*(import|from) streamlit", file.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert not found


def test_no_page_is_reached_by_a_module_below():
    found = [
        str(file.relative_to(ROOT))
        for file in sorted((ROOT / "core").rglob("*.py"))
        if file.parent.name != "ui"
        and re.search(
            r"^\s*(import|from) core(\.| import )ui\b", file.read_text(encoding="utf-8"), re.MULTILINE
        )
    ]
    assert not found
