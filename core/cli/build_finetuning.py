"""The options of ``build`` that say which encoders are trained further."""

from __future__ import annotations

import argparse
from dataclasses import replace

from core.building.finetuning.settings import CHOICES, DEFAULTS, FineTuning, chosen
from core.cli.parser import positive, share_between


def add_finetuning(parser: argparse.ArgumentParser) -> None:
    """Add ``--finetune``, ``--finetune-blocks``, ``--finetune-epochs`` and ``--finetune-prune``."""
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
    parser.add_argument(
        "--finetune-prune",
        type=share_between(0, 90),
        default=0.0,
        metavar="PERCENT",
        help="share of the channels inside the trained blocks to remove before training, for a smaller and "
        "faster encoder: of EfficientNet-Lite and transformers (default: 0)",
    )


def finetuning_of(options: argparse.Namespace) -> dict[str, FineTuning]:
    """Return modality -> how its encoder is trained further."""
    wanted = {}
    for modality in chosen(options.finetune) if options.finetune else ():
        usual = DEFAULTS[modality]
        blocks, epochs = options.finetune_blocks or usual.blocks, options.finetune_epochs or usual.epochs
        wanted[modality] = replace(usual, blocks=blocks, epochs=epochs, prune=options.finetune_prune)
    return wanted
