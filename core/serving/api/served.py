"""A catalogue in service: its models, loaded once, and what they answer to programs."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.bundle.reader import Bundle
from core.bundle.wanted_precision import rules_for
from core.common.errors import CatalogueError
from core.common.recent import Recent
from core.serving.answering import ProductAnswers
from core.serving.api.question import Question, chunk_of
from core.serving.predictor import Predictor
from core.serving.readable import why_not
from core.serving.reasons import joined

if TYPE_CHECKING:
    from core.heads.inputs import Inputs

PRECISIONS = 50
"""Wanted precisions whose rules are kept: all that can be asked for."""


@dataclass(frozen=True, eq=False)
class Served:
    """A bundle that answers. Create it with :meth:`load`.

    Attributes
    ----------
    predictor
        Its models.
    """

    predictor: Predictor
    _by_precision: Recent[Predictor]

    @classmethod
    def load(cls, folder: Path) -> Served:
        """Load a bundle, with all that its answers need: another one may take its folder's place meanwhile.

        Raises
        ------
        CoreError
            As `Predictor.load`.
        """
        bundle = Bundle.open(folder)
        predictor = Predictor.load(bundle)
        _read_ahead(bundle)
        return cls(predictor, Recent(PRECISIONS))

    @property
    def bundle(self) -> Bundle:
        """The bundle."""
        return self.predictor.bundle

    def answers(self, questions: Sequence[Question]) -> list[dict[str, Any]]:
        """Classify products together, as ``predict`` classifies the rows of a table.

        Returns
        -------
        list of dict
            For each product, in order, what `core.serving.api.schemas.Classified` documents.

        Raises
        ------
        CatalogueError
            The bundle can read neither texts nor images.
        """
        inputs = self.inputs(questions)
        scores = self.predictor.scorers.on(inputs)
        opened = np.array([each.image is not None for each in questions])
        by_precision: dict[float | None, ProductAnswers] = {
            wanted: self.at(wanted).answers(scores, opened)
            for wanted in {each.wanted_precision for each in questions}
        }
        return [
            self._plain(question, by_precision[question.wanted_precision], row, str(inputs.texts[row]))
            for row, question in enumerate(questions)
        ]

    def inputs(self, questions: Sequence[Question]) -> Inputs:
        """Encode products.

        Raises
        ------
        CatalogueError
            The bundle can read neither texts nor images.
        """
        if not self.predictor.encoders:
            raise CatalogueError(
                " ".join(filter(None, (why_not(self.bundle, m) for m in self.bundle.encoders)))
            )
        return self.predictor.inputs(chunk_of(questions))

    def neighbours(self, question: Question, most: int) -> list[dict[str, Any]]:
        """Return the products of the catalogue that are nearest to one, the nearest first.

        Raises
        ------
        CatalogueError
            Nothing was given that the bundle reads.
        """
        inputs = self.inputs([question])
        found = self.predictor.neighbours(self._given(inputs), inputs, most)
        return [
            {"sku": n.sku, "name": n.name, "category": n.category, "similarity": n.similarity} for n in found
        ]

    def vectors(self, question: Question) -> dict[str, list[float]]:
        """Return the vectors of one product's text and image, each of length 1.

        Raises
        ------
        CatalogueError
            Nothing was given that the bundle reads.
        """
        inputs = self.inputs([question])
        self._given(inputs)
        return {m: f.vectors[0].tolist() for m, f in inputs.features.items() if f.present[0]}

    def _given(self, inputs: Inputs) -> str:
        """Return what the first product has: text, image, or fused for both."""
        given = [modality for modality in inputs.modalities if inputs.present(modality)[0]]
        if not given:
            wanted = " or ".join(self.bundle.encoders)
            raise CatalogueError(f"nothing to read: this catalogue needs {wanted}")
        return given[-1]

    def at(self, wanted: float | None) -> Predictor:
        """Return the predictor whose answers need no review if that share of them is to be right.

        The first time it takes a second or more: it is worth asking before a batch waits for it.
        """
        if wanted is None or wanted == self.bundle.manifest.acceptance.wanted_precision:
            return self.predictor
        return self._by_precision.get(wanted, partial(self._fitted_to, wanted))

    def _fitted_to(self, wanted: float) -> Predictor:
        bundle = copy.copy(self.bundle)
        bundle.manifest = replace(bundle.manifest, acceptance=rules_for(self.bundle, wanted))
        return Predictor(bundle, self.predictor.encoders, self.predictor.scorers)

    def _plain(self, question: Question, answers: ProductAnswers, row: int, text: str) -> dict[str, Any]:
        plain: dict[str, Any] = {
            "sku": question.sku,
            "predicted": "",
            "confidence": None,
            "needs_review": bool(answers.needs_review[row]),
            "reason": joined(answers.reasons_of(row)),
            "categories": [],
            "answered_by": None,
        }
        if answers.answered[row]:
            ranked = self.predictor.ranked(answers.proba[row], question.top)
            plain["predicted"], plain["confidence"] = ranked[0].category, ranked[0].confidence
            plain["categories"] = [asdict(each) for each in ranked]
            plain["answered_by"] = self.predictor.model_for(str(answers.given[row]), text)._asdict()
        return plain


def _read_ahead(bundle: Bundle) -> None:
    """Read what answers read when they first need it."""
    _ = bundle.table, bundle.texts, bundle.strangeness, bundle.models
    for modality in bundle.modalities:
        if bundle.has_features(modality):
            bundle.stored(modality)
