"""The predictor: a product in; ranked categories and nearest products out.

It turns products into numbers with the very functions that built the bundle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from core.bundle.reader import Bundle
from core.catalogue.images.decoding import open_picture, picture_key
from core.catalogue.text import product_texts
from core.common.errors import CatalogueError
from core.common.progress import Progress, silent
from core.common.recent import Recent
from core.features.encoders.encoder import Encoder
from core.features.encoders.registry import load_bundled_encoder
from core.features.encoding import Features, encode_products, encode_texts, paid_cache
from core.heads.inputs import Inputs
from core.heads.key import HeadKey
from core.heads.registry import load_head
from core.heads.scoring import Scorers
from core.onnx.sessions import workers
from core.serving.answer import Answer, Neighbour, Opinion, Ranked

if TYPE_CHECKING:
    import pandas as pd

    from core.catalogue.reading import Chunk

NEIGHBOURS = 8
REMEMBERED = 256
"""Answers a predictor keeps."""


class Predictor:
    """Classifies products with one bundle. Use :meth:`load`; the constructor only stores.

    One predictor serves all threads of a server: models and stored vectors are loaded once, and a product
    asked about again gets the answer it got.
    """

    def __init__(self, bundle: Bundle, encoders: Mapping[str, Encoder], scorers: Scorers) -> None:
        self.bundle = bundle
        self.encoders = encoders
        self.scorers = scorers
        self._recent: Recent[Answer] = Recent(REMEMBERED)

    @classmethod
    def load(cls, bundle: Bundle | Path | str, given: Sequence[str] = ("text", "image")) -> Predictor:
        """Load the encoders and heads of a bundle.

        Parameters
        ----------
        bundle
            The bundle or its folder.
        given
            What the products to come have; encoders and heads that read only something else are left out.

        Raises
        ------
        CoreError
            The bundle is damaged, or the weights of one of its encoders cannot be found.
        """
        if not isinstance(bundle, Bundle):
            bundle = Bundle.open(bundle)
        loading = {
            m: workers().submit(load_bundled_encoder, info, bundle.path)
            for m, info in bundle.encoders.items()
            if m in given
        }
        heads = {
            (model.modality, model.head): load_head(bundle.path / model.file, model.modality)
            for model in bundle.models
            if model.modality in given or (model.modality == "fused" and (len(given) > 1 or model.chosen))
        }
        if any(bundle.has_features(m) for m in given):
            bundle.title(0)  # what reads the neighbours' names is imported while the encoders load
        encoders = {m: encoder.result() for m, encoder in loading.items()}
        return cls(bundle, encoders, Scorers(heads, bundle.prior, bundle.best, bundle.calibrators))

    def classify(
        self, text: str | None = None, picture: bytes | Path | None = None, *, top: int = 5
    ) -> Answer:
        """Classify one product.

        Parameters
        ----------
        text
            Name and description as :func:`core.catalogue.reading.product_text` joins them; empty counts as
            none.
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
        if "image" not in self.encoders:
            picture = None
        key = (text, None if picture is None else picture_key(picture), top)
        return self._recent.get(key, partial(self._classify, text, picture, top))

    def _classify(self, text: str | None, picture: bytes | Path | None, top: int) -> Answer:
        inputs = self._encode_one(text, picture)
        if inputs is None:
            wanted = " or a ".join({"text": "text", "image": "picture"}[m] for m in self.bundle.encoders)
            raise CatalogueError(f"nothing to classify by: give a {wanted}")
        given = inputs.modalities[-1]
        neighbours = workers().submit(self._neighbours, given, inputs)
        by = self._answering(given)
        known: dict[HeadKey, np.ndarray] = {}
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
            neighbours.result(),
            float(self.bundle.class_thresholds(given)[proba.argmax()]),
            self._plausible(given, proba),
            MappingProxyType({m: _read_only(f.vectors[0]) for m, f in inputs.features.items()}),
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
        has_text = bool(text and text.strip()) and "text" in self.encoders
        has_picture = picture is not None and "image" in self.encoders
        features = {}
        if has_picture and has_text:
            encoded = workers().submit(self._encode_picture, picture)
            features = {"text": self._encode_text(text), "image": encoded.result()}
        elif has_text:
            features["text"] = self._encode_text(text)
        elif has_picture:
            features["image"] = self._encode_picture(picture)
        return Inputs.of(features, [text or ""]) if features else None

    def _encode_text(self, text: str) -> Features:
        encoder = self.encoders["text"]
        return encode_texts([text], encoder, paid_cache(encoder))

    def _encode_picture(self, picture: bytes | Path) -> Features:
        encoder = self.encoders["image"]
        return Features(encoder.encode([open_picture(picture, encoder.side)]), np.ones(1, dtype=bool))

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
        found = self.bundle.stored(modality).nearest(NEIGHBOURS, inputs.vectors(modality)[0])
        return tuple(
            Neighbour(**self.bundle.title(row), similarity=similarity, row=row)
            for row, similarity in zip(found.indices[0].tolist(), found.similarity[0].tolist(), strict=True)
        )


def _read_only(vector: np.ndarray) -> np.ndarray:
    vector.flags.writeable = False
    return vector
