"""What is known of an encoder that was trained further on a catalogue."""

from __future__ import annotations

from dataclasses import dataclass

FROZEN, IN_FOLDS = OUT_OF_FOLD_BY = ("frozen", "folds")
"""What may answer training products of a fine-tuned encoder as if they were new."""

CLASSIFY, CONTRASTIVE = RECIPES = ("classify", "contrastive")
"""What an encoder may learn."""


@dataclass(frozen=True)
class FineTuned:
    """What an encoder that was trained further was made from.

    Attributes
    ----------
    base, base_weights_id, base_bundled
        The encoder it was before: name, weights, and whether these come with the installation.
    blocks
        How many of its last blocks were trained.
    epochs
        Passes over the training products, up to the one of the lowest loss on validation products.
    products, validation
        How many products it was trained on, and how many chose when to stop.
    out_of_fold
        What answers training products as if they were new: ``frozen``, the encoder it was before, or
        ``folds``, encoders that were trained further in the same way, each without some of them.
    folds
        How many such encoders there were.
    recipe
        What it learned: ``classify``, the categories, or ``contrastive``, which image belongs to which text.
    pruned
        Share of the channels inside those blocks that were removed before training; 0 for none.
    """

    base: str
    base_weights_id: str
    base_bundled: bool
    blocks: int
    epochs: int
    products: int
    validation: int
    out_of_fold: str = FROZEN
    folds: int = 0
    recipe: str = CLASSIFY
    pruned: float = 0.0
