"""Measure what it costs to encode a product of a catalogue with the encoders that serve."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from core.building.encoding import encode_input
from core.building.options import BuildOptions
from core.building.training_data import TrainingData
from core.bundle.encoding_cost import EncodingCost
from core.catalogue.reading import Catalogue
from core.features.encoders.encoder import Encoder
from core.features.given.vectors import GivenVectors

TIMED = 15
"""Products that are encoded one by one."""


def encoding_costs(
    catalogue: Catalogue, encoders: Mapping[str, Encoder], data: TrainingData, options: BuildOptions
) -> dict[str, EncodingCost]:
    """Return text, image -> what its encoder costs; without those that ask a service or were given.

    Parameters
    ----------
    catalogue, encoders, data
        The products, and what encodes them.
    options
        Images per product. No cache is asked.
    """
    uncached = replace(options, cache=None)
    costs = {}
    for modality, features in data.inputs.features.items():
        encoder = encoders[modality]
        rows = data.split.test[features.present[data.split.test]][:TIMED]
        if encoder.asks_service or isinstance(encoder, GivenVectors) or not len(rows):
            continue
        times = []
        for row in [rows[0], *rows]:  # the first time warms up
            one = replace(catalogue, table=catalogue.table.iloc[[row]].reset_index(drop=True))
            start = time.perf_counter()
            encode_input(one, encoder, uncached)
            times.append(time.perf_counter() - start)
        costs[modality] = EncodingCost(_bytes(encoder), round(1000 * float(np.median(times[1:])), 3))
    return costs


def _bytes(encoder: Encoder) -> int:
    files = {each.onnx_path for each in encoder.members or (encoder,)}
    return sum(file.stat().st_size for file in files if file is not None)
