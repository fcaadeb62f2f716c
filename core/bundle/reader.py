"""A bundle opened for reading; `core.bundle.layout` says what lies where."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.bundle.arrays import load_array
from core.bundle.contents import checked_predictions
from core.bundle.guards import Guards
from core.bundle.head_answers import HeadAnswers, answers_of, packed_answers
from core.bundle.held_out import checked_held_out, held_out_answers
from core.bundle.json_fields import Fields
from core.bundle.json_files import load_json
from core.bundle.layout import (
    GUARDS,
    HELD_OUT,
    HELD_OUT_FURTHER,
    MODELS,
    READING,
    REFIT_BEFORE,
    RESULTS,
    STRANGENESS_FOLDER,
    TEXTS_FOLDER,
    scaling_file,
)
from core.bundle.model_card import ModelCard, checked_cards
from core.bundle.products import StoredProducts
from core.bundle.promises import OtherHead
from core.bundle.reading import Reading
from core.bundle.refit_answers import Refit
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
from core.features.encoders.bundled import load_bundled_encoder, load_side_by_side
from core.features.encoders.encoder import Encoder
from core.features.encoders.record import EncoderRecord
from core.heads.key import HeadKey
from core.heads.served import OnnxHead, load_head
from core.onnx.head_sizes import check_head_sizes
from core.onnx.untrusted import check_onnx

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


class Bundle(StoredProducts):
    """Everything learned from one catalogue: its products, and the models trained on them.

    Use :meth:`open`; the constructor only stores.
    """

    @cached_property
    def models(self) -> tuple[ModelCard, ...]:
        """All trained heads of all modalities."""
        content = self._read(MODELS, load_json)

        def read() -> tuple[ModelCard, ...]:
            cards = [ModelCard.read(each) for each in Fields({MODELS: content}, self.name).many(MODELS)]
            return checked_cards(cards, self.classes, self.modalities, self.manifest.files)

        return self._sound(read)

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
            return table.assign(**{name: _own_texts(table[name]) for name in text})

        name = RESULTS[modality]
        table = self._read(name, read)
        return self._sound(lambda: checked_predictions(table, name, self.classes))

    def head_answers(self, modality: str, head: str) -> HeadAnswers:
        """Return what one head answers for the test products, of all `predictions`; never to be changed."""
        if modality not in self._packed:
            self._packed[modality] = self._packed_answers(modality)
        return answers_of(self._packed[modality], head)

    @cached_property
    def _packed(self) -> dict[str, pa.Table]:
        return {}

    def _packed_answers(self, modality: str) -> pa.Table:
        """Return the answers of all heads of an input; of a large bundle they are mapped into memory."""

        def pack() -> pa.Table:
            try:
                return packed_answers(self.predictions(modality), self.classes, self._row_of)
            except KeyError as error:
                raise BundleError(f"{RESULTS[modality]} names the unknown product {error}") from None

        sound = partial(self._sound, pack)
        return self._mapped(RESULTS[modality], sound, "-packed") if self.is_large else sound()

    @property
    def prior(self) -> np.ndarray:
        """float32 (classes,): share of each category among the training products."""
        return np.asarray(self.manifest.prior, dtype=np.float32)

    def acceptance(self, given: str) -> AcceptanceRule:
        """Return the rule that says which answers need no review, by what is given: text, image or fused."""
        return self.manifest.acceptance.rules[given]

    def other_head(self, given: str) -> OtherHead | None:
        """Return who answers texts in languages that only the encoder covers; None where nobody does.

        Raises
        ------
        BundleError
            The bundle has no such head.
        """
        other = self.manifest.acceptance.others.get(given)
        if other is not None:
            self.model(HeadKey(given, other.head))
        return other

    def conformal(self, given: str) -> ConformalRule:
        """Return the rule that says which categories are plausible, by what is given."""
        return self.manifest.conformal.rules[given]

    @cached_property
    def before_refit(self) -> Refit | None:
        """What the heads of a refit answered before the corrections; None for other bundles."""
        if REFIT_BEFORE not in self.manifest.files:
            return None
        content = self._read(REFIT_BEFORE, load_json)
        return self._sound(
            lambda: Refit.read(
                Fields(content, REFIT_BEFORE),
                rows=self.manifest.rows,
                tested=len(self.rows("test")),
                classes=len(self.classes),
                among=self.modalities,
            )
        )

    @cached_property
    def reading(self) -> Reading | None:
        """How the table that it was built from is read; None where it keeps no copy."""
        if READING not in self.manifest.files:
            return None
        content = self._read(READING, load_json)
        return self._sound(lambda: Reading.read(Fields(content, READING)))

    @cached_property
    def guards(self) -> Guards:
        """What guards measured of the catalogue's own products."""
        frame = self._table(GUARDS, lambda frame: frame, self.manifest.rows)
        return self._sound(lambda: Guards.of(frame, self.manifest.rows, self.modalities))

    @cached_property
    def _held_out(self) -> pd.DataFrame:
        n, k, among = self.manifest.rows, len(self.classes), self.modalities
        return self._table(HELD_OUT, lambda frame: checked_held_out(frame, n, k, among))

    def held_out(self, given: str) -> HeldOutAnswers:
        """Return the chosen model's answers to products it had not seen, by what is given."""
        return held_out_answers(self._held_out, given, self.guards, self.labels, self.rows("validation"))

    def held_out_further(self, given: str) -> HeldOutAnswers | None:
        """Return the same of the model for texts in further languages; None where that is not known."""
        if given not in self.manifest.acceptance.others or HELD_OUT_FURTHER not in self.manifest.files:
            return None
        frame = self._held_out_further
        return held_out_answers(frame, given, self.guards, self.labels, self.rows("validation"))

    @cached_property
    def _held_out_further(self) -> pd.DataFrame:
        n, k, among, name = self.manifest.rows, len(self.classes), self.modalities, HELD_OUT_FURTHER
        return self._table(name, lambda frame: checked_held_out(frame, n, k, among, name))

    def held_out_answer(self, given: str, row: int) -> tuple[int, float] | None:
        """Return what the chosen model answered to one product it had not seen, by what is given.

        Returns
        -------
        tuple or None
            The predicted category, a position in `classes`, and its calibrated probability, 0 to 1; None
            where there is no such answer, as for test products.
        """
        frame = self._held_out
        one = frame[(frame["given"] == given) & (frame["row"] == row)]
        if one.empty:
            return None
        return one["predicted"].to_numpy(dtype=int).item(0), one["confidence"].to_numpy(dtype=float).item(0)

    @cached_property
    def texts(self) -> TextProfile | None:
        """What the training texts are like, to tell what cannot be read; None without text."""
        if "text" not in self.modalities:
            return None
        file = self._inside(TEXTS_FOLDER)
        return self._made(TEXTS_FOLDER, lambda: read_text_profile(file))

    @cached_property
    def strangeness(self) -> Strangeness:
        """What tells how unlike the catalogue a product is."""
        file = self._inside(STRANGENESS_FOLDER)
        return self._made(
            STRANGENESS_FOLDER, lambda: read_strangeness(file, self.modalities, len(self.classes))
        )

    def _inside(self, folder: str) -> Callable[[str], Path]:
        """Return what gives the files of one of the bundle's folders by their names."""
        names = [name for name in self.manifest.files if name.startswith(f"{folder}/")]
        files = {name.removeprefix(f"{folder}/"): self.file(name) for name in names}
        return files.__getitem__

    def head(self, key: HeadKey) -> OnnxHead:
        """Open one of the trained heads.

        Raises
        ------
        BundleError
            The bundle has no such head, or its file is damaged or no head of these categories.
        """
        name = self.model(key).file

        def load(file: Path) -> OnnxHead:
            check_onnx(file, head=True)
            check_head_sizes(file, len(self.classes))
            return load_head(file, len(self.classes))

        return self._read(name, load)

    def encoder(self, modality: str) -> Encoder:
        """Load the encoder of an input, from the bundle or from this machine.

        Raises
        ------
        BundleError
            The bundle carries it, and its file is damaged.
        EncoderError
            It is not on this machine, or has other weights or another preprocessing.
        """
        record = self.encoders[modality]
        if not record.members:
            return self.one_encoder(record)
        members = [self.one_encoder(member) for member in record.members]
        return load_side_by_side(record, members, self.scaling(modality))

    def one_encoder(self, record: EncoderRecord) -> Encoder:
        """Load a single encoder, or one of several side by side; errors as for :meth:`encoder`."""
        if record.bundled or record.file is None:
            return load_bundled_encoder(record, None)
        self._read(record.file, partial(check_onnx, head=False))
        return load_bundled_encoder(record, self.file(record.file))

    def scaling(self, modality: str) -> np.ndarray:
        """Return what standardises encoders side by side, float32 (2, dim); BundleError if it is damaged."""
        record = self.encoders[modality]

        def load(file: Path) -> np.ndarray:
            scaling = load_array(file, np.float32, (2, record.dim))
            if not np.isfinite(scaling).all() or not (scaling[1] > 0).all():
                raise ValueError(f"{file.name}: expected finite numbers, and factors above 0")
            return scaling

        return self._read(scaling_file(modality), load)


def _own_texts(cells: pd.Series[str]) -> pd.Series[str]:
    """Return cells of a CSV file without the apostrophes that make them safe."""
    marked = cells.str.startswith("'").to_numpy(dtype=bool)
    return cells.mask(marked, cells[marked].map(own_text)) if marked.any() else cells
