"""The reference of the command line, made from its parser.

python -m core.cli.reference docs/command_line.md
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from core.cli.commands import COMMANDS
from core.cli.parser import PROGRAM, Command
from core.common.files import atomic_path

_INTRODUCTION = f"""# Command line

Made from the parser by `{PROGRAM}.cli.reference docs/command_line.md`; do not edit.

`{PROGRAM} COMMAND --help` prints the same. The exit code is 0 when a command is done, 2 with one line on
standard error for a mistake that you can mend, and 1 for a bug. After Ctrl-C it is 130.
"""


def reference() -> str:
    """Return the reference as Markdown."""
    rows = [f"| [`{command.name}`](#{command.name}) | {command.help} |" for command in COMMANDS.values()]
    table = "\n".join(["| command | what for |", "| --- | --- |", *rows])
    sections = ("\n".join(_section(command)) for command in COMMANDS.values())
    return "\n".join([_INTRODUCTION, table, "", *sections])


def _section(command: Command) -> Iterator[str]:
    """Yield the lines about one command."""
    parser = argparse.ArgumentParser(prog=f"{PROGRAM} {command.name}", add_help=False)
    command.add_options(parser)
    yield f"## {command.name}\n"
    yield f"{command.help[0].upper()}{command.help[1:]}.\n"
    options = list(parser._actions)
    required = " ".join(f"{_spelling(option)}" for option in options if option.required)
    yield f"```bash\n{' '.join(filter(None, [parser.prog, required]))}\n```\n"
    if options:
        yield "| option | |"
        yield "| --- | --- |"
        for option in options:
            needed = " (required)" if option.required else ""
            yield f"| `{_cell(_spelling(option))}` | {_cell(option.help or '')}{needed} |"
        yield ""


def _spelling(option: argparse.Action) -> str:
    """Return an option as it is typed: ``--format FORMAT``."""
    value = str(option.metavar or "") or ("|".join(option.choices) if option.choices else "")
    return f"{option.option_strings[-1]} {value}".rstrip() if option.option_strings else value


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main(file: Path) -> None:
    """Write the reference to a file."""
    with atomic_path(file) as temporary:
        temporary.write_text(reference(), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
