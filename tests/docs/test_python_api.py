"""docs/python_api.md lists the public names, all of them and no others; README stays short."""

import re

import core
from tests.paths import ROOT


def test_the_page_lists_every_public_name():
    table = (ROOT / "docs" / "python_api.md").read_text(encoding="utf-8").split("## What there is")[1]
    rows = [line for line in table.splitlines() if line.startswith("| ")]
    assert sorted(re.findall(r"`(\w+)`", "".join(rows))) == sorted(core.__all__)


def test_the_readme_is_short_and_its_links_lead_somewhere():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 200
    links = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    assert len(links) > 10
    assert [link for link in links if not (ROOT / link).exists()] == []
