"""How to build a bundle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.building.effort import THOROUGH
from core.building.finetuning.settings import FineTuning
from core.bundle.encoder_choice import EncoderChoice
from core.bundle.protocol import NOT_STATED
from core.bundle.training import TrainingChoices
from core.common.engine import THIS_PROCESS, Engine
from core.evaluation.acceptance import GUARD, WANTED_PRECISION
from core.features.encoders.fine_tuned import CLASSIFY


@dataclass(frozen=True)
class BuildOptions:
    """How to build a bundle.

    Attributes
    ----------
    heads
        Names of the heads to train on each modality.
    methods, dims
        Projections to draw: by each method, in each number of dimensions.
    seed
        Of the split, the heads and the projections.
    origin, licence
        Of the data, as shown with the figures.
    synthetic
        Whether the products were invented.
    private
        Whether to leave out names, descriptions, prices, images and features.
    augment
        How many altered copies of each training image to learn from, too.
    images_per_product
        Of how many images of a product, at most, the mean is its image vector.
    finetune
        text and/or image -> how its encoder is trained further on the training products.
    finetune_recipe
        One of `core.building.finetuning.settings.RECIPES`.
    finetune_folds
        How many encoders are trained further without a part of the training products each, to answer these
        as if they were new; with 0, the frozen encoder does.
    wanted_precision
        Share of right answers wanted among those that need no review, in (0, 1).
    guard
        Share of right answers that guards against surprises may send to review, 0 to below 1.
    training
        Sizes of the split, weights of the categories, settings of heads.
    word_vectors
        GloVe's text file, for heads that read words; None looks in the usual places.
    encoder_choice
        Why the encoders were chosen (`core.building.encoder_choice`), for the bundle to record.
    cache
        Folder of the feature cache; None encodes everything again.
    unfinished
        Folder where the steps that a build has finished are kept until it ends, so that the same build goes
        on after a kill; None keeps none.
    engine
        What encodes, trains heads and searches for neighbours.
    """

    heads: tuple[str, ...] = THOROUGH.heads
    methods: tuple[str, ...] = THOROUGH.methods
    dims: tuple[int, ...] = THOROUGH.dims
    seed: int = 0
    origin: str = NOT_STATED
    licence: str = NOT_STATED
    synthetic: bool = False
    private: bool = False
    augment: int = 0
    images_per_product: int = 1
    finetune: Mapping[str, FineTuning] = field(default_factory=dict)
    finetune_recipe: str = CLASSIFY
    finetune_folds: int = 0
    wanted_precision: float = WANTED_PRECISION
    guard: float = GUARD
    training: TrainingChoices = field(default_factory=TrainingChoices)
    word_vectors: Path | None = None
    encoder_choice: EncoderChoice = field(default_factory=dict)
    cache: Path | None = None
    unfinished: Path | None = None
    engine: Engine = THIS_PROCESS
