"""``taxonomy``: read a tree of categories, and say what is odd about it."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from core.cli.parser import Command


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        type=Path,
        metavar="FILE",
        help="a list (Google's, Shopify's, any delimited or indented one), or a table of parents, paths or "
        "levels",
    )
    parser.add_argument(
        "--separator", metavar="SIGN", help="what separates the levels of paths (default: recognised)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object with all paths instead")


def _run(options: argparse.Namespace) -> None:
    from core.taxonomy.reading import read_taxonomy

    read = read_taxonomy(options.file, options.separator)
    if options.json:
        json.dump(read.to_dict(), sys.stdout, ensure_ascii=False)
        print()
    else:
        print("\n".join(read.lines()))


COMMAND = Command(
    "taxonomy", "read a tree of categories from a file and say what is odd about it", _add_options, _run
)
