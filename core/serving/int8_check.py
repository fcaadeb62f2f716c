"""Whether a bundle answers as well by texts in 8 bits: found out on its validation products beforehand."""

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
from core.features.encoding import Features, encode_texts
from core.heads.inputs import Inputs

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.features.encoders.encoder import Encoder
    from core.serving.predictor import Predictor

MARGIN = 0.005
"""Share of the validation products that may be lost, one product in any case."""


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
        """Both accuracies in a sentence without an end."""
        return (
            f"of {self.rows} validation products {self.modality} {self.head} answers "
            f"{self.right_int8 / self.rows:.2%} right with int8 texts, {self.right / self.rows:.2%} with fp32"
        )


def require_int8(
    predictor: Predictor, quick: Encoder, catalogue: Path | None = None, progress: Progress = silent
) -> tuple[Loss, ...]:
    """Check the bundle's chosen heads that read texts; what came out is remembered.

    Parameters
    ----------
    predictor
        The bundle, with its text encoder in fp32.
    quick
        The same encoder in int8.
    catalogue
        The folder a private bundle was made of.
    progress
        Told how many texts are encoded.

    Returns
    -------
    tuple of Loss
        Of the chosen text head, and of the chosen one for both modalities where pictures' vectors are stored.

    Raises
    ------
    CoreError
        A head loses more than `MARGIN`, with both figures; or there is nothing to check by.
    """
    bundle = predictor.bundle
    told = f"{bundle.fingerprint} {quick.name} {quick.weights_id} {MARGIN}"
    file = cache_dir() / "int8" / f"{hashlib.blake2b(told.encode(), digest_size=16).hexdigest()}.json"
    if file.exists():
        losses = tuple(Loss(**each) for each in json.loads(file.read_text(encoding="utf-8")))
    else:
        losses = measure(predictor, quick, catalogue, progress)
        with atomic_path(file) as temporary:
            temporary.write_text(json.dumps([asdict(each) for each in losses]), encoding="utf-8")
    lost = [each.words for each in losses if not each.tolerable]
    if lost:
        raise CoreError(f"--precision int8 is not taken: {'; '.join(lost)}")
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
    by_int8 = encode_texts(texts, quick, progress=progress)
    pictures = None
    if bundle.has_features("image"):
        pictures = Features(np.asarray(bundle.features("image")[rows]), bundle.present("image")[rows])
    losses = []
    for modality in ("text", "fused"):
        if modality not in bundle.best or (modality == "fused" and pictures is None):
            continue
        beside = {"image": pictures} if modality == "fused" else {}
        answerable = plain.present & (pictures.present if modality == "fused" else True)
        if not answerable.any():
            continue
        right = []
        for features in (plain, by_int8):
            inputs = Inputs.of({"text": features, **beside}, texts).take(answerable)
            answers = predictor.scorers.score(modality, bundle.best[modality], inputs).argmax(axis=1)
            right.append(int((answers == truth[answerable]).sum()))
        losses.append(Loss(modality, bundle.best[modality], int(answerable.sum()), *right))
    return tuple(losses)


def _texts(bundle: Bundle, catalogue: Path | None) -> Sequence[str]:
    if bundle.private:
        if catalogue is None:
            raise CoreError(
                f"--precision int8 is checked on validation products first, and bundle '{bundle.name}' is "
                "private: name the folder it was made of with --catalogue DIR"
            )
        bundle = attach(bundle, catalogue)
    return product_texts(bundle.table)
