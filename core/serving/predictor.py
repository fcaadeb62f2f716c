"""The predictor: a product in; ranked categories and nearest products out.

Products are turned into numbers by the functions that built the bundle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from core.bundle.reader import Bundle
from core.catalogue.images.decoding import image_bytes, image_key
from core.catalogue.images.digest import bytes_digest
from core.catalogue.text import product_texts
from core.common.errors import CatalogueError
from core.common.progress import Progress, silent
from core.common.recent import Recent
from core.features.cache import paid_cache
from core.features.encoders.encoder import Encoder
from core.features.given.unread import UnreadTexts
from core.features.given.vectors import GivenVectors
from core.features.images import encode_image, nothing
from core.features.products import encode_products
from core.features.texts import encode_texts
from core.features.vectors import Features
from core.heads.inputs import Inputs
from core.heads.key import HeadKey
from core.heads.scoring import Scorer, Scorers, Scores
from core.onnx.sessions import workers
from core.serving.answer import Answer, ModelAnswer, Neighbour, Ranked
from core.serving.answering import ProductAnswers, answer_products
from core.serving.readable import can_answer, encoders_of, is_given, why_not, word_head
from core.serving.reasons import UNLIKE, joined

if TYPE_CHECKING:
    import pandas as pd

    from core.catalogue.reading import Chunk

NEIGHBOURS = 8
REMEMBERED = 256
"""Answers a predictor keeps."""


class Predictor:
    """Classifies products with one bundle. Use :meth:`load`; the constructor only stores.

    One predictor serves all threads of a server: models and stored vectors are loaded once, and answers to
    the most recent products are remembered.
    """

    def __init__(
        self,
        bundle: Bundle,
        encoders: Mapping[str, Encoder],
        scorers: Scorers,
        *,
        remembered: int = REMEMBERED,
    ) -> None:
        self.bundle = bundle
        self.encoders = encoders
        self.scorers = scorers
        self._recent: Recent[Answer] = Recent(remembered)

    @classmethod
    def load(
        cls,
        bundle: Bundle | Path | str,
        given: Sequence[str] = ("text", "image"),
        vectors: Mapping[str, GivenVectors] | None = None,
    ) -> Predictor:
        """Load the encoders and heads of a bundle.

        Parameters
        ----------
        bundle
            The bundle or its folder.
        given
            What the products have: text, image, or both. Encoders and heads that read only the other one are
            not loaded.
        vectors
            text, image -> the products' vectors, for a bundle whose own were given. Without them a text is
            answered by the best head that reads words alone, an image not at all.

        Raises
        ------
        CoreError
            The bundle is damaged, or the weights of one of its encoders cannot be found.
        """
        if not isinstance(bundle, Bundle):
            bundle = Bundle.open(bundle)
        vectors = vectors or {}
        own = encoders_of(bundle, vectors)
        loading = {
            m: workers().submit(bundle.encoder, m)
            for m in bundle.encoders
            if m in given and not is_given(bundle, m)
        }
        heads: dict[HeadKey, Scorer] = {
            model.key: bundle.head(model.key)
            for model in bundle.models
            if (model.modality in given or (model.modality == "fused" and len(given) > 1))
            and can_answer(model.key, bundle, vectors)
        }
        if any(bundle.has_features(m) for m in given):
            bundle.title(0)  # what reads the neighbours' names is imported while the encoders load
        encoders = {m: encoder.result() for m, encoder in loading.items()}
        encoders |= {m: encoder for m, encoder in own.items() if m in given}
        for head in heads.values():
            encoders |= {m: encoders[m].reading_parts(each) for m, each in head.projections.items()}
        best = dict(bundle.best)
        if isinstance(encoders.get("text"), UnreadTexts):
            best["text"] = str(word_head(bundle))
        return cls(bundle, encoders, Scorers(heads, bundle.prior, best, bundle.calibrators))

    @property
    def words_alone(self) -> bool:
        """Whether texts are read by their words alone, because their vectors were given."""
        return isinstance(self.encoders.get("text"), UnreadTexts)

    def classify(self, text: str | None = None, image: bytes | Path | None = None, *, top: int = 5) -> Answer:
        """Classify one product.

        Parameters
        ----------
        text
            Name and description as :func:`core.catalogue.text.product_text` joins them; empty counts as none.
        image
            The image's file or its bytes.
        top
            How many categories to rank.

        Raises
        ------
        CatalogueError
            Neither text nor image was given, or only one that this bundle does not read.
        ImageError
            The image cannot be opened.
        """
        if "image" not in self.encoders:
            image = None
        key = (text, None if image is None else image_key(image), top)
        return self._recent.get(key, partial(self._classify, text, image, top))

    def _classify(self, text: str | None, image: bytes | Path | None, top: int) -> Answer:
        inputs = self.read_product(text, image)
        given = inputs.modalities[-1]
        neighbours = workers().submit(self.neighbours, given, inputs)
        scores = self.scorers.on(inputs)
        answers = self.answers(scores, np.array([image is not None]))
        proba, reasons = answers.proba[0], answers.reasons_of(0)
        further = self._answered_by_other(given, inputs.texts[0])
        promised = UNLIKE not in reasons and not further and not self._unpromised(given)
        models = tuple(
            ModelAnswer(
                HeadKey(model.modality, model.head),
                self.ranked(scores.calibrated(HeadKey(model.modality, model.head))[0], top),
                model.chosen,
            )
            for model in self.bundle.models
            if model.modality in inputs.modalities and (model.modality, model.head) in self.scorers.heads
        )
        return Answer(
            given=given,
            answered_by=self.model_for(given, inputs.texts[0]),
            ranked=self.ranked(proba, top),
            models=models,
            neighbours=neighbours.result(),
            threshold=float(answers.needed[0]),
            reasons=reasons,
            strangeness=float(answers.strangeness[0]),
            plausible=self._plausible(given, proba) if promised else (),
            vectors=MappingProxyType({m: _read_only(f.vectors[0]) for m, f in inputs.features.items()}),
            parts=MappingProxyType(
                {m: _read_only(f.parts) for m, f in inputs.features.items() if f.parts is not None}
            ),
            further_language=further,
        )

    def model_for(self, given: str, text: str = "") -> HeadKey:
        """Return the model that answers a product by what it has: the one chosen for text, image or fused.

        A text in a language that the catalogue does not have is answered by one that reads nothing but
        vectors, where the encoder covers that language.
        """
        other = self.bundle.other_head(given)
        if other is not None and self._answered_by_other(given, text):
            return HeadKey(given, other.head)
        return HeadKey(given, self.scorers.best[given])

    def _answered_by_other(self, given: str, text: str) -> bool:
        """Return whether a text is in a language that only the encoder covers, and a model answers such."""
        if self.bundle.other_head(given) is None or self.bundle.texts is None:
            return False
        return bool(self.bundle.texts.read([text]).covered[0])

    def read_product(self, text: str | None, image: bytes | Path | None) -> Inputs:
        """Encode one product; return one row, as the heads read it.

        Parameters
        ----------
        text, image
            As for :meth:`classify`.

        Raises
        ------
        CatalogueError
            Nothing was given that this bundle reads.
        ImageError
            The image cannot be opened.
        """
        encoding = None
        if image is not None and "image" in self.encoders:
            encoding = workers().submit(self._encode_image, image)
        features = {}
        if text is not None and text.strip() and "text" in self.encoders:
            features["text"] = self._encode_text(text)
        if encoding is not None and (encoded := encoding.result()).present.all():
            features["image"] = encoded
        if self.words_alone and len(features) > 1:
            del features["text"]  # no model reads words beside an image
        if not features and encoding is not None:
            raise CatalogueError(
                "nothing to classify: the image is blank, noise, or a placeholder that many products show"
            )
        if not features:
            if reasons := [reason for m in self.bundle.encoders if (reason := why_not(self.bundle, m))]:
                raise CatalogueError(" ".join(reasons))
            wanted = " or ".join({"text": "a text", "image": "an image"}[m] for m in self.bundle.encoders)
            raise CatalogueError(f"nothing to classify: bundle '{self.bundle.name}' needs {wanted}")
        return Inputs.of(features, [text or ""])

    def inputs(self, chunk: Chunk, progress: Progress = silent) -> Inputs:
        """Read a chunk of products as the heads do."""
        features = {
            modality: encode_products(
                chunk.table,
                chunk.images,
                encoder,
                paid_cache(encoder),
                progress,
                images_per_product=self.bundle.encoders[modality].images_per_product,
                placeholders=self.bundle.placeholders,
            )
            for modality, encoder in self.encoders.items()
        }
        if self.words_alone and "image" in features:
            text = features["text"]
            features["text"] = replace(text, present=text.present & ~features["image"].present)
        return Inputs.of(features, product_texts(chunk.table))

    def predict_frame(self, chunk: Chunk) -> pd.DataFrame:
        """Classify a chunk of products, one row each, in their order.

        Returns
        -------
        DataFrame
            sku, predicted, confidence, predicted_text, confidence_text, predicted_image, confidence_image,
            needs_review, reason. Empty where a product lacks the input, or the bundle does.
        """
        import pandas as pd

        inputs = self.inputs(chunk)
        classes = np.asarray(self.bundle.classes, dtype=object)
        opened = chunk.table["has_image"].to_numpy(dtype=bool)
        answers = self.answers(self.scorers.on(inputs), opened)
        out: dict[str, Any] = {
            "sku": chunk.table["sku"].to_numpy(dtype=object),
            "predicted": _names(answers.proba, classes),
            "confidence": answers.confidence,
        }
        for side in ("text", "image"):
            proba = answers.single.get(side, np.full_like(answers.proba, np.nan))
            out[f"predicted_{side}"], out[f"confidence_{side}"] = _names(proba, classes), proba.max(axis=1)
        out["needs_review"] = answers.needs_review
        out["reason"] = [joined(answers.reasons_of(row)) for row in range(len(answers))]
        return pd.DataFrame(out)

    def answers(self, scores: Scores, opened: np.ndarray) -> ProductAnswers:
        """Answer n products whose scores are known; `opened`, bool (n,), says which came with an image."""
        if is_given(self.bundle, "image"):
            opened = np.zeros_like(opened)  # no image is opened for its vector
        return answer_products(self.bundle, scores, opened, ("text",) if self.words_alone else ())

    def neighbours(self, given: str, inputs: Inputs, most: int = NEIGHBOURS) -> tuple[Neighbour, ...]:
        """Return the products of the catalogue that are nearest to the first of `inputs`, the nearest first.

        Parameters
        ----------
        given
            What is compared: text, image, or fused for both.
        inputs
            As :meth:`read_product` or :meth:`inputs` returns them.
        most
            How many.

        Returns
        -------
        tuple of Neighbour
            None where the bundle stores no such vectors, or where words alone are read.
        """
        if not self.bundle.has_features(given) or self._unpromised(given):
            return ()
        nearest = self.bundle.stored(given).nearest(most, inputs.vectors(given)[0])
        rows, similarities = nearest.indices[0].tolist(), nearest.similarity[0].tolist()
        return tuple(
            Neighbour(**self.bundle.title(row), similarity=similarity, row=row)
            for row, similarity in zip(rows, similarities, strict=True)
        )

    def _unpromised(self, given: str) -> bool:
        """Return whether nothing was promised of such answers: those of words alone were not tested."""
        return given == "text" and self.words_alone

    def _encode_text(self, text: str) -> Features:
        encoder = self.encoders["text"]
        return encode_texts([text], encoder, paid_cache(encoder))

    def _encode_image(self, image: bytes | Path) -> Features:
        encoder = self.encoders["image"]
        if self.bundle.placeholders and bytes_digest(image_bytes(image)) in self.bundle.placeholders:
            return nothing(encoder)
        return encode_image(image, encoder)

    def ranked(self, proba: np.ndarray, top: int) -> tuple[Ranked, ...]:
        """Return the `top` categories of one product's probabilities, the most probable first."""
        order = np.argsort(-proba, kind="stable")[:top]
        return tuple(Ranked(self.bundle.classes[i], float(proba[i])) for i in order)

    def _plausible(self, modality: str, proba: np.ndarray) -> tuple[str, ...]:
        kept = np.flatnonzero(self.bundle.conformal(modality).sets(proba[None])[0])
        return tuple(self.bundle.classes[i] for i in kept[np.argsort(-proba[kept], kind="stable")])


def _names(proba: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Return the most probable category of each row, object (n,); "" where there are no probabilities."""
    names = np.full(len(proba), "", dtype=object)
    known = np.isfinite(proba).all(axis=1)
    names[known] = classes[proba[known].argmax(axis=1)]
    return names


def _read_only(vector: np.ndarray) -> np.ndarray:
    vector.flags.writeable = False
    return vector
