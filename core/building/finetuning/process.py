"""The process that trains: ``python -m core.building.finetuning.process FOLDER``.

It reads what `core.building.finetuning.tuning` wrote into the folder, says on standard output how far it is,
a line of JSON each time, and leaves `OUTCOME` there, and encoders if training has made better ones. Where
nobody listens any more, it ends.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from core.building.finetuning.contrastive import Pairs, contrastive
from core.building.finetuning.examples import Examples, Labels, read_images, read_texts
from core.building.finetuning.loop import Loop
from core.building.finetuning.settings import FineTuning
from core.common.errors import CoreError
from core.common.files import atomic_path
from core.common.progress import Progress
from core.features.encoders.fine_tuned import CLASSIFY
from core.features.encoders.preparation import Preparation
from core.features.encoders.trainable import Trainable
from core.onnx.export import REFUSED

REQUEST, STATE, OUTCOME = "request.json", "state.safetensors", "outcome.json"
EXPORTED = 4
"""Products with which the export is checked."""


def encoder_file(modality: str) -> str:
    """Return the name of a trained encoder's file."""
    return f"{modality}.onnx"


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
    """Train the networks that the folder names on the products it holds."""
    from core.building.finetuning.export import export
    from core.building.finetuning.training import Training
    from core.features.encoders.pruning import pruned

    request = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
    asked, recipe = request["networks"], request["recipe"]
    settings = {side: FineTuning(**each["settings"]) for side, each in asked.items()}
    networks = {
        side: Trainable(each["builder"], tuple(each["arguments"])).build() for side, each in asked.items()
    }
    examples = {side: _examples(folder, each["preparation"]) for side, each in asked.items()}
    labels = Labels.read(folder) if recipe == CLASSIFY else Pairs.read(folder)
    state, seed = folder / STATE, request["seed"]
    training: Loop
    whole = None
    if isinstance(labels, Labels):
        (side,) = networks
        training = Training(networks[side], examples[side], labels, settings[side], state, seed)
        if settings[side].prune:
            whole = training.judged()  # the encoder to beat is the whole one
            networks[side] = pruned(networks[side], settings[side].blocks, settings[side].prune)
            training = Training(networks[side], examples[side], labels, settings[side], state, seed)
    else:
        training = contrastive(networks, examples, labels, settings, state, seed)
    course = training.run(request["stage"], progress, frozen_loss=whole)
    for side in networks if course.best else ():
        some = examples[side].batch(labels.validation[:EXPORTED], settings[side], None)
        with atomic_path(folder / encoder_file(side)) as temporary:
            export(networks[side].module, some, asked[side]["metadata"], temporary)
    with atomic_path(folder / OUTCOME) as temporary:
        temporary.write_text(json.dumps(asdict(course)), encoding="utf-8")


def _examples(folder: Path, preparation: str | None) -> Examples:
    return (
        read_texts(folder) if preparation is None else read_images(folder, Preparation.from_json(preparation))
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
