"""What *Models* says of encoders and heads that were to compute in 8 bits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from core.features.encoders.compression import IN_8_BITS, PLAIN, SMALL_WEIGHTS
from core.views.display_names import MODALITY_NAMES, encoder_display_name, head_name
from core.views.formatting import counted

if TYPE_CHECKING:
    from core.bundle.model_card import ModelCard
    from core.bundle.reader import Bundle
    from core.features.encoders.compression import Trial
    from core.features.encoders.record import EncoderRecord


_STATES = {
    IN_8_BITS: "computes in 8 bits",
    SMALL_WEIGHTS: "keeps its weights in 8 bits and computes in fp32",
    PLAIN: "stays in fp32, because 8 bits would lose too much",
}
_TRIALS = {IN_8_BITS: "computing in 8 bits", SMALL_WEIGHTS: "with weights in 8 bits"}


def compression_sentences(bundle: Bundle) -> list[str]:
    """Say of each encoder and head what 8 bits bring, or why it stays as it is; nothing if not asked for."""
    if bundle.manifest.training.compress is None:
        return []
    records = [one for record in bundle.encoders.values() for one in record.parts]
    return [*map(_of_encoder, records), *_of_heads(bundle.models)]


def _of_encoder(record: EncoderRecord) -> str:
    name, made = encoder_display_name(record.name), record.compression
    if made is None:
        return f"{name} stays as it is: it has no numbers to round, or too few training products could tell."
    state = _STATES[made.precision]
    if made.taken:
        state += f", {_megabytes(made.trials[-1].bytes, made.base_bytes)}"
    return (
        f"{name} {state}. Out-of-fold log loss on {counted(made.compared, 'training product')}: "
        f"{made.base_loss:.3f} in fp32{''.join(map(_trial, made.trials))}."
    )


def _trial(trial: Trial) -> str:
    return f", {trial.loss:.3f} {_TRIALS[trial.precision]} (mean cosine {trial.cosine:.3f})"


def _megabytes(after: int, before: int) -> str:
    return f"{after / 1e6:.2g} instead of {before / 1e6:.2g} MB"


def _of_heads(models: tuple[ModelCard, ...]) -> Iterator[str]:
    for model in models:
        made = model.compression
        if made is None:
            continue
        name = f"{head_name(model.head)} ({MODALITY_NAMES[model.modality]})"
        right = (
            f"{made.right} of {counted(made.products, 'validation product')} right instead of "
            f"{made.base_right}, log loss {made.loss:.3f} instead of {made.base_loss:.3f}"
        )
        sizes = _megabytes(made.bytes, made.base_bytes)
        state = f"computes in 8 bits, {sizes}: " if made.taken else "stays in fp32. 8 bits would lose: "
        yield f"{name} {state}{right}."
