"""What a console can show, and what was typed there."""

from __future__ import annotations

import argparse
import io
import sys

from core.common.errors import CoreError


def any_console() -> None:
    """Write what the console cannot show, and halves of characters, as escapes instead of stopping."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def check_texts(options: argparse.Namespace) -> None:
    """Check that texts that were typed can be written to files; paths may be of any bytes.

    Raises
    ------
    CoreError
        One cannot.
    """
    for name, value in vars(options).items():
        if isinstance(value, str):
            try:
                value.encode("utf-8")
            except UnicodeEncodeError:
                raise CoreError(f"--{name.replace('_', '-')}: expected UTF-8, got {value!a}") from None
