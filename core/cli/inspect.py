"""``inspect``: say what a table is read as."""

from __future__ import annotations

import argparse
import json
import sys

from core.cli.parser import Command, add_catalogue, positive


def _add_options(parser: argparse.ArgumentParser) -> None:
    add_catalogue(parser)
    parser.add_argument(
        "--minimum", type=positive, metavar="N", help="set categories with fewer than N products aside"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")


def _run(options: argparse.Namespace) -> None:
    from core.catalogue.inspection import inspect
    from core.catalogue.recognition import recognise
    from core.cli.running import read_options

    found = inspect(recognise(options.data, read_options(options)), options.minimum)
    if options.json:
        json.dump(found.to_dict(), sys.stdout, ensure_ascii=False)
        print()
    else:
        print("\n".join(found.lines()))


COMMAND = Command(
    "inspect", "say what a table is read as: columns, products, what is set aside", _add_options, _run
)
