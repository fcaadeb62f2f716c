"""The command line: ``python -m core COMMAND --help``.

Exit code 0 when done, 2 with one clear line on standard error for a user's mistake, 1 for a bug.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence

from core.cli import (
    build,
    check,
    classify,
    compare,
    demo,
    embed,
    evaluate,
    fetch_images,
    inspect,
    keys,
    listings,
    predict,
    serve,
    taxonomy,
)
from core.cli.consoles import any_console, check_texts
from core.cli.parser import PROGRAM, Command, CommandParser
from core.common.errors import CoreError

COMMANDS: dict[str, Command] = {
    command.name: command
    for command in (
        inspect.COMMAND,
        build.COMMAND,
        evaluate.COMMAND,
        predict.COMMAND,
        classify.COMMAND,
        embed.COMMAND,
        demo.COMMAND,
        fetch_images.COMMAND,
        check.COMMAND,
        compare.COMMAND,
        taxonomy.COMMAND,
        listings.ENCODERS,
        listings.BUNDLES,
        serve.COMMAND,
        keys.COMMAND,
    )
}
"""Every command there is."""

_NO_PLACE = (
    *(errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT, errno.EPERM, errno.EFBIG),
    *(errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENAMETOOLONG, errno.ELOOP),
)
"""Errors of a disk that is full or may not be written to, and of paths that cannot be."""


def make_parser() -> CommandParser:
    """Return the parser; the name of the command that was chosen is under ``command``."""
    parser = CommandParser(prog=PROGRAM, description="Product Lens: multimodal product classification.")
    parsers = parser.add_subparsers(
        dest="command", required=True, metavar="COMMAND", parser_class=CommandParser
    )
    for command in COMMANDS.values():
        command.add_options(parsers.add_parser(command.name, help=command.help, description=command.help))
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the process's exit code."""
    any_console()
    options = make_parser().parse_args(arguments)
    try:
        check_texts(options)
        COMMANDS[options.command].run(options)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads the output, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # where Python flushes it at exit
    except CoreError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return _fail("stopped; finished work is kept, and the next run goes on from there", 130)
    except OSError as error:
        if error.errno not in _NO_PLACE:
            raise
        return _fail(f"cannot write: {os.strerror(error.errno)}: {error.filename or 'disk'}")
    return 0


def _fail(message: str, code: int = 2) -> int:
    print("error: " + " ".join(message.split()), file=sys.stderr)
    return code
