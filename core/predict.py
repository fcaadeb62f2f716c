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
from core.features import Features, encode_products
from core.heads import load_head
from core.images import open_picture
from core.neighbours import nearest
from core.progress import Progress, silent
from core.scoring import Scorers

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
        The head that gave the answer: the one chosen on the validation rows of that modality.
    ranked
        Its categories, the most probable first.
    opinions
        The same from every head that can use what was given.
    neighbours
        The nearest products of the catalogue, the nearest first; empty if the bundle holds no features.
    threshold
        Confidence under which a person should look.
    vectors
        Modality -> float32 (dim,) features of the product.
    """

    modality: str
    head: str
    ranked: tuple[Ranked, ...]
    opinions: tuple[Opinion, ...]
    neighbours: tuple[Neighbour, ...]
    threshold: float
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
            (m, head): load_head(bundle.path / head_file(m, head))
            for m in bundle.modalities
            for head in bundle.heads(m)
        }
        return cls(bundle, encoders, Scorers(heads, bundle.prior))

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
        features = self._encode_one(text, picture)
        if not features:
            wanted = " or a ".join({"text": "text", "image": "picture"}[m] for m in self.encoders)
            raise CatalogueError(f"nothing to classify by: give a {wanted}")
        modality = "fused" if len(features) == 2 else next(iter(features))
        best = self.bundle.best
        opinions = []
        for model in self.bundle.models:
            if model.modality in features or len(features) == 2:
                proba = self.scorers.score(model.modality, model.head, features)[0]
                chosen = best[model.modality] == model.head
                opinions.append(Opinion(model.modality, model.head, self._rank(proba, top), chosen))
        answer = next(o for o in opinions if o.modality == modality and o.chosen)
        return Answer(
            modality,
            answer.head,
            answer.ranked,
            tuple(opinions),
            self._neighbours(modality, features),
            float(self.bundle.review_thresholds[modality]),
            {m: f.vectors[0] for m, f in features.items()},
        )

    def features(self, chunk: Chunk, progress: Progress = silent) -> dict[str, Features]:
        """Encode a chunk of products: modality -> features of its rows."""
        return {
            modality: encode_products(chunk.table, chunk.pictures, encoder, progress=progress)
            for modality, encoder in self.encoders.items()
        }

    def predict_frame(self, chunk: Chunk) -> pd.DataFrame:
        """Classify a chunk of products, one row each, in their order.

        Returns
        -------
        DataFrame
            sku, predicted, confidence, predicted_text, confidence_text, predicted_image, confidence_image,
            needs_review. Empty where a product lacks the modality, or the bundle does.
        """
        import pandas as pd

        features = self.features(chunk)
        out: dict[str, Any] = {"sku": chunk.table["sku"].to_numpy(dtype=object)}
        whole = self._answers(features)
        out["predicted"], out["confidence"] = whole["predicted"], whole["confidence"]
        for modality in ("text", "image"):
            present = features[modality].present if modality in features else np.zeros(len(chunk.table), bool)
            names = np.full(len(chunk.table), "", dtype=object)
            confidence = np.full(len(chunk.table), np.nan)
            if present.any():
                proba = self.scorers.score(modality, self.bundle.best[modality], features)
                names[present] = np.asarray(self.bundle.classes, dtype=object)[proba.argmax(1)][present]
                confidence[present] = proba.max(1)[present]
            out[f"predicted_{modality}"], out[f"confidence_{modality}"] = names, confidence
        out["needs_review"] = whole["confidence"] < whole["threshold"]
        return pd.DataFrame(out)

    def _answers(self, features: Mapping[str, Features]) -> dict[str, np.ndarray]:
        """Answer each product by what it has: both, else the one, else nothing but the class shares."""
        n = len(next(iter(features.values())).present)
        has = {m: f.present for m, f in features.items()}
        nothing = np.zeros(n, bool)
        text, image = has.get("text", nothing), has.get("image", nothing)
        masks = {"fused": text & image, "text": text & ~image, "image": image & ~text}
        proba = np.tile(self.scorers.prior, (n, 1))
        threshold = np.full(n, np.inf)  # a product with neither text nor picture always needs a person
        for modality, rows in masks.items():
            if rows.any():
                some = {m: Features(f.vectors[rows], f.present[rows]) for m, f in features.items()}
                proba[rows] = self.scorers.score(modality, self.bundle.best[modality], some)
                threshold[rows] = self.bundle.review_thresholds[modality]
        classes = np.asarray(self.bundle.classes, dtype=object)
        return {"predicted": classes[proba.argmax(1)], "confidence": proba.max(1), "threshold": threshold}

    def _encode_one(self, text: str | None, picture: bytes | Path | None) -> dict[str, Features]:
        present = np.ones(1, dtype=bool)
        features = {}
        if text and text.strip() and "text" in self.encoders:
            features["text"] = Features(self.encoders["text"].encode([text]), present)
        if picture is not None and "image" in self.encoders:
            encoder = self.encoders["image"]
            features["image"] = Features(encoder.encode([open_picture(picture, encoder.side)]), present)
        return features

    def _rank(self, proba: np.ndarray, top: int) -> tuple[Ranked, ...]:
        order = np.argsort(-proba, kind="stable")[:top]
        return tuple(Ranked(self.bundle.classes[i], float(proba[i])) for i in order)

    def _neighbours(self, modality: str, features: Mapping[str, Features]) -> tuple[Neighbour, ...]:
        if not self.bundle.has_features(modality):
            return ()
        query = np.concatenate([features[m].vectors for m in ("text", "image") if m in features], axis=1)
        stored = self.bundle.features(modality)
        found = nearest(stored, min(NEIGHBOURS, len(stored)), query)
        table = self.bundle.table
        return tuple(
            Neighbour(table["sku"].iat[i], table["name"].iat[i], table["category"].iat[i], float(s), int(i))
            for i, s in zip(found.indices[0], found.similarity[0], strict=True)
        )
