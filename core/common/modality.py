"""The inputs a model answers from: text, image, or both ("fused")."""

MODALITIES = ("text", "image", "fused")
"""Every modality, in the order in which pages and reports list them."""

MODALITY_NAMES = {"text": "Text", "image": "Image", "fused": "Text + image"}
"""What people call each modality."""


def sides_of(modality: str) -> tuple[str, ...]:
    """Return what a modality reads: text and image if it is fused, else itself."""
    return ("text", "image") if modality == "fused" else (modality,)
