"""Measure what encoders cost: those to choose from in a process of its own, those of a build in the build's.

``python -m core.building.encoder_costs minilm compact`` prints the first as JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.common.errors import CoreError
from core.common.python_path import python_path
from core.features.encoders.cost import EncoderCost

if TYPE_CHECKING:
    from core.features.encoders.encoder import Encoder
    from core.features.encoders.record import EncoderRecord

TEXT = "Stoneware mug with a wide handle, 350 ml, dishwasher safe, in blue and white"
IMAGE_SIDE = 400
LEAST_ROUNDS, ROUNDS, LONGEST = 7, 30, 0.5
"""How often a product is encoded: 7 times, then up to 30 times while that took less than half a second."""


def measure_costs(names: Sequence[str]) -> dict[str, EncoderCost]:
    """Measure encoders in a fresh process, which has loaded none of them; each must have its weights here.

    Raises
    ------
    CoreError
        An encoder cannot be loaded; the message is the process's own.
    """
    environment = os.environ | {"PYTHONPATH": python_path()}
    command = [sys.executable, "-m", "core.building.encoder_costs", *names]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise CoreError(f"the encoders {', '.join(names)} cannot be measured: {lines[-1]}")
    measured: Mapping[str, Mapping[str, float]] = json.loads(done.stdout.splitlines()[-1])
    return {name: EncoderCost(**cost) for name, cost in measured.items()}


def cost_of(name: str) -> EncoderCost:
    """Measure an encoder in this process, which must not have loaded it yet."""
    from core.features.encoders.registry import load_encoder

    return _measured(lambda: load_encoder(name))


def recorded_cost(record: EncoderRecord, file: Path | None) -> EncoderCost | None:
    """Measure a single encoder of a build by loading it as its bundle does, in this process.

    Parameters
    ----------
    record
        What the bundle says of it.
    file
        The file that the bundle carries of it, if it does.

    Returns
    -------
    EncoderCost or None
        None where there is nothing to load: vectors that were given or that a service made, and encoders that
        only the caller has.
    """
    from core.features.encoders.bundled import load_bundled_encoder
    from core.features.encoders.registry import ENCODERS

    if file is None and not (record.bundled and record.name in ENCODERS):
        return None
    return _measured(lambda: load_bundled_encoder(record, file))


def _measured(load: Callable[[], Encoder]) -> EncoderCost:
    start = time.perf_counter()
    encoder = load()
    product = [_product(encoder)]
    encoder.encode(product)
    cold = time.perf_counter() - start
    warm: list[float] = []
    while len(warm) < LEAST_ROUNDS or (len(warm) < ROUNDS and sum(warm) < LONGEST):
        warm.append(_seconds(encoder, product))
    return EncoderCost(cold, min(warm))


def _product(encoder: Encoder) -> Any:
    from PIL import Image

    if encoder.modality == "text":
        return TEXT
    return encoder.prepare(Image.effect_noise((IMAGE_SIDE, IMAGE_SIDE), 60).convert("RGB"))


def _seconds(encoder: Encoder, product: list[Any]) -> float:
    start = time.perf_counter()
    encoder.encode(product)
    return time.perf_counter() - start


def main(names: Sequence[str]) -> None:
    """Print the cost of each encoder."""
    import onnxruntime  # noqa: F401  (every encoder needs it: none is to pay for its import)

    print(json.dumps({name: asdict(cost_of(name)) for name in names}))


if __name__ == "__main__":
    main(sys.argv[1:])
