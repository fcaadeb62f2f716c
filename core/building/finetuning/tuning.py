"""Train an encoder further in a process of its own: kept in a folder, gone on with after a kill, made once.

The folder's name is a hash of all that the result depends on: the encoder, the products' contents and
categories, the settings, the seed. The calling process imports no torch.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from core.building.finetuning.checkpoints import Course
from core.building.finetuning.examples import LABELS, PIXELS, TOKENS
from core.building.finetuning.process import ENCODER, OUTCOME, REQUEST, STATE
from core.building.finetuning.products import Products
from core.building.finetuning.settings import FineTuning
from core.common.errors import CoreError, EncoderError
from core.common.files import atomic_path, file_id, file_name
from core.common.kept_files import is_whole, keep
from core.common.locks import locked
from core.common.progress import Progress, silent
from core.common.python_path import python_path
from core.features.encoders.encoder import Encoder
from core.features.encoders.fine_tuned import FineTuned
from core.features.encoders.image import ImageEncoder
from core.features.encoders.text import TextEncoder
from core.onnx import sessions as runtime
from core.onnx.untrusted import check_onnx

VERSION = 1
"""Part of the hash; raise it when training changes."""
ENDING = "-finetuned"
"""Added to the name of the encoder it was made from."""


@dataclass(frozen=True, eq=False)
class Tuned:
    """What came of training an encoder further.

    Attributes
    ----------
    encoder
        The trained one; None where no epoch was better on validation products than the frozen one.
    course
        How the training went.
    """

    encoder: Encoder | None
    course: Course


def check_trainable(encoder: Encoder) -> None:
    """Check that an encoder can be trained further.

    Raises
    ------
    EncoderError
        It cannot.
    """
    if encoder.trainable is None or not isinstance(encoder, TextEncoder | ImageEncoder):
        raise EncoderError(
            f"encoder '{encoder.name}' cannot be fine-tuned; docs/encoders.md lists those that can, "
            "such as minilm for texts and efficientnet-lite0 for images"
        )


def tune(
    encoder: Encoder,
    products: Products,
    settings: FineTuning,
    root: Path,
    progress: Progress = silent,
    *,
    stage: str,
    seed: int = 0,
) -> Tuned:
    """Train an encoder further.

    Parameters
    ----------
    encoder
        One that `check_trainable` accepts.
    products
        What it is trained and judged on.
    settings, seed
        How to train.
    root
        Folder where trainings are kept.
    progress
        Told of batches, at the stage `stage`.

    Raises
    ------
    CoreError
        Training failed; the message ends with the last line that it wrote.
    """
    check_trainable(encoder)
    folder = root / f"{file_name(encoder.name)}-{_key(encoder, products, settings, seed)}"
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder):
        course = _outcome(folder)
        if course is None:
            products.write(folder)
            products.labels.write(folder)
            _write_request(folder, encoder, settings, seed, stage)
            _run(folder, progress)
            keep(folder / ENCODER)
            for name in (STATE, LABELS, TOKENS, PIXELS, REQUEST):
                (folder / name).unlink(missing_ok=True)
            course = _outcome(folder)
        if course is None:
            raise CoreError(f"fine-tuning '{encoder.name}' left nothing in {folder}")
    if not course.best:
        return Tuned(None, course)
    fine_tuned = FineTuned(
        base=encoder.name,
        base_weights_id=encoder.weights_id,
        base_bundled=encoder.bundled,
        blocks=settings.blocks,
        epochs=course.best,
        products=len(products.labels.train),
        validation=len(products.labels.validation),
    )
    return Tuned(_loaded(encoder, folder / ENCODER, fine_tuned), course)


def _key(encoder: Encoder, products: Products, settings: FineTuning, seed: int) -> str:
    told = [VERSION, encoder.name, encoder.weights_id, encoder.preprocessing, asdict(settings), seed]
    digest = hashlib.blake2b(json.dumps(told).encode(), digest_size=8)
    for content in products.contents:
        digest.update(content)
    # Not the layer to begin with, which follows from the rest but for the last digits.
    labels = products.labels
    for array in (labels.labels, labels.train, labels.validation):
        digest.update(array.tobytes())
    return digest.hexdigest()


def _outcome(folder: Path) -> Course | None:
    """Return how a training went that is over and whose encoder, if there is one, is whole."""
    try:
        course = Course(**json.loads((folder / OUTCOME).read_text(encoding="utf-8")))
    except (OSError, TypeError, ValueError):
        return None
    return course if not course.best or is_whole(folder / ENCODER) else None


def _write_request(folder: Path, encoder: Encoder, settings: FineTuning, seed: int, stage: str) -> None:
    assert encoder.trainable is not None
    assert encoder.onnx_path is not None
    preparation = encoder.preparation.to_json() if isinstance(encoder, ImageEncoder) else None
    request = {
        "builder": encoder.trainable.builder,
        "arguments": encoder.trainable.arguments,
        "preparation": preparation,
        "metadata": runtime.session(encoder.onnx_path, gpu=True).get_modelmeta().custom_metadata_map,
        "settings": asdict(settings),
        "seed": seed,
        "stage": stage,
    }
    with atomic_path(folder / REQUEST) as temporary:
        temporary.write_text(json.dumps(request), encoding="utf-8")


def _run(folder: Path, progress: Progress) -> None:
    """Run the process and pass on how far it is; it ends with this function, however that ends."""
    environment = os.environ | {
        "KERAS_BACKEND": "torch",
        "HF_HUB_OFFLINE": "1",
        "PYTHONPATH": python_path(),
    }
    command = [sys.executable, "-m", "core.building.finetuning.process", str(folder)]
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as process:
            try:
                for line in process.stdout or ():
                    progress(*json.loads(line))
            except BaseException:
                process.kill()
                raise
        if process.returncode != 0:
            errors.seek(0)
            lines = [line.strip() for line in errors if line.strip()]
            reason = lines[-1] if lines else f"exit code {process.returncode}"
            raise CoreError(f"fine-tuning failed: {reason}")


def _loaded(encoder: Encoder, file: Path, fine_tuned: FineTuned) -> Encoder:
    check_onnx(file, head=False)
    name, weights_id = f"{encoder.name}{ENDING}", file_id(file)
    tuned: Encoder
    if isinstance(encoder, ImageEncoder):
        tuned = ImageEncoder(name, encoder.dim, encoder.preparation.edge, weights_id, file)
    else:
        tuned = TextEncoder(name, encoder.dim, weights_id, file)
    tuned.fine_tuned = fine_tuned
    return tuned
