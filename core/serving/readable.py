"""What can be read of new products, where a bundle's vectors were given and what made them is not here."""

from __future__ import annotations

from collections.abc import Mapping

from core.bundle.reader import Bundle
from core.common.errors import CoreError
from core.features.encoders.encoder import Encoder
from core.features.given.unread import UnreadTexts
from core.features.given.vectors import GIVEN, GivenVectors
from core.heads.key import HeadKey
from core.heads.registry import HEADS


def is_given(bundle: Bundle, modality: str) -> bool:
    """Return whether a bundle's vectors of text or image were given."""
    return modality in bundle.encoders and bundle.encoders[modality].name == GIVEN


def word_head(bundle: Bundle) -> str | None:
    """Return the head that reads words alone and did best on validation products; None where none does."""
    models = [
        model
        for model in bundle.models
        if model.modality == "text" and model.head in HEADS and HEADS[model.head].words_alone
    ]
    best = max(models, key=lambda model: model.validation_accuracy, default=None)
    return None if best is None else best.head


def why_not(bundle: Bundle, modality: str) -> str:
    """Return why a new product's text or image cannot be read; "" where it can, be it by words alone."""
    if not is_given(bundle, modality) or (modality == "text" and word_head(bundle)):
        return ""
    way = ", or build it with --heads tfidf, too" if modality == "text" else ""
    return (
        f"The {modality} vectors of this catalogue were given: what made them is not here, so that a new "
        f"{modality} cannot be read. Give its products' vectors (predict --{modality}-vectors FILE){way}."
    )


def encoders_of(bundle: Bundle, vectors: Mapping[str, GivenVectors]) -> dict[str, Encoder]:
    """Return what stands for the encoders whose vectors were given: `vectors`, or words that nobody encodes.

    Raises
    ------
    CoreError
        Vectors are of another length than the bundle's, or the bundle has an encoder of its own for them.
    """
    for modality, own in vectors.items():
        if not is_given(bundle, modality):
            has = bundle.encoders[modality].name if modality in bundle.encoders else "none"
            raise CoreError(
                f"--{modality}-vectors is for bundles that were built with it; the {modality} encoder of "
                f"'{bundle.name}' is {has}"
            )
        if own.dim != bundle.encoders[modality].dim:
            raise CoreError(
                f"{own.file.name}: expected vectors of {bundle.encoders[modality].dim} numbers, as "
                f"'{bundle.name}' was built with, got {own.dim}"
            )
    encoders: dict[str, Encoder] = dict(vectors)
    if is_given(bundle, "text") and "text" not in vectors and word_head(bundle):
        encoders["text"] = UnreadTexts(bundle.encoders["text"].dim)
    return encoders


def can_answer(key: HeadKey, bundle: Bundle, vectors: Mapping[str, GivenVectors]) -> bool:
    """Return whether a head has all that it reads: of texts without vectors, only words."""
    unread = {modality for modality in bundle.encoders if is_given(bundle, modality)} - set(vectors)
    if key.modality == "fused":
        return not unread
    words_alone = key.modality == "text" and key.head in HEADS and HEADS[key.head].words_alone
    return key.modality not in unread or words_alone
