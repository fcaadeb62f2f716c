"""``keys``: the keys of programs that ask a team's server."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.cli.parser import Command, positive
from core.common.errors import CoreError

RATE = 600
"""As `core.serving.api.keys.RATE`, which is not imported to print help."""


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--file", type=Path, metavar="FILE", help="the file of keys (default: PRODUCT_LENS_KEYS)"
    )
    parser.add_argument("--add", metavar="NAME", help="make a key and print it; it is shown once")
    parser.add_argument("--remove", metavar="NAME", help="remove a key: a running server refuses it at once")
    parser.add_argument(
        "--scope", choices=("read", "write"), default="read", help="what a new key may do (default: read)"
    )
    parser.add_argument(
        "--rate",
        type=positive,
        default=RATE,
        metavar="N",
        help=f"products a minute for a new key (default: {RATE})",
    )


def _run(options: argparse.Namespace) -> None:
    from core.serving.api.keys import KEYS, KeyFile, key_file

    file = KeyFile(options.file) if options.file else key_file()
    if file is None:
        raise CoreError(f"name the file of keys: --file FILE, or set {KEYS}")
    if options.add:
        print(file.add(options.add, options.scope, options.rate))
    elif options.remove:
        file.remove(options.remove)
    else:
        for key in file.read().values():
            print(f"{key.name}  {key.scope}  {key.rate} a minute  {key.created}")


COMMAND = Command("keys", "list, make and remove keys for the REST API", _add_options, _run)
