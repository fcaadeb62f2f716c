"""What names a model: the modality it answers from, and its head."""

from typing import NamedTuple


class HeadKey(NamedTuple):
    """A head trained on a modality.

    Attributes
    ----------
    modality
        text, image or fused.
    head
        A name in `core.heads.registry.HEADS`.
    """

    modality: str
    head: str
