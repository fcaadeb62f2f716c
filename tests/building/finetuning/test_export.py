"""The networks behind installed encoders: trained a step, their export answers as they do."""

import subprocess
import sys

import pytest

SCRIPT = """
import sys
from pathlib import Path
import numpy as np
import torch
from core.building.finetuning.export import export
from core.features.encoders.encoder import normalised
from core.features.encoders.image import ImageEncoder
from core.features.encoders.registry import load_encoder
from core.features.encoders.text import TextEncoder

encoder = load_encoder(sys.argv[1])
network = encoder.trainable.build()
module = network.module.eval()
if isinstance(encoder, ImageEncoder):
    items = list(np.random.default_rng(0).integers(0, 256, (3, encoder.side, encoder.side, 3), np.uint8))
    inputs = (encoder.preparation.scale(items),)
    metadata = {"preparation": encoder.preparation.to_json()}
else:
    items = ["a red cotton shirt"] * 3
    ids = np.array([encoder._tokenizer.encode(items[0]).ids] * 3, dtype=np.int64)
    inputs = (ids, np.ones_like(ids))
    metadata = {"tokenizer": encoder._tokenizer.to_str()}
tensors = [torch.from_numpy(each) for each in inputs]
with torch.no_grad():
    frozen = normalised(module(*tensors).numpy())
np.testing.assert_allclose(frozen, encoder.encode(items), atol=1e-4)

last = network.blocks[-1]
for parameter in module.parameters():
    parameter.requires_grad_(False)
for parameter in last:
    parameter.requires_grad_(True)
optimizer = torch.optim.SGD(last, lr=0.1)
torch.nn.functional.normalize(module(*tensors))[:, :4].sum().backward()
optimizer.step()
with torch.no_grad():
    trained = normalised(module(*tensors).numpy())
assert np.abs(trained - frozen).max() > 1e-3
target = Path(sys.argv[2])
export(module, inputs, metadata, target)
again = (
    ImageEncoder("again", encoder.dim, encoder.side, "", target)
    if isinstance(encoder, ImageEncoder)
    else TextEncoder("again", encoder.dim, "", target)
)
np.testing.assert_allclose(again.encode(items), trained, atol=1e-4)
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["minilm", "compact", "efficientnet-lite0"])
def test_a_trained_network_is_exported_as_it_answers(name, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    command = [sys.executable, "-c", SCRIPT, name, str(tmp_path / "encoder.onnx")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
