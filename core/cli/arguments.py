"""What can be asked for on the command line: its commands and their options."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import NoReturn


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line instead of printing the whole usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def make_parser() -> argparse.ArgumentParser:
    """Return the parser; what it gives says under ``command`` which command was asked for."""
    parser = _Parser(prog="python -m core", description="Product Lens: multimodal product classification.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)

    build = commands.add_parser("build", help="learn from a catalogue and write a bundle")
    _data_arguments(build)
    build.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder of the bundle, artifacts/NAME"
    )
    build.add_argument(
        "--text", default="minilm", metavar="ENCODER", help="text encoder, or 'none' (default: minilm)"
    )
    build.add_argument(
        "--image", default="compact", metavar="ENCODER", help="image encoder, or 'none' (default: compact)"
    )
    build.add_argument(
        "--weights", type=Path, metavar="FILE", help="weights of the image encoder: file or folder"
    )
    build.add_argument(
        "--text-weights", type=Path, metavar="FILE", help="weights of the text encoder: file or folder"
    )
    build.add_argument("--heads", default="all", metavar="A,B,C", help="heads to train (default: all)")
    build.add_argument(
        "--maps", default="all", metavar="A,B,C", help="projections to draw, or 'none' (default: all)"
    )
    build.add_argument("--limit", type=_positive, metavar="N", help="use a stratified sample of N rows")
    build.add_argument("--minimum", type=_positive, metavar="N", help="set classes under N rows aside")
    build.add_argument(
        "--seed", type=int, default=0, metavar="N", help="of sample, split, heads and maps (default: 0)"
    )
    build.add_argument("--origin", default="not stated", metavar="TEXT", help="where the data comes from")
    build.add_argument("--licence", default="not stated", metavar="TEXT", help="licence of the data")
    build.add_argument(
        "--private", action="store_true", help="leave out names, texts, prices, pictures and features"
    )
    build.add_argument(
        "--synthetic", action="store_true", help="the products were invented: say so everywhere"
    )
    build.add_argument(
        "--augment", type=_positive, default=0, metavar="N", help="learn from N changed copies a picture"
    )
    build.add_argument("--no-cache", action="store_true", help="encode everything anew")

    evaluate = commands.add_parser("evaluate", help="score a bundle on a labelled catalogue it never saw")
    _bundle_argument(evaluate)
    _data_arguments(evaluate)
    evaluate.add_argument("--json", type=Path, metavar="FILE", help="write the figures here")
    _backend_arguments(evaluate)
    _check_argument(evaluate)

    predict = commands.add_parser("predict", help="classify a whole catalogue, labelled or not")
    _bundle_argument(predict)
    _data_arguments(predict)
    predict.add_argument(
        "--out", type=Path, required=True, metavar="FILE.csv",
        help="where the predictions go; a folder NAME.parquet with --engine ray",
    )  # fmt: skip
    _engine_arguments(predict)
    _backend_arguments(predict)
    _check_argument(predict)

    classify = commands.add_parser("classify", help="classify one product")
    _bundle_argument(classify)
    classify.add_argument("--text", metavar="TEXT", help="name and description")
    classify.add_argument("--image", type=Path, metavar="FILE", help="picture")
    classify.add_argument("--explain", action="store_true", help="say what the answer rests on")
    classify.add_argument("--json", action="store_true", help="print JSON")

    embed = commands.add_parser("embed", help="encode a catalogue into a file")
    _data_arguments(embed)
    embed.add_argument("--encoder", required=True, metavar="NAME", help="see: python -m core encoders")
    embed.add_argument("--weights", type=Path, metavar="FILE", help="its weights: a file or a folder")
    embed.add_argument("--out", type=Path, required=True, metavar="FILE", help=".parquet, .csv or .npy")
    _engine_arguments(embed)
    _backend_arguments(embed)

    demo = commands.add_parser("demo", help="write a synthetic catalogue: invented products, drawn pictures")
    demo.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write into")
    demo.add_argument("--rows", type=_positive, default=2000, metavar="N", help="products (default: 2000)")
    demo.add_argument("--seed", type=int, default=7, metavar="N", help="the same seed gives the same files")

    _add_fetch_images(commands)

    commands.add_parser("encoders", help="list every encoder and whether its weights are here")
    commands.add_parser("bundles", help="list what lies under artifacts/")
    return parser


def _add_fetch_images(commands: argparse._SubParsersAction) -> None:
    fetch = commands.add_parser("fetch-images", help="fetch pictures that a catalogue has only addresses of")
    fetch.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder with the table")
    fetch.add_argument(
        "--format", default="csv", metavar="F", help="flipkart, fashion, bestbuy, parquet or csv (default)"
    )
    fetch.add_argument(
        "--column", metavar="COLUMN", help="column with the addresses (default: the format's picture column)"
    )
    fetch.add_argument(
        "--columns", type=_mapping, metavar="name=TITLE,...", help="as for build, for --format csv"
    )
    fetch.add_argument(
        "--out", type=Path, metavar="DIR", help="folder for the pictures (default: images/ beside the table)"
    )
    fetch.add_argument("--limit", type=_positive, metavar="N", help="only the table's first N addresses")
    fetch.add_argument(
        "--workers", type=_positive, default=16, metavar="N", help="requests at a time (default: 16)"
    )
    fetch.add_argument(
        "--per-host", type=_positive, default=4, metavar="N", help="of these to one host (default: 4)"
    )
    fetch.add_argument(
        "--retries", type=_whole, default=3, metavar="N", help="times to try again (default: 3)"
    )
    fetch.add_argument(
        "--timeout", type=_above_zero, default=20.0, metavar="S",
        help="seconds a server may stay silent; one picture may take six times that (default: 20)",
    )  # fmt: skip
    fetch.add_argument(
        "--max-mb", type=_above_zero, default=50.0, metavar="N", help="largest picture, in MB (default: 50)"
    )
    fetch.add_argument(
        "--allow-private", action="store_true", help="call addresses of this machine and its network, too"
    )


def _bundle_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--bundle", type=Path, required=True, metavar="DIR", help="folder of the bundle")


def _data_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="table, and images/ or images.zip"
    )
    parser.add_argument(
        "--format", default="csv", metavar="F", help="flipkart, fashion, bestbuy, parquet or csv (default)"
    )
    parser.add_argument("--label", metavar="COLUMN", help="column that holds the category")
    parser.add_argument(
        "--columns", type=_mapping, metavar="name=TITLE,...", help="which columns hold what (csv, parquet)"
    )


def _engine_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--engine", choices=("single", "ray"), default="single",
        help="one process (default), or many on this machine or a cluster: Parquet parts sorted by sku",
    )  # fmt: skip
    parser.add_argument("--workers", type=_positive, metavar="N", help="of ray (default: one per core)")
    parser.add_argument("--address", metavar="HOST:PORT", help="of a Ray cluster that runs, or auto")


def _backend_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--backend", choices=("onnx", "openvino"), default="onnx",
        help="what runs the encoders: ONNX Runtime (default), or OpenVINO, faster on many CPUs",
    )  # fmt: skip
    parser.add_argument(
        "--precision", choices=("fp32", "bf16", "int8"),
        help="of the encoders: fp32 (default of onnx, and of embed), bf16 (default of openvino), "
        "int8 (onnx, texts; never for stored vectors)",
    )  # fmt: skip


def _check_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--catalogue", type=Path, metavar="DIR",
        help="what a private bundle was made of: --precision int8 is checked on its validation products",
    )  # fmt: skip


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"expected a whole number above 0, got '{text}'")
    return int(text)


def _whole(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"expected a whole number, 0 or more, got '{text}'")
    return int(text)


def _above_zero(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < 1e9:
        raise argparse.ArgumentTypeError(f"expected a number above 0 and below a billion, got '{text}'")
    return number


def _mapping(text: str) -> dict[str, str]:
    pairs = [pair.split("=", 1) for pair in text.split(",")]
    if any(len(pair) != 2 for pair in pairs):
        raise argparse.ArgumentTypeError(f"expected name=COLUMN,description=COLUMN, got '{text}'")
    return {ours.strip(): theirs.strip() for ours, theirs in pairs}
