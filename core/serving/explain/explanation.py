"""What the answer for one product rests on.

- `modalities`: whether the text or the image decided
- `words`: which words
- `image`: which part of the image, and that drawn over it

Each scores changed copies of the product, so it works with every head; :func:`explain` does all of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.common.progress import Progress, silent
from core.heads.key import HeadKey
from core.serving.explain.case import Case
from core.serving.explain.image import ImageEffects, image_effects
from core.serving.explain.modalities import ModalityEffects, modality_effects
from core.serving.explain.words import WordEffects, word_effects

SHOWN = 0.05
"""Weight under which a word is not worth naming."""
LEAST_DROP = 0.001
"""Probability under which a part of the image is not."""

if TYPE_CHECKING:
    from core.serving.predictor import Predictor


@dataclass(frozen=True)
class Explanation:
    """What one answer rests on.

    Attributes
    ----------
    given, answered_by, category, confidence
        The answer: what it goes by, the model that gave it, its category and the probability of that.
    modalities
        Whether the text or the image decided.
    words, image
        Which words and which part of the image did.
    missing
        words, image -> why it is None.
    """

    given: str
    answered_by: HeadKey
    category: str
    confidence: float
    modalities: ModalityEffects
    words: WordEffects | None
    image: ImageEffects | None
    missing: Mapping[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers and texts, ready for JSON."""
        plain = asdict(self) | {"answered_by": self.answered_by._asdict()}
        if self.words is not None:
            for written, span in zip(plain["words"]["spans"], self.words.spans, strict=True):
                written["words"] = self.words.words(span)
        if self.image is not None:
            for name in ("drop", "weight"):
                plain["image"][name] = plain["image"][name].astype(float).round(4).tolist()
        return plain

    def lines(self) -> list[str]:
        """Return what matters most in plain words, for the terminal."""
        lines = [self.modalities.sentence]
        if self.words is not None:
            for side, sign in (("for", 1), ("against", -1)):
                spans = [span for span in self.words.strongest(8) if sign * span.weight > SHOWN]
                named = ", ".join(f"{self.words.words(span)} ({span.weight:+.2f})" for span in spans)
                lines += [f"words {side} it: {named}"] if named else []
        if self.image is not None and (drop := self.image.drop.max()) > LEAST_DROP:
            before, after = 100 * self.confidence, 100 * (self.confidence - drop)
            covered = f"covering it lowers the confidence from {before:.1f}% to {after:.1f}%"
            lines.append(f"part of the image for it: {self.image.place} ({covered})")
        return lines


def explain(
    predictor: Predictor,
    text: str | None = None,
    image: bytes | Path | None = None,
    progress: Progress = silent,
    *,
    modality: str | None = None,
) -> Explanation:
    """Return what the answer for one product rests on.

    Parameters
    ----------
    predictor, text, image
        As for `core.serving.predictor.Predictor.classify`; it is that answer which is explained.
    progress
        Told how many changed texts and images are encoded.
    modality
        Explain the answer of the model chosen for this modality instead.

    Raises
    ------
    CatalogueError
        Nothing was given that the bundle reads, or not what `modality` needs.
    ImageError
        The image cannot be opened.
    """
    case = Case.of(predictor, text, image, modality=modality)
    words, covered = word_effects(case, progress), image_effects(case, progress=progress)
    reasons = {
        "words": None if words else "the answer does not rest on a text",
        "image": None if covered else "the answer does not rest on an image",
    }
    return Explanation(
        case.given,
        case.answered_by,
        case.category,
        case.confidence,
        modality_effects(case),
        words,
        covered,
        {part: reason for part, reason in reasons.items() if reason},
    )
