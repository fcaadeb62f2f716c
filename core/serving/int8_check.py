"""Whether a bundle answers as well with texts encoded in 8 bits: measured on its validation products."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.bundle.attach import attach
from core.catalogue.text import product_texts
from core.common.errors import CoreError
from core.common.files import atomic_path, cache_dir
from core.common.progress import Progress, silent
from core.features.texts import encode_texts
from core.features.vectors import Features
from core.heads.inputs import Inputs
from core.heads.key import HeadKey

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.features.encoders.encoder import Encoder
    from core.serving.predictor import Predictor

MARGIN = 0.005
"""Share of the validation products that may be lost; one product may be lost in any case."""


@dataclass(frozen=True)
class Loss:
    """What one head loses by texts in 8 bits.

    Attributes
    ----------
    modality, head
        The head.
    rows
        Validation products that it can answer.
    right, right_int8
        How many of them it answers right with vectors in fp32, and in int8.
    """

    modality: str
    head: str
    rows: int
    right: int
    right_int8: int

    @property
    def tolerable(self) -> bool:
        """Whether no more than `MARGIN` is lost."""
        return self.right - self.right_int8 <= max(1, int(MARGIN * self.rows))

    @property
    def words(self) -> str:
        """Both accuracies, as part of a sentence."""
        int8, fp32 = (100 * right / self.rows for right in (self.right_int8, self.right))
        return (
            f"{self.modality} {self.head} reaches {int8:.2f}% on {self.rows} validation products "
            f"instead of {fp32:.2f}%"
        )


def require_int8(
    predictor: Predictor, quick: Encoder, catalogue: Path | None = None, progress: Progress = silent
) -> tuple[Loss, ...]:
    """Check the bundle's chosen heads that read texts; the result is cached.

    Parameters
    ----------
    predictor
        The bundle, with its text encoder in fp32.
    quick
        The same encoder in int8.
    catalogue
        The folder a private bundle was made from.
    progress
        Told how many texts are encoded.

    Returns
    -------
    tuple of Loss
        Of the chosen text model, and of the chosen fused one where the images' vectors are stored.

    Raises
    ------
    CoreError
        A model loses more than `MARGIN`; the message has both accuracies. Or there is nothing to check with.
    """
    bundle = predictor.bundle
    checked = f"{bundle.fingerprint} {quick.name} {quick.weights_id} {MARGIN}"
    file = cache_dir() / "int8" / f"{hashlib.blake2b(checked.encode(), digest_size=16).hexdigest()}.json"
    if file.exists():
        losses = tuple(Loss(**each) for each in json.loads(file.read_text(encoding="utf-8")))
    else:
        losses = measure(predictor, quick, catalogue, progress)
        with atomic_path(file) as temporary:
            temporary.write_text(json.dumps([asdict(each) for each in losses]), encoding="utf-8")
    lost = [each.words for each in losses if not each.tolerable]
    if lost:
        raise CoreError(f"--precision int8 loses too much accuracy: {'; '.join(lost)}")
    return losses


def measure(
    predictor: Predictor, quick: Encoder, catalogue: Path | None = None, progress: Progress = silent
) -> tuple[Loss, ...]:
    """Return what the chosen heads lose; parameters and errors as for `require_int8`."""
    bundle = predictor.bundle
    rows = bundle.rows("validation")
    texts = list(np.array(_texts(bundle, catalogue), dtype=object)[rows])
    if not any(texts):
        raise CoreError(
            f"--precision int8 cannot be checked: no validation product of bundle '{bundle.name}' has a text"
        )
    truth = bundle.labels[rows]
    plain = encode_texts(texts, predictor.encoders["text"], progress=progress)
    in_int8 = encode_texts(texts, quick, progress=progress)
    beside: dict[str, dict[str, Features]] = {"text": {}}
    if bundle.has_features("image"):
        images = Features(np.asarray(bundle.features("image")[rows]), bundle.present("image")[rows])
        beside["fused"] = {"image": images}
    losses = []
    for modality, others in beside.items():
        answerable = np.logical_and.reduce([plain.present, *(f.present for f in others.values())])
        if modality not in bundle.best or not answerable.any():
            continue
        model = HeadKey(modality, bundle.best[modality])
        if "image" in predictor.scorers.heads[model].projections:
            raise CoreError(
                f"--precision int8 cannot be checked: {model.head}, chosen for text and image, reads regions "
                "of images, and bundles hold only vectors; use fp32"
            )
        right = []
        for features in (plain, in_int8):
            inputs = Inputs.of({"text": features, **others}, texts).take(answerable)
            answers = predictor.scorers.score(model, inputs).argmax(axis=1)
            right.append(int((answers == truth[answerable]).sum()))
        losses.append(Loss(*model, int(answerable.sum()), *right))
    return tuple(losses)


def _texts(bundle: Bundle, catalogue: Path | None) -> Sequence[str]:
    if bundle.private:
        if catalogue is None:
            raise CoreError(
                f"--precision int8 is checked on validation products first, but bundle '{bundle.name}' is "
                "private: name the folder it was made from with --catalogue DIR"
            )
        bundle = attach(bundle, catalogue)
    return product_texts(bundle.table)
