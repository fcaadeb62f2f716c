"""Train encoders further in a process of its own: kept in a folder, gone on with after a kill, made once.

The folder's name is a hash of all that the result depends on: the encoders, the products' contents and
categories, the settings, the seed. The calling process imports no torch.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from core.building.finetuning.checkpoints import Course
from core.building.finetuning.contrastive import WARM
from core.building.finetuning.examples import LABELS, PIXELS, TOKENS
from core.building.finetuning.process import OUTCOME, REQUEST, STATE, encoder_file
from core.building.finetuning.products import Products
from core.building.finetuning.settings import FineTuning
from core.common.errors import CoreError, EncoderError
from core.common.files import atomic_path, file_name
from core.common.kept_files import is_whole, keep
from core.common.locks import locked
from core.common.progress import Progress, silent
from core.common.python_path import python_path
from core.features.encoders.encoder import Encoder
from core.features.encoders.fine_tuned import CLASSIFY, FineTuned
from core.features.encoders.image import ImageEncoder
from core.features.encoders.other_file import from_other_file
from core.features.encoders.text import TextEncoder
from core.onnx import sessions as runtime
from core.onnx.untrusted import check_onnx

VERSION = 2
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
    products: Products,
    settings: Mapping[str, FineTuning],
    root: Path,
    progress: Progress = silent,
    *,
    recipe: str = CLASSIFY,
    stage: str,
    seed: int = 0,
) -> dict[str, Tuned]:
    """Train encoders further.

    Parameters
    ----------
    products
        The encoders, each one that `check_trainable` accepts, and what they are trained and judged on.
    settings, recipe, seed
        How to train; settings by modality.
    root
        Folder where trainings are kept.
    progress
        Told of batches, at the stage `stage`.

    Returns
    -------
    dict
        Modality -> what came of it.

    Raises
    ------
    CoreError
        Training failed; the message ends with the last line that it wrote.
    """
    encoders = products.encoders
    for encoder in encoders.values():
        check_trainable(encoder)
    names = "+".join(encoder.name for encoder in encoders.values())
    folder = root / f"{file_name(names)}-{_key(products, settings, recipe, seed)}"
    folder.mkdir(parents=True, exist_ok=True)
    files = {modality: folder / encoder_file(modality) for modality in encoders}
    with locked(folder):
        course = _outcome(folder, files.values())
        if course is None:
            products.write(folder)
            products.labels.write(folder)
            _write_request(folder, encoders, settings, recipe, seed, stage)
            _run(folder, progress)
            for file in files.values():
                keep(file)
            for name in (STATE, WARM, LABELS, TOKENS, PIXELS, REQUEST):
                (folder / name).unlink(missing_ok=True)
            course = _outcome(folder, files.values())
        if course is None:
            raise CoreError(f"fine-tuning '{names}' left nothing in {folder}")
    if not course.best:
        return dict.fromkeys(encoders, Tuned(None, course))
    return {
        modality: Tuned(
            _loaded(encoder, files[modality], _record(encoder, settings[modality], products, course, recipe)),
            course,
        )
        for modality, encoder in encoders.items()
    }


def _record(
    encoder: Encoder, settings: FineTuning, products: Products, course: Course, recipe: str
) -> FineTuned:
    return FineTuned(
        base=encoder.name,
        base_weights_id=encoder.weights_id,
        base_bundled=encoder.bundled,
        blocks=settings.blocks,
        epochs=course.best,
        products=len(products.labels.train),
        validation=len(products.labels.validation),
        recipe=recipe,
        pruned=settings.prune,
    )


def _key(products: Products, settings: Mapping[str, FineTuning], recipe: str, seed: int) -> str:
    networks = [
        [encoder.name, encoder.weights_id, encoder.preprocessing, asdict(settings[modality])]
        for modality, encoder in products.encoders.items()
    ]
    told = json.dumps([VERSION, recipe, networks, seed])
    digest = hashlib.blake2b(told.encode(), digest_size=8)
    for content in products.contents:
        digest.update(content)
    # Not where training begins, which follows from the rest but for the last digits.
    for array in products.labels.told:
        digest.update(array.tobytes())
    return digest.hexdigest()


def _outcome(folder: Path, files: Iterable[Path]) -> Course | None:
    """Return how a training went that is over and whose encoders, if there are any, are whole."""
    try:
        course = Course(**json.loads((folder / OUTCOME).read_text(encoding="utf-8")))
    except (OSError, TypeError, ValueError):
        return None
    return course if not course.best or all(map(is_whole, files)) else None


def _write_request(
    folder: Path,
    encoders: Mapping[str, Encoder],
    settings: Mapping[str, FineTuning],
    recipe: str,
    seed: int,
    stage: str,
) -> None:
    networks = {modality: _network(each, settings[modality]) for modality, each in encoders.items()}
    request = {"recipe": recipe, "networks": networks, "seed": seed, "stage": stage}
    with atomic_path(folder / REQUEST) as temporary:
        temporary.write_text(json.dumps(request), encoding="utf-8")


def _network(encoder: Encoder, settings: FineTuning) -> dict[str, object]:
    assert encoder.trainable is not None
    assert encoder.onnx_path is not None
    return {
        "builder": encoder.trainable.builder,
        "arguments": encoder.trainable.arguments,
        "preparation": encoder.preparation.to_json() if isinstance(encoder, ImageEncoder) else None,
        "metadata": runtime.session(encoder.onnx_path, gpu=True).get_modelmeta().custom_metadata_map,
        "settings": asdict(settings),
    }


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
    tuned = from_other_file(encoder, f"{encoder.name}{ENDING}", file)
    tuned.fine_tuned = fine_tuned
    return tuned
