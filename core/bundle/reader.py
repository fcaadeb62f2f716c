"""A bundle opened for reading; `core.bundle.layout` says what lies where."""

from __future__ import annotations

import json
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.bundle.guards import Guards
from core.bundle.held_out import checked_held_out, held_out_answers
from core.bundle.json_fields import Fields
from core.bundle.layout import GUARDS, HELD_OUT, MODELS, RESULTS, STRANGENESS_FOLDER, TEXTS_FOLDER
from core.bundle.model_card import ModelCard
from core.bundle.products import StoredProducts
from core.bundle.strangeness import read_strangeness
from core.bundle.text_profile import read_text_profile
from core.common.errors import BundleError
from core.common.spreadsheet import own_text
from core.evaluation.acceptance import AcceptanceRule
from core.evaluation.calibrators import Calibrator
from core.evaluation.conformal import ConformalRule
from core.evaluation.held_out import HeldOutAnswers
from core.evaluation.report import Report
from core.evaluation.strangeness.fitting import Strangeness
from core.evaluation.texts.profile import TextProfile
from core.heads.key import HeadKey

if TYPE_CHECKING:
    import pandas as pd


class Bundle(StoredProducts):
    """Everything learned from one catalogue: its products, and the models trained on them.

    Use :meth:`open`; the constructor only stores.
    """

    @cached_property
    def models(self) -> tuple[ModelCard, ...]:
        """All trained heads of all modalities."""
        content = self._read(MODELS, lambda file: json.loads(file.read_text(encoding="utf-8")))
        return self._sound(
            lambda: tuple(ModelCard.read(each) for each in Fields({MODELS: content}, self.name).many(MODELS))
        )

    def model(self, key: HeadKey) -> ModelCard:
        """Return one head's card.

        Raises
        ------
        BundleError
            The bundle has no such head.
        """
        for model in self.models:
            if model.key == key:
                return model
        raise BundleError(f"bundle '{self.name}' has no {key.modality} head '{key.head}'")

    def heads(self, modality: str) -> tuple[str, ...]:
        """Names of the heads trained on `modality`."""
        return tuple(model.head for model in self.models if model.modality == modality)

    @property
    def best(self) -> dict[str, str]:
        """Modality -> the head that did best on validation products."""
        return {model.modality: model.head for model in self.models if model.chosen}

    @property
    def calibrators(self) -> dict[HeadKey, Calibrator]:
        """Head -> what makes its probabilities true."""
        return {model.key: model.calibrator for model in self.models}

    @property
    def reports(self) -> tuple[Report, ...]:
        """What every head reaches on the test products."""
        return tuple(model.report for model in self.models)

    def report(self, modality: str, head: str | None = None) -> Report:
        """One head's report on the test products; the chosen head's where none is named."""
        return self.model(HeadKey(modality, head or self.best[modality])).report

    def predictions(self, modality: str) -> pd.DataFrame:
        """Predictions of all heads on the test products, as stored in ``results/``."""
        import pandas as pd

        text = {"sku": str, "head": str, "true": str, "predicted": str}

        def read(file: Path) -> pd.DataFrame:
            table = pd.read_csv(file, dtype=text, keep_default_na=False)
            return table.assign(**{name: table[name].map(own_text) for name in text})

        return self._read(RESULTS[modality], read)

    @property
    def prior(self) -> np.ndarray:
        """float32 (classes,): share of each category among the training products."""
        return np.asarray(self.manifest.prior, dtype=np.float32)

    def acceptance(self, given: str) -> AcceptanceRule:
        """Return the rule that says which answers need no review, by what is given: text, image or fused."""
        return self.manifest.acceptance.rules[given]

    def conformal(self, given: str) -> ConformalRule:
        """Return the rule that says which categories are plausible, by what is given."""
        return self.manifest.conformal.rules[given]

    @cached_property
    def guards(self) -> Guards:
        """What guards measured of the catalogue's own products."""
        frame = self._table(GUARDS)
        return self._sound(lambda: Guards.of(frame, self.manifest.rows, self.modalities))

    @cached_property
    def _held_out(self) -> pd.DataFrame:
        frame = self._table(HELD_OUT)
        return self._sound(
            lambda: checked_held_out(frame, self.manifest.rows, len(self.classes), self.modalities)
        )

    def held_out(self, given: str) -> HeldOutAnswers:
        """Return the chosen model's answers to products it had not seen, by what is given."""
        return held_out_answers(self._held_out, given, self.guards, self.labels, self.rows("validation"))

    @cached_property
    def texts(self) -> TextProfile | None:
        """What the training texts are like, to tell what cannot be read; None without text."""
        return self._read(TEXTS_FOLDER, read_text_profile) if "text" in self.modalities else None

    @cached_property
    def strangeness(self) -> Strangeness:
        """What tells how unlike the catalogue a product is."""
        read = partial(read_strangeness, modalities=self.modalities, n_categories=len(self.classes))
        return self._read(STRANGENESS_FOLDER, read)
