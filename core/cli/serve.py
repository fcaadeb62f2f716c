"""``serve``: the pages and the API as one server."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.cli.parser import Command, positive
from core.common.errors import CoreError

HOST, PORT = "127.0.0.1", 8501


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host", default=HOST, metavar="ADDRESS", help=f"listen to this address (default: {HOST})"
    )
    parser.add_argument("--port", type=positive, default=PORT, help=f"listen to this port (default: {PORT})")
    parser.add_argument("--api-only", action="store_true", help="serve the API without the pages")
    parser.add_argument("--headless", action="store_true", help="do not open a browser")
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="folder that a private bundle was made from: its pages show names and images again",
    )


def _run(options: argparse.Namespace) -> None:
    if options.api_only and options.data:
        raise CoreError("--data is for pages; leave --api-only out")
    if options.api_only:
        from core.serving.api.server import run

        run(options.host, options.port)
        return
    from core.ui.server import run as run_pages

    run_pages(options.host, options.port, options.data, headless=options.headless)


COMMAND = Command("serve", "serve the pages and the REST API", _add_options, _run)
