"""A head as the build, the app and the predictor run it: an ONNX file, without a training framework."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.common.errors import CoreError
from core.features.parts import PartsProjection
from core.heads.inputs import Inputs
from core.heads.key import HeadKey
from core.heads.readers.kinds import reader_from_dict
from core.heads.readers.parts import PartsReader
from core.heads.readers.reader import Feeds, Reader, predict_in_slices
from core.onnx.sessions import session

if TYPE_CHECKING:
    import onnxruntime

READER = "reader"
"""The entry in a file's metadata that holds the head's reader, as JSON."""


@dataclass(frozen=True)
class OnnxHead:
    """A saved head.

    Attributes
    ----------
    path
        Its file.
    reader
        Turns products into its inputs.
    model
        Its open session: a head stays what it was, whatever takes the place of its file.
    """

    path: Path
    reader: Reader
    model: onnxruntime.InferenceSession = field(repr=False, compare=False)

    @property
    def members(self) -> tuple[HeadKey, ...]:
        """The heads whose probabilities it combines."""
        return self.reader.members

    @property
    def projections(self) -> Mapping[str, PartsProjection]:
        """text, image -> how the parts that it reads are reduced; empty where it reads none."""
        return self.reader.projections if isinstance(self.reader, PartsReader) else {}

    def predict_proba(self, inputs: Inputs) -> np.ndarray:
        """Return probabilities of n products, float32 (n, k), rows summing to 1."""
        model = self.model

        def predict(feeds: Feeds) -> np.ndarray:
            return np.asarray(model.run(["probabilities"], feeds)[0])

        return predict_in_slices(self.reader, inputs, predict, model.get_outputs()[0].shape[1])


def load_head(path: Path, n_classes: int | None = None) -> OnnxHead:
    """Open a head that `core.heads.training.TrainedHead.save` wrote.

    Parameters
    ----------
    path
        Its file.
    n_classes
        How many categories it must know, where that is known.

    Raises
    ------
    CoreError
        If the file is missing, is no ONNX model, knows another number of categories, or does not say what it
        reads.
    """
    model = session(path)
    outputs = [(each.name, each.shape) for each in model.get_outputs()]
    if len(outputs) != 1 or outputs[0][0] != "probabilities" or n_classes not in (None, outputs[0][1][-1]):
        raise CoreError(f"{path.name}: expected probabilities of {n_classes} categories, got {outputs}")
    metadata = model.get_modelmeta().custom_metadata_map
    if READER not in metadata:
        raise CoreError(f"{path.name} does not say what it reads; build the bundle again")
    return OnnxHead(Path(path), reader_from_dict(json.loads(metadata[READER])), model)
