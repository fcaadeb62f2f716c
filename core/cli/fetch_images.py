"""``fetch-images``: download the images that a catalogue only has addresses of."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli.parser import Command, above_zero, add_reading, folder_to_fill, positive, whole

if TYPE_CHECKING:
    from core.downloads.report import FetchReport


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder with the table")
    add_reading(parser)
    parser.add_argument(
        "--column", metavar="COLUMN", help="column with the addresses (default: the format's image column)"
    )
    parser.add_argument(
        "--out",
        type=folder_to_fill,
        metavar="DIR",
        help="folder for the images (default: images/ beside the table)",
    )
    parser.add_argument("--limit", type=positive, metavar="N", help="only the table's first N addresses")
    _add_network_options(parser)


def _add_network_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--workers", type=positive, default=16, metavar="N", help="requests at a time (default: 16)"
    )
    parser.add_argument(
        "--per-host", type=positive, default=4, metavar="N", help="of these, to one host (default: 4)"
    )
    parser.add_argument(
        "--retries", type=whole, default=3, metavar="N", help="tries after the first (default: 3)"
    )
    parser.add_argument(
        "--timeout",
        type=above_zero,
        default=20.0,
        metavar="S",
        help="seconds a server may stay silent; one image may take six times as long (default: 20)",
    )
    parser.add_argument(
        "--max-mb", type=above_zero, default=50.0, metavar="N", help="largest image, in MB (default: 50)"
    )
    parser.add_argument(
        "--allow-private", action="store_true", help="allow addresses of this machine and its network"
    )


def _run(options: argparse.Namespace) -> None:
    from core.common.progress import bar
    from core.downloads.connection import Caller
    from core.downloads.fetching import fetch_images
    from core.downloads.workers import Manners

    progress = bar()
    try:
        report = fetch_images(
            options.data,
            options.format,
            column=options.column,
            columns=options.columns,
            encoding=options.encoding,
            sheet=options.sheet,
            join=options.join,
            on=options.on,
            out=options.out,
            limit=options.limit,
            caller=Caller(silence=options.timeout, allow_private=options.allow_private),
            manners=Manners(
                workers=options.workers,
                per_host=options.per_host,
                retries=options.retries,
                max_bytes=int(options.max_mb * 2**20),
            ),
            progress=progress,
        )
    finally:
        progress.close()  # what is printed next begins on a line of its own
    print("\n".join([*report.lines(), *_hints(options, report)]))


def _hints(options: argparse.Namespace, report: FetchReport) -> list[str]:
    """Return what the next command needs to know."""
    from core.downloads.fetching import images_folder

    hints = []
    if options.column and report.with_image < report.images:
        hints.append(f"other commands need to know the column: --columns image={options.column}")
    usual = images_folder(options.data)
    if options.out is not None and options.out.resolve() != usual.resolve():
        hints.append(f"other commands look for images in {usual}")
    return hints


COMMAND = Command(
    "fetch-images", "download the images that a catalogue only has addresses of", _add_options, _run
)
