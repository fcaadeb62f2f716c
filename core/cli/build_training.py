"""The options of ``build`` that say how heads are trained."""

from __future__ import annotations

import argparse
import math
from typing import TYPE_CHECKING

from core.bundle.training import COMPRESSED
from core.common.errors import CoreError
from core.evaluation.splits import TEST_SHARE, VALIDATION_SHARE

if TYPE_CHECKING:
    from core.bundle.training import TrainingChoices

LEAST_TRAINING = 0.1
"""Share of the products that must be left to learn from."""


def add_training(parser: argparse.ArgumentParser) -> None:
    """Add ``--class-weight``, ``--test-size``, ``--validation-size``, ``--set`` and ``--compress``."""
    parser.add_argument(
        "--class-weight",
        choices=("none", "balanced"),
        default="none",
        help="balanced: in training each category counts the same, however few products it has",
    )
    for part, usual in (("test", TEST_SHARE), ("validation", VALIDATION_SHARE)):
        parser.add_argument(
            f"--{part}-size",
            type=_part,
            default=usual,
            metavar="PERCENT",
            help=f"share of the products that are {part} products, such as 25 or 0.25 "
            f"(default: {100 * usual:g})",
        )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="HEAD.SETTING=VALUE",
        help="a setting of a head, such as mlp.layers=256,64 or random_forest.trees=300; "
        "may be given several times (docs/heads.md lists all settings)",
    )
    parser.add_argument(
        "--compress",
        choices=COMPRESSED,
        help="let encoders and heads compute in 8 bits, with ranges from training products, where that loses "
        "nothing; the bundle keeps such encoders",
    )


def training_of(options: argparse.Namespace) -> TrainingChoices:
    """Return what was chosen of training.

    Raises
    ------
    CoreError
        A setting is wrong, or too few products would be left to learn from.
    """
    from core.bundle.training import TrainingChoices
    from core.heads.settings import parse_settings

    parse_settings(options.set)
    if options.test_size + options.validation_size > 1 - LEAST_TRAINING:
        raise CoreError(
            f"--test-size {100 * options.test_size:g} and --validation-size "
            f"{100 * options.validation_size:g} leave less than {LEAST_TRAINING:.0%} of the products to "
            "learn from; choose smaller ones"
        )
    return TrainingChoices(
        balanced=options.class_weight == "balanced",
        test_share=options.test_size,
        validation_share=options.validation_size,
        settings=tuple(options.set),
        compress=options.compress,
    )


def _part(text: str) -> float:
    """Read a percentage from 1 to 80, or the share that it is, as a share."""
    try:
        number = float(text.strip().removesuffix("%"))
    except ValueError:
        number = math.nan
    share = number if number < 1 and not text.strip().endswith("%") else number / 100
    if not 0.01 <= share <= 0.8:
        raise argparse.ArgumentTypeError(
            f"expected a percentage from 1 to 80 or a share from 0.01 to 0.8, got '{text}'"
        )
    return share
