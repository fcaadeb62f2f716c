"""The inputs of a model: text, image, or both ("fused")."""

MODALITIES = ("text", "image", "fused")
"""All modalities, in display order."""

MODALITY_NAMES = {"text": "Text", "image": "Image", "fused": "Text + image"}
"""Display names of the modalities."""


def sides_of(modality: str) -> tuple[str, ...]:
    """Return the single inputs of a modality: text and image if it is fused, else itself."""
    return ("text", "image") if modality == "fused" else (modality,)
