"""Keep encoders in 8 bits where that loses nothing: asked of training products, before heads learn.

Heads are then trained on the vectors that serve. Where an encoder's vectors tell the categories worse when it
computes in 8 bits, only its weights are kept in them; where these lose, too, it stays as it is. Its record
says what was tried.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from core.building.encoded_again import encoded_again
from core.building.encoder_losses import losses_of
from core.building.encoding import encode_input
from core.building.options import BuildOptions
from core.building.training_data import TrainingData
from core.catalogue.reading import Catalogue
from core.common.progress import Progress, silent
from core.features.encoders.compressing import can_compress, fed, in_8_bits, with_small_weights
from core.features.encoders.compression import IN_8_BITS, PLAIN, SMALL_WEIGHTS, Compression, Trial
from core.features.encoders.encoder import Encoder, normalised
from core.features.encoders.side_by_side import SideBySide
from core.features.vectors import Features

CALIBRATED = 64
"""Training products that show the ranges of a network's numbers."""
LEAST_COMPARED, MOST_COMPARED = 50, 2000
"""Other training products to compare on: with fewer, an encoder stays as it is; of more, a sample."""
LEAST_COSINE = 0.9
"""To the vectors in fp32, in the mean. It tells little: networks at 0.93 lost nothing, or much."""
MOST_LOST = 0.01
"""By how much the log loss may rise: the true category's probability falls by a hundredth of itself."""


@dataclass(frozen=True, eq=False)
class Learning:
    """The products that say whether an encoder may change.

    Attributes
    ----------
    catalogue
        All products.
    train
        int64: rows of the training products.
    labels, groups
        int64 (n,): each product's category; equal products share a number of `groups`.
    options
        Seed, cache, images per product.
    """

    catalogue: Catalogue
    train: np.ndarray
    labels: np.ndarray
    groups: np.ndarray
    options: BuildOptions

    def tells(self, rows: np.ndarray) -> bool:
        """Whether there are enough products to compare on, two categories among them in every fold."""
        pairs = np.unique(np.stack([self.labels[rows], self.groups[rows]]), axis=1)
        several = np.unique(pairs[0], return_counts=True)[1] > 1
        return len(rows) >= LEAST_COMPARED and int(several.sum()) > 1

    def encode(
        self, encoder: Encoder, rows: np.ndarray, *, cached: bool = True, progress: Progress = silent
    ) -> Features:
        """Encode some products."""
        some = replace(self.catalogue, table=self.catalogue.table.iloc[rows].reset_index(drop=True))
        options = self.options if cached else replace(self.options, cache=None)
        return encode_input(some, encoder, options, progress)

    def loss(self, vectors: np.ndarray, rows: np.ndarray) -> float:
        """Return the log loss of a logistic regression on products' vectors, out of fold."""
        losses = losses_of(vectors, self.labels[rows], self.groups[rows], self.options.seed)
        return float(losses.mean())


def compressed(
    encoder: Encoder, features: Features, learning: Learning, progress: Progress = silent
) -> tuple[Encoder, Features]:
    """Return an encoder as it serves, and the products as it gives them: in 8 bits where that loses nothing.

    Parameters
    ----------
    encoder, features
        As it is, and the products' vectors. Of encoders side by side, not fitted yet, each is asked alone.
    learning
        Training products decide.
    progress
        Told about quantising and encoding.
    """
    if isinstance(encoder, SideBySide):
        members, start = [], 0
        for member in encoder.members:
            own = normalised(features.vectors[:, start : start + member.dim])
            members.append(_one(member, replace(features, vectors=own), learning, progress))
            start += member.dim
        result: Encoder = SideBySide(members)
    else:
        members = [_one(encoder, features, learning, progress)]
        result = members[0]
    if not any(each.compression and each.compression.taken for each in members):
        return result, features
    return result, encode_input(learning.catalogue, result, learning.options, progress)


def _one(encoder: Encoder, features: Features, learning: Learning, progress: Progress) -> Encoder:
    """Return a single encoder in 8 bits, or itself, with what came of it; just itself where none can say."""
    there = learning.train[features.present[learning.train]]
    order = np.random.default_rng(learning.options.seed).permutation(there)
    shown, asked = order[:CALIBRATED], np.sort(order[CALIBRATED:][:MOST_COMPARED])
    if not learning.tells(asked) or not can_compress(encoder):
        return encoder
    before = features.vectors[asked]
    base_loss = learning.loss(before, asked)
    chosen, precision, trials = encoder, PLAIN, []
    for tried, candidate in _candidates(encoder, shown, learning, progress):
        after = learning.encode(candidate, asked, progress=progress).vectors
        cosine, loss = float((before * after).sum(axis=1).mean()), learning.loss(after, asked)
        trials.append(Trial(tried, round(cosine, 4), round(loss, 4), _size(candidate)))
        if cosine >= LEAST_COSINE and loss - base_loss <= MOST_LOST:
            chosen, precision = candidate, tried
            break
    chosen = copy.copy(chosen)
    chosen.compression = Compression(
        precision=precision,
        base_weights_id=encoder.weights_id,
        base_bundled=encoder.bundled,
        calibrated=len(shown),
        compared=len(asked),
        base_loss=round(base_loss, 4),
        base_bytes=_size(encoder),
        trials=tuple(trials),
    )
    return chosen


def _candidates(
    encoder: Encoder, shown: np.ndarray, learning: Learning, progress: Progress
) -> Iterator[tuple[str, Encoder]]:
    """Yield the ways to keep an encoder in 8 bits, the fastest first, each made when it is asked for."""
    feeds = fed(encoder, lambda one: learning.encode(one, shown, cached=False))
    yield IN_8_BITS, in_8_bits(encoder, feeds, progress)
    yield SMALL_WEIGHTS, with_small_weights(encoder, progress)


def _size(encoder: Encoder) -> int:
    assert encoder.onnx_path is not None, "what can be compressed has a file"
    return encoder.onnx_path.stat().st_size


def compress_tuned(
    catalogue: Catalogue,
    encoders: Mapping[str, Encoder],
    data: TrainingData,
    options: BuildOptions,
    progress: Progress = silent,
) -> tuple[dict[str, Encoder], TrainingData]:
    """Let the encoders that were to be fine-tuned compute in 8 bits where that loses nothing.

    Parameters
    ----------
    catalogue, encoders, data
        The products, by the encoders as `core.building.finetuning.applying.fine_tune` left them.
    options
        Says whether anything is compressed, and what was fine-tuned.
    progress
        Told about quantising and encoding.

    Returns
    -------
    tuple
        The encoders that answer, and the data by them. What judges training products stays with the encoder
        before fine-tuning; where that one serves, it changes with it.
    """
    encoders = dict(encoders)
    if options.training.compress is None:
        return encoders, data
    learning = Learning(catalogue, data.split.train, data.labels, data.groups, options)
    for modality in options.finetune:
        before = data.inputs.features.get(modality)
        if before is None:
            continue
        encoders[modality], after = compressed(encoders[modality], before, learning, progress)
        if after is not before:
            frozen = data.frozen
            if frozen is not None and modality not in data.tuned:
                frozen = encoded_again(frozen, {modality: after}, encoders, catalogue, options, progress)
            data = replace(data, frozen=frozen)
            data = encoded_again(data, {modality: after}, encoders, catalogue, options, progress)
    return encoders, data
