"""What the encoders of a catalogue cost, and what those that were not chosen would have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.views.display_names import MODALITY_NAMES, encoder_display_name, record_name

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle
    from core.features.encoders.record import EncoderRecord


def encoder_table(bundle: Bundle) -> pd.DataFrame:
    """List the encoders, a row each, and below those side by side each of their parts.

    Size is in megabytes, Encoding in milliseconds, Loading in seconds; missing where none was recorded.
    """
    import pandas as pd

    rows = []
    for modality, record in bundle.encoders.items():
        name = MODALITY_NAMES[modality]
        rows.append(_row(name, record))
        rows += [_row(f"{name}, part {n}", part) for n, part in enumerate(record.members, 1)]
    return pd.DataFrame(rows)


def measured(bundle: Bundle) -> bool:
    """Whether the cost of an encoder was recorded."""
    return any(part.cost is not None for record in bundle.encoders.values() for part in record.parts)


def choice_table(bundle: Bundle) -> pd.DataFrame:
    """List the encoders that were judged for this catalogue, those of least loss first; a star is chosen."""
    import pandas as pd

    return pd.DataFrame(
        {
            "Input": MODALITY_NAMES[modality],
            "Encoder": encoder_display_name(one.name) + " ★" * one.chosen,
            "Log loss": one.loss,
            "Standard error": one.standard_error,
            "Products": one.products,
            "Encoding": 1000 * one.cost.warm,
            "Loading": one.cost.cold,
        }
        for modality, judged in bundle.manifest.encoder_choice.items()
        for one in sorted(judged, key=lambda one: one.loss)
    )


def _row(name: str, record: EncoderRecord) -> dict[str, object]:
    size, cost = record.total_bytes, record.total_cost
    return {
        "Input": name,
        "Encoder": record_name(record),
        "Dimensions": record.dim,
        "Size": None if size is None else size / 1e6,
        "Encoding": None if cost is None else 1000 * cost.warm,
        "Loading": None if cost is None else cost.cold,
    }
