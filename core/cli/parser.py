"""What all commands share: the parser, the types of options, and options that several commands take."""

from __future__ import annotations

import argparse
import csv
import math
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

PROGRAM = "python -m core"


class CommandParser(argparse.ArgumentParser):
    """Reports a wrong option in one line instead of printing the whole usage."""

    def error(self, message: str) -> NoReturn:
        """Exit with code 2."""
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


@dataclass(frozen=True)
class Command:
    """One command of the command line.

    Attributes
    ----------
    name
        What is typed after ``python -m core``.
    help
        What it is for, in a line.
    add_options
        Adds its options to its parser.
    run
        Runs it with the options that were given.
    """

    name: str
    help: str
    add_options: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], None]


def positive(text: str) -> int:
    """Read a whole number above 0."""
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"expected a whole number above 0, got '{text}'")
    return int(text)


def whole(text: str) -> int:
    """Read a whole number, 0 or more."""
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"expected a whole number, 0 or more, got '{text}'")
    return int(text)


def above_zero(text: str) -> float:
    """Read a number above 0 and below a billion."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < 1e9:
        raise argparse.ArgumentTypeError(f"expected a number above 0 and below a billion, got '{text}'")
    return number


def new_file(text: str) -> Path:
    """Read the path of a file to write, before hours of work for it.

    A folder is none, but for one that Ray writes, ``NAME.parquet``.
    """
    path = _new(text)
    if path.is_dir() and path.suffix != ".parquet":
        raise argparse.ArgumentTypeError(f"'{text}' is a folder; name a file in it")
    if path.exists() and not path.is_dir() and not path.is_file():
        raise argparse.ArgumentTypeError(f"'{text}' is a device; name a file")  # not one to be replaced
    return path


def new_folder(text: str) -> Path:
    """Read the path of a folder to make, or to replace, before hours of work for it."""
    return _new(text)


def folder_to_fill(text: str) -> Path:
    """Read the path of a folder to write files into, which may be there, before hours of work for them."""
    return _new(text, fill=True)


def _new(text: str, *, fill: bool = False) -> Path:
    """Return a path that something can be moved to: a file can be made beside it, or in it to `fill` it."""
    path = Path(text)
    try:
        path.exists()  # its name is not too long
        here = path.absolute()
        above = next(each for each in ((here, *here.parents) if fill else here.parents) if each.exists())
        if not above.is_dir():
            raise argparse.ArgumentTypeError(f"'{text}' cannot be written: {above} is a file")
        with tempfile.TemporaryFile(dir=above):
            pass  # only trying tells: permissions say nothing of who is root, or of a disk that is read-only
    except OSError as error:
        raise argparse.ArgumentTypeError(f"'{text}' cannot be written: {error.strerror}") from None
    return path


def share_between(low: float, high: float) -> Callable[[str], float]:
    """Return what reads a percentage from `low` to `high` as a share, 0 to 1."""

    def share(text: str) -> float:
        try:
            number = float(text.strip().removesuffix("%"))
        except ValueError:
            number = math.nan
        if not low <= number <= high:
            raise argparse.ArgumentTypeError(f"expected a percentage from {low:g} to {high:g}, got '{text}'")
        return number / 100

    return share


def mapping(text: str) -> dict[str, str]:
    """Read ``name=COLUMN,description=COLUMN``; a pair with a comma in it stands in quotes, as in CSV."""
    try:
        pairs = [pair.split("=", 1) for pair in next(csv.reader([text], skipinitialspace=True))]
    except csv.Error:  # a line break outside quotes
        pairs = []
    if not pairs or any(len(pair) != 2 for pair in pairs):
        raise argparse.ArgumentTypeError(f"expected name=COLUMN,description=COLUMN, got '{text}'")
    return {ours.strip(): theirs.strip() for ours, theirs in pairs}


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how to read a table."""
    parser.add_argument(
        "--format",
        default="auto",
        metavar="FORMAT",
        help="of the table, such as shopify, woocommerce, merchant or csv (default: auto, recognised)",
    )
    parser.add_argument(
        "--columns",
        type=mapping,
        metavar="name=COLUMN,...",
        help="columns that are not recognised (a pair with a comma in it stands in quotes), "
        "for sku, name, description, image, category, parent, brand, "
        "price, currency, language, colour or url",
    )
    parser.add_argument("--encoding", metavar="NAME", help="of a text file (default: recognised)")
    parser.add_argument("--sheet", metavar="NAME", help="of a workbook, or table of a database")
    parser.add_argument(
        "--join", type=Path, metavar="FILE", help="a second table, such as labels, whose columns are added"
    )
    parser.add_argument("--on", metavar="COLUMN", help="column by which --join finds rows")


def add_catalogue(parser: argparse.ArgumentParser) -> None:
    """Add the options that say where a catalogue is and how to read it."""
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="DIR",
        help="the product table, or the folder with it and images/ or images.zip",
    )
    add_reading(parser)
    parser.add_argument(
        "--label",
        metavar="COLUMN",
        help="column with the category; of paths, COLUMN@1 is the top level, COLUMN@-1 the last "
        "(default: the whole path, which no two categories share)",
    )
    parser.add_argument(
        "--keep-placeholders", action="store_true", help='take "Uncategorized" and the like as categories'
    )


def add_images_per_product(parser: argparse.ArgumentParser) -> None:
    """Add ``--images-per-product``."""
    parser.add_argument(
        "--images-per-product",
        type=positive,
        default=1,
        metavar="N",
        help="use the mean of up to N images of a product (default: 1)",
    )


def add_bundle(parser: argparse.ArgumentParser) -> None:
    """Add ``--bundle``."""
    parser.add_argument("--bundle", type=Path, required=True, metavar="DIR", help="folder of the bundle")
