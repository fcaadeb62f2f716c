"""The predictor: a product in; ranked categories and nearest products out.

It turns products into numbers with the very functions that built the bundle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.bundle import Bundle, head_file
from core.encoders import Encoder, load_bundled_encoder
from core.errors import CatalogueError
from core.features import Features, encode_products, encode_texts, paid_cache
from core.heads import load_head
from core.images import open_picture
from core.inputs import Inputs
from core.neighbours import nearest
from core.progress import Progress, silent
from core.scoring import Key, Scorers
from core.text import product_texts

if TYPE_CHECKING:
    import pandas as pd

    from core.catalogue import Chunk

NEIGHBOURS = 8


@dataclass(frozen=True)
class Ranked:
    """A category and the probability given to it, 0 to 1."""

    category: str
    confidence: float


@dataclass(frozen=True)
class Opinion:
    """What one head says of the product; `chosen` marks the head its validation rows preferred."""

    modality: str
    head: str
    ranked: tuple[Ranked, ...]
    chosen: bool


@dataclass(frozen=True)
class Neighbour:
    """A product of the catalogue and its cosine similarity (-1 to 1) to the product asked about."""

    sku: str
    name: str
    category: str
    similarity: float
    row: int


@dataclass(frozen=True)
class Answer:
    """The classification of one product.

    Attributes
    ----------
    modality
        What the answer rests on: fused where text and picture were given, else the one that was.
    head
        The head that gave the answer: the one chosen on validation rows, for fused products if it reads such
        with only a text or only a picture, too, else for the modality.
    ranked
        Its categories, the most probable first.
    opinions
        The same from every head that can use what was given.
    neighbours
        The nearest products of the catalogue, the nearest first; empty if the bundle holds no features.
    threshold
        Confidence under which a person should look at a product answered so.
    plausible
        Categories that together hold the right one as often as the bundle promises, the most probable first;
        empty if the bundle makes no such promise.
    vectors
        Modality -> float32 (dim,) features of the product.
    """

    modality: str
    head: str
    ranked: tuple[Ranked, ...]
    opinions: tuple[Opinion, ...]
    neighbours: tuple[Neighbour, ...]
    threshold: float
    plausible: tuple[str, ...]
    vectors: Mapping[str, np.ndarray] = field(repr=False)

    @property
    def needs_review(self) -> bool:
        """Whether the confidence lies under the threshold."""
        return self.ranked[0].confidence < self.threshold

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers and texts, ready for JSON."""
        return {
            "modality": self.modality,
            "head": self.head,
            "category": self.ranked[0].category,
            "confidence": self.ranked[0].confidence,
            "needs_review": self.needs_review,
            "threshold": self.threshold,
            "plausible": list(self.plausible),
            "ranked": [vars(r) for r in self.ranked],
            "opinions": [{**vars(o), "ranked": [vars(r) for r in o.ranked]} for o in self.opinions],
            "neighbours": [vars(n) for n in self.neighbours],
        }


class Predictor:
    """Classifies products with one bundle. Use :meth:`load`; the constructor only stores."""

    def __init__(self, bundle: Bundle, encoders: Mapping[str, Encoder], scorers: Scorers) -> None:
        self.bundle = bundle
        self.encoders = encoders
        self.scorers = scorers

    @classmethod
    def load(cls, bundle: Bundle | Path | str) -> Predictor:
        """Load the encoders and heads of a bundle.

        Raises
        ------
        CoreError
            The bundle is damaged, or the weights of one of its encoders cannot be found.
        """
        if not isinstance(bundle, Bundle):
            bundle = Bundle.open(bundle)
        encoders = {m: load_bundled_encoder(info, bundle.path) for m, info in bundle.encoders.items()}
        heads = {
            (m, head): load_head(bundle.path / head_file(m, head), m)
            for m in bundle.modalities
            for head in bundle.heads(m)
        }
        return cls(bundle, encoders, Scorers(heads, bundle.prior, bundle.best, bundle.calibrators))

    def classify(
        self, text: str | None = None, picture: bytes | Path | None = None, *, top: int = 5
    ) -> Answer:
        """Classify one product.

        Parameters
        ----------
        text
            Name and description as :func:`core.catalogue.product_text` joins them; empty counts as none.
        picture
            The picture's file or its bytes.
        top
            How many categories to rank.

        Raises
        ------
        CatalogueError
            Neither text nor picture was given, or only one that this bundle does not know.
        PictureError
            The picture cannot be opened.
        """
        inputs = self._encode_one(text, picture)
        if inputs is None:
            wanted = " or a ".join({"text": "text", "image": "picture"}[m] for m in self.encoders)
            raise CatalogueError(f"nothing to classify by: give a {wanted}")
        given = inputs.modalities[-1]
        by = self._answering(given)
        known: dict[Key, np.ndarray] = {}
        proba = self.scorers.score(by, self.bundle.best[by], inputs, known)[0]
        opinions = [
            Opinion(
                model.modality,
                model.head,
                self._rank(self.scorers.score(model.modality, model.head, inputs, known)[0], top),
                model.chosen,
            )
            for model in self.bundle.models
            if model.modality in inputs.modalities
        ]
        return Answer(
            given,
            self.bundle.best[by],
            self._rank(proba, top),
            tuple(opinions),
            self._neighbours(given, inputs),
            float(self.bundle.class_thresholds(given)[proba.argmax()]),
            self._plausible(given, proba),
            {m: f.vectors[0] for m, f in inputs.features.items()},
        )

    def _answering(self, given: str) -> str:
        """Which modality's chosen head answers a product: the fused one, if it can, whatever is missing."""
        fused = self.scorers.heads.get(("fused", self.bundle.best.get("fused", "")))
        return "fused" if fused is not None and fused.partial else given

    def inputs(self, chunk: Chunk, progress: Progress = silent) -> Inputs:
        """Read a chunk of products as the heads do."""
        features = {
            modality: encode_products(chunk.table, chunk.pictures, encoder, paid_cache(encoder), progress)
            for modality, encoder in self.encoders.items()
        }
        return Inputs.of(features, product_texts(chunk.table))

    def predict_frame(self, chunk: Chunk) -> pd.DataFrame:
        """Classify a chunk of products, one row each, in their order.

        Returns
        -------
        DataFrame
            sku, predicted, confidence, predicted_text, confidence_text, predicted_image, confidence_image,
            needs_review. Empty where a product lacks the modality, or the bundle does.
        """
        import pandas as pd

        inputs = self.inputs(chunk)
        classes = np.asarray(self.bundle.classes, dtype=object)
        proba, threshold = self._answers(inputs)
        confidence = proba.max(axis=1)
        out: dict[str, Any] = {
            "sku": chunk.table["sku"].to_numpy(dtype=object),
            "predicted": classes[proba.argmax(axis=1)],
            "confidence": confidence,
        }
        for modality in ("text", "image"):
            present = inputs.present(modality)
            names, sureness = np.full(len(inputs), "", dtype=object), np.full(len(inputs), np.nan)
            if present.any():
                single = self.scorers.score(modality, self.bundle.best[modality], inputs.take(present))
                names[present], sureness[present] = classes[single.argmax(axis=1)], single.max(axis=1)
            out[f"predicted_{modality}"], out[f"confidence_{modality}"] = names, sureness
        out["needs_review"] = confidence < threshold
        return pd.DataFrame(out)

    def _answers(self, inputs: Inputs) -> tuple[np.ndarray, np.ndarray]:
        """Answer each product by what it has: both, else the one, else nothing but the class shares.

        Returns probabilities (n, classes), and the confidence (n,) under which a person should look.
        """
        proba = np.tile(self.scorers.prior, (len(inputs), 1))
        threshold = np.full(len(inputs), np.inf)  # a product with neither always needs a person
        both = inputs.present("fused")
        masks = {m: inputs.present(m) & ~both for m in inputs.features} | {"fused": both}
        for modality, rows in masks.items():
            if rows.any():
                by = self._answering(modality)
                proba[rows] = self.scorers.score(by, self.bundle.best[by], inputs.take(rows))
                threshold[rows] = self.bundle.class_thresholds(modality)[proba[rows].argmax(axis=1)]
        return proba, threshold

    def _encode_one(self, text: str | None, picture: bytes | Path | None) -> Inputs | None:
        """Read one product; None where it has nothing that this bundle's encoders read."""
        present = np.ones(1, dtype=bool)
        features = {}
        if text and text.strip() and "text" in self.encoders:
            encoder = self.encoders["text"]
            features["text"] = encode_texts([text], encoder, paid_cache(encoder))
        if picture is not None and "image" in self.encoders:
            encoder = self.encoders["image"]
            features["image"] = Features(encoder.encode([open_picture(picture, encoder.side)]), present)
        return Inputs.of(features, [text or ""]) if features else None

    def _rank(self, proba: np.ndarray, top: int) -> tuple[Ranked, ...]:
        order = np.argsort(-proba, kind="stable")[:top]
        return tuple(Ranked(self.bundle.classes[i], float(proba[i])) for i in order)

    def _plausible(self, modality: str, proba: np.ndarray) -> tuple[str, ...]:
        rule = self.bundle.conformal(modality)
        if rule is None:
            return ()
        kept = np.flatnonzero(rule.sets(proba[None])[0])
        return tuple(self.bundle.classes[i] for i in kept[np.argsort(-proba[kept], kind="stable")])

    def _neighbours(self, modality: str, inputs: Inputs) -> tuple[Neighbour, ...]:
        if not self.bundle.has_features(modality):
            return ()
        stored = self.bundle.features(modality)
        found = nearest(stored, min(NEIGHBOURS, len(stored)), inputs.vectors(modality))
        table = self.bundle.table
        return tuple(
            Neighbour(table["sku"].iat[i], table["name"].iat[i], table["category"].iat[i], float(s), int(i))
            for i, s in zip(found.indices[0], found.similarity[0], strict=True)
        )
