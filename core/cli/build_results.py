"""The options of ``build`` that write answers to test products as CSV files."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli.parser import new_folder

if TYPE_CHECKING:
    from core.bundle.reader import Bundle


def add_results(parser: argparse.ArgumentParser) -> None:
    """Add ``--results-format`` and ``--results``."""
    parser.add_argument(
        "--results-format",
        choices=("full", "course"),
        help="write the chosen models' answers to test products as CSV files, too: full (sku, true, "
        "predicted, confidence) or course (Predictions, True Labels)",
    )
    parser.add_argument(
        "--results",
        type=new_folder,
        default=Path("results"),
        metavar="DIR",
        help="folder for --results-format (default: results)",
    )


def write_wanted(options: argparse.Namespace, bundle: Bundle) -> None:
    """Write the files that were asked for, and say where they are."""
    from core.bundle.results import write_results

    if options.results_format:
        for file in write_results(bundle, options.results, options.results_format):
            print(f"results written to {file}")
