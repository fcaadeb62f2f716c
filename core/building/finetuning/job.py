"""Train the encoders of a build on some of its products, and encode all products with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.building.encoded_again import encoded_again
from core.building.encoding import encode_input
from core.building.finetuning.products import Products, pairs_of, products_of
from core.building.finetuning.settings import stage_of
from core.building.finetuning.tuning import Tuned, tune
from core.building.options import BuildOptions
from core.building.training_data import TrainingData
from core.catalogue.reading import Catalogue
from core.common.progress import Progress
from core.features.encoders.encoder import Encoder
from core.features.encoders.fine_tuned import CONTRASTIVE


@dataclass(frozen=True, eq=False)
class TuningJob:
    """What all trainings of a build share.

    Attributes
    ----------
    catalogue, encoders, options
        The products, the encoders as they are, and how to train them.
    root
        Folder where trainings are kept.
    """

    catalogue: Catalogue
    encoders: Mapping[str, Encoder]
    options: BuildOptions
    root: Path

    def train(
        self,
        data: TrainingData,
        modalities: tuple[str, ...],
        progress: Progress,
        fold: int = 0,
        folds: int = 0,
    ) -> dict[str, Tuned]:
        """Train encoders on the training products of `data`, which lack a fold where `fold` is not 0."""
        trained: dict[str, Tuned] = {}
        recipe, settings = self.options.finetune_recipe, self.options.finetune
        for products in self._products(data, modalities, progress):
            stage = stage_of([each.name for each in products.encoders.values()], fold, folds)
            trained |= tune(
                products, settings, self.root, progress, recipe=recipe, stage=stage, seed=data.seed
            )
        return trained

    def _products(
        self, data: TrainingData, modalities: tuple[str, ...], progress: Progress
    ) -> Iterator[Products]:
        """Yield what each training learns from."""
        settings = self.options.finetune
        if self.options.finetune_recipe == CONTRASTIVE:
            yield pairs_of(self.catalogue, self.encoders, data, settings, progress)
            return
        for modality in modalities:
            yield products_of(self.catalogue, self.encoders[modality], data, settings[modality], progress)

    def encoded(self, data: TrainingData, tuned: Mapping[str, Encoder], progress: Progress) -> TrainingData:
        """Return the data with the vectors of trained encoders in the place of those before."""
        encoders = {**self.encoders, **tuned}
        changed = {
            modality: encode_input(self.catalogue, encoder, self.options, progress)
            for modality, encoder in tuned.items()
        }
        return encoded_again(data, changed, encoders, self.catalogue, self.options, progress)
