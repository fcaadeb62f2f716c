"""What *Models* says of encoders that were trained on the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.features.encoders.fine_tuned import CLASSIFY, FROZEN, FineTuned
from core.views.display_names import encoder_display_name
from core.views.formatting import counted, percent

if TYPE_CHECKING:
    from core.bundle.reader import Bundle


def fine_tuning_sentences(bundle: Bundle) -> list[str]:
    """Say of each encoder that was fine-tuned on how many products, and what follows from it."""
    tuned = [record.fine_tuned for record in bundle.encoders.values() if record.fine_tuned is not None]
    return [
        f"{encoder_display_name(each.base)} was fine-tuned on {counted(each.products, 'training product')}: "
        f"its last {counted(each.blocks, 'block')}{_pruned(each)}, {counted(each.epochs, 'epoch')}"
        f"{'' if each.recipe == CLASSIFY else ', to tell which image belongs to which text'}; "
        f"{counted(each.validation, 'validation product')} chose when to stop. "
        f"Where training products are judged, as for findings, {_judge(each)}."
        for each in tuned
    ]


def _pruned(each: FineTuned) -> str:
    return f" without {percent(each.pruned)} of the channels inside" if each.pruned else ""


def _judge(tuned: FineTuned) -> str:
    if tuned.out_of_fold == FROZEN:
        return "the encoder before fine-tuning answers"
    return (
        f"{tuned.folds} encoders fine-tuned in the same way answer, each without a part of them; "
        "neighbours and learning curves are those of the encoder before fine-tuning"
    )
