"""Products with texts and the vectors they imply, for the readers' tests."""

import numpy as np

from core.features.vectors import Features
from core.heads.inputs import Inputs

TEXTS = (
    "Blue ceramic mug, 350 ml. Dishwasher safe!",
    "Ceramic mugs (set of 4)",
    "a",
    "",
    "Café crème – the best 🙂 cup",
    "mug mug mug",
)


def inputs(texts, width=3):
    present = np.array([bool(text) for text in texts])
    parts = np.ones((len(texts), 2, width), np.float16) * present[:, None, None]
    features = Features(np.ones((len(texts), width), np.float32) * present[:, None], present, parts=parts)
    return Inputs.of({"text": features, "image": features}, texts)
