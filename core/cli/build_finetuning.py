"""The options of ``build`` that say which encoders are trained further."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from core.building.effort import USUAL
from core.building.finetuning.settings import CHOICES, DEFAULTS, FineTuning, chosen
from core.cli.parser import positive, share_between, whole
from core.features.encoders.fine_tuned import CLASSIFY, RECIPES

if TYPE_CHECKING:
    from core.building.options import BuildOptions
    from core.catalogue.reading import Catalogue


def add_finetuning(parser: argparse.ArgumentParser) -> None:
    """Add ``--finetune`` and what belongs to it."""
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
        "--finetune-recipe",
        choices=RECIPES,
        default=CLASSIFY,
        help="classify teaches the categories; contrastive, with --finetune both, which image belongs to "
        "which text (default: classify)",
    )
    parser.add_argument(
        "--finetune-folds",
        type=no_single,
        default=0,
        metavar="N",
        help="train encoders in N parts again, each without a part of the training products, to answer these "
        "as if they were new: for blend, stacking and findings (default: 0, the frozen encoder answers)",
    )
    parser.add_argument(
        "--finetune-prune",
        type=share_between(0, 90),
        default=0.0,
        metavar="PERCENT",
        help="share of the channels inside the trained blocks to remove before training, for a smaller and "
        "faster encoder: of EfficientNet-Lite and transformers (default: 0)",
    )


def no_single(text: str) -> int:
    """Read a number of folds: 0, or 2 or more."""
    if (number := whole(text)) == 1:
        raise argparse.ArgumentTypeError("expected 0, or two folds or more, got 1")
    return number


def finetuning_of(options: argparse.Namespace) -> dict[str, FineTuning]:
    """Return modality -> how its encoder is trained further."""
    wanted = {}
    for modality in chosen(options.finetune) if options.finetune else ():
        usual = DEFAULTS[modality]
        blocks, epochs = options.finetune_blocks or usual.blocks, options.finetune_epochs or usual.epochs
        wanted[modality] = replace(usual, blocks=blocks, epochs=epochs, prune=options.finetune_prune)
    return wanted


def tuning_time(catalogue: Catalogue, names: Mapping[str, str], choices: BuildOptions) -> str | None:
    """Say how long fine-tuning takes; None where it was not measured with these encoders."""
    from core.building.costs import MEASURED_CORES, Size, estimate_fine_tuning
    from core.catalogue.text import product_texts
    from core.views.catalogues.words import about

    if not choices.finetune or any(names.get(modality) != USUAL[modality] for modality in choices.finetune):
        return None
    texts = sum(map(bool, product_texts(catalogue.table)))
    size = Size(len(catalogue.table), texts, int(catalogue.table["has_image"].sum()))
    steps = estimate_fine_tuning(
        size, choices.finetune, recipe=choices.finetune_recipe, folds=choices.finetune_folds
    )
    return (
        f"fine-tuning takes {about(sum(steps.values()))} at most: "
        f"estimated from trainings measured on {MEASURED_CORES} cores"
    )
