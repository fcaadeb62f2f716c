"""The process that trains: ``python -m core.building.finetuning.process FOLDER``.

It reads what `core.building.finetuning.tuning` wrote into the folder, says on standard output how far it is,
a line of JSON each time, and leaves `OUTCOME` there, and the encoder if training has made a better one. Where
nobody listens any more, it ends.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from core.building.finetuning.examples import Examples, Labels, read_images, read_texts
from core.building.finetuning.settings import FineTuning
from core.common.errors import CoreError
from core.common.files import atomic_path
from core.common.progress import Progress
from core.features.encoders.preparation import Preparation
from core.features.encoders.trainable import Trainable
from core.onnx.export import REFUSED

REQUEST, STATE, OUTCOME, ENCODER = "request.json", "state.safetensors", "outcome.json", "encoder.onnx"
EXPORTED = 4
"""Products with which the export is checked."""


def main(folder: Path) -> None:
    """Train as the folder says."""
    # What libraries print must not get among the lines of progress.
    said = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def progress(stage: str, done: int, total: int) -> None:
        print(json.dumps([stage, done, total]), file=said, flush=True)

    try:
        train(folder, progress)
    except BrokenPipeError:
        os._exit(1)
    except CoreError as error:
        print(error, file=sys.stderr)
        sys.exit(REFUSED)


def train(folder: Path, progress: Progress) -> None:
    """Train the network that the folder names on the products it holds."""
    from core.building.finetuning.export import export
    from core.building.finetuning.training import Training
    from core.features.encoders.pruning import pruned

    request = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
    settings = FineTuning(**request["settings"])
    network = Trainable(request["builder"], tuple(request["arguments"])).build()
    examples: Examples = (
        read_texts(folder)
        if request["preparation"] is None
        else read_images(folder, Preparation.from_json(request["preparation"]))
    )
    labels = Labels.read(folder)
    training = Training(network, examples, labels, settings, folder / STATE, request["seed"])
    frozen_loss = None
    if settings.prune:
        # The encoder to beat is the whole one.
        frozen_loss = training.validation_loss()
        network = pruned(network, settings.blocks, settings.prune)
        training = Training(network, examples, labels, settings, folder / STATE, request["seed"])
    course = training.run(request["stage"], progress, frozen_loss=frozen_loss)
    if course.best:
        some = examples.batch(labels.validation[:EXPORTED], settings, None)
        with atomic_path(folder / ENCODER) as temporary:
            export(network.module, some, request["metadata"], temporary)
    with atomic_path(folder / OUTCOME) as temporary:
        temporary.write_text(json.dumps(asdict(course)), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
