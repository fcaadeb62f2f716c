"""``demo``: write a synthetic catalogue."""

from __future__ import annotations

import argparse

from core.cli.parser import Command, folder_to_fill, positive


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", type=folder_to_fill, required=True, metavar="DIR", help="folder to write into"
    )
    parser.add_argument("--rows", type=positive, default=2000, metavar="N", help="products (default: 2000)")
    parser.add_argument(
        "--seed", type=int, default=7, metavar="N", help="the same seed writes the same files (default: 7)"
    )


def _run(options: argparse.Namespace) -> None:
    from core.common.progress import bar
    from core.demo import write_demo

    account = write_demo(options.out, rows=options.rows, seed=options.seed, progress=bar())
    print(f"{account.rows} synthetic products, {account.images} images, written to {account.folder}")
    print("  planted faults: " + ", ".join(f"{name} {count}" for name, count in account.faults.items()))


COMMAND = Command(
    "demo", "write a synthetic catalogue: invented products with drawn images", _add_options, _run
)
