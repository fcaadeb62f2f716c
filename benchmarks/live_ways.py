"""The two ways to classify one product that `compare_live` compares: Product Lens and common practice.

As a program, it answers once and prints its memory use: ``live_ways.py NAME FOLDER [text]``. Imports are
inside the functions because they are part of what is measured.
"""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

TEXT = "Stoneware coffee mug with a handle, red, 350 ml, dishwasher safe. Packed in a gift box of two."
SIDE = 224
LIKE = 8
"""How many similar products are asked for."""


class Field:
    """sentence-transformers, Keras and scikit-learn, each model called as its documentation shows.

    Parameters
    ----------
    folder
        Holds ``ways.json`` and ``heads.joblib``, as `compare_live` writes them.
    images
        Whether to load the network for images at all.
    """

    def __init__(self, folder: Path, images: bool = True) -> None:
        os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "HF_HUB_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "error"}
        import joblib
        from sentence_transformers import SentenceTransformer

        paths = json.loads((folder / "ways.json").read_text())
        self.sentences = SentenceTransformer(paths["minilm"], device="cpu")
        self.network = None
        if images:
            import keras

            self.network = keras.applications.MobileNet(
                alpha=0.75,
                include_top=False,
                pooling="avg",
                input_shape=(SIDE, SIDE, 3),
                weights=paths["mobilenet"],
            )
        self.models = joblib.load(folder / "heads.joblib")

    def answer(self, text: str | None, image: bytes | None) -> dict[str, Any]:
        """Return the probabilities by text, image and both, and the rows of the nearest products."""
        import numpy as np

        vectors = {}
        if text is not None:
            vectors["text"] = self.sentences.encode([text], show_progress_bar=False)
        if image is not None:
            from keras.applications.mobilenet import preprocess_input
            from keras.utils import img_to_array, load_img

            pixels = img_to_array(load_img(io.BytesIO(image), target_size=(SIDE, SIDE)))
            vectors["image"] = self.network.predict(preprocess_input(pixels[None]), verbose=0)
        if len(vectors) == 2:
            vectors["fused"] = np.concatenate([vectors["text"], vectors["image"]], axis=1)
        answers = {
            modality: self.models[modality].predict_proba(vector) for modality, vector in vectors.items()
        }
        widest = list(vectors)[-1]
        return answers | {"near": self.models[f"near {widest}"].kneighbors(vectors[widest], LIKE)[1]}


def answer_once(way: str, folder: Path, images: bool) -> None:
    """Answer a product in this process, which has done nothing else yet."""
    image = folder / "image.jpg" if images else None
    if way == "ours":
        from core.cli.commands import main

        bundle = json.loads((folder / "ways.json").read_text())["bundle"]
        options = ["--bundle", bundle, "--text", TEXT, *(["--image", str(image)] if image else [])]
        assert main(["classify", "--json", *options]) == 0
    else:
        field = Field(folder, images or way == "everything imported")
        print(field.answer(TEXT, image.read_bytes() if image else None)["near"])


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    answer_once(sys.argv[1], Path(sys.argv[2]), sys.argv[3:] != ["text"])
    from measuring import tell_peak

    tell_peak()
