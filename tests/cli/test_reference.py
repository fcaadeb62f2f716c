"""The reference of the command line says what the commands do today."""

import pytest

from core.cli.commands import COMMANDS, main
from core.cli.reference import reference
from tests.paths import ROOT


def test_the_reference_in_the_docs_is_current():
    written = (ROOT / "docs" / "command_line.md").read_text(encoding="utf-8")
    assert written == reference(), "run: python -m core.cli.reference docs/command_line.md"


@pytest.mark.parametrize("name", COMMANDS)
def test_the_reference_has_every_option_that_help_prints(name, capsys):
    with pytest.raises(SystemExit):
        main([name, "--help"])
    options = {
        word.strip("[],") for word in capsys.readouterr().out.split() if word.startswith(("--", "[--"))
    }
    section = reference().split(f"\n## {name}\n")[1].split("\n## ")[0]
    named = {line.split("`")[1].split()[0] for line in section.splitlines() if line.startswith("| `")}
    assert options - {"--help"} == {name for name in named if name.startswith("--")}
