"""The options of ``build`` that say which encoders are trained further."""

from __future__ import annotations

import argparse
from dataclasses import replace

from core.building.finetuning.settings import CHOICES, DEFAULTS, FineTuning, chosen
from core.cli.parser import positive


def add_finetuning(parser: argparse.ArgumentParser) -> None:
    """Add ``--finetune``, ``--finetune-blocks`` and ``--finetune-epochs``."""
    usual = ", ".join(f"{modality} {each.blocks}" for modality, each in DEFAULTS.items())
    parser.add_argument(
        "--finetune",
        choices=CHOICES,
        help="train the last blocks of encoders on the training products; the bundle keeps them",
    )
    parser.add_argument(
        "--finetune-blocks",
        type=positive,
        metavar="N",
        help=f"how many blocks are trained (default: {usual})",
    )
    parser.add_argument(
        "--finetune-epochs",
        type=positive,
        metavar="N",
        help="most passes over the training products; validation products choose the best "
        f"(default: {DEFAULTS['text'].epochs})",
    )


def finetuning_of(options: argparse.Namespace) -> dict[str, FineTuning]:
    """Return modality -> how its encoder is trained further."""
    wanted = {}
    for modality in chosen(options.finetune) if options.finetune else ():
        usual = DEFAULTS[modality]
        blocks, epochs = options.finetune_blocks or usual.blocks, options.finetune_epochs or usual.epochs
        wanted[modality] = replace(usual, blocks=blocks, epochs=epochs)
    return wanted
