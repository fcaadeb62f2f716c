import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.building.build import build_bundle
from core.building.options import BuildOptions
from core.catalogue.reading import read_catalogue
from core.common.errors import EncoderError
from core.features.encoders import bert, minilm, transformer, weights
from core.features.encoders.bundled import load_bundled_encoder
from core.features.encoders.record import EncoderRecord
from core.features.encoders.registry import describe_encoders, load_encoder
from core.features.encoders.text import TextEncoder
from tests import tiny
from tests.features.encoders.models import WORDS, write_safetensors
from tests.networks import run

pytestmark = pytest.mark.usefixtures("own_cache")


# BERT as its authors' checkpoint has it: a masked-word layer on top, old names for the layer norms' arrays.
RANDOM_BERT = """
import sys
from pathlib import Path
import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertForMaskedLM

torch.manual_seed(0)
folder = Path(sys.argv[1])
model = BertForMaskedLM(BertConfig()).eval()
model.config.architectures = ["BertForMaskedLM"]
model.config.save_pretrained(folder)
state = {name: value.contiguous() for name, value in model.state_dict().items() if "decoder" not in name}
for name in list(state):
    if name.startswith("bert.") and "LayerNorm" in name:
        value = state[name] = state[name] + 0.1 * torch.rand_like(state[name])
        old = name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")
        state[old] = state.pop(name)
save_file(state, folder / "model.safetensors", {"format": "pt"})
"""


BY_HAND = """
import json, sys
import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

folder, texts, out = sys.argv[1:]
state = {
    name.removeprefix("bert.").replace(".gamma", ".weight").replace(".beta", ".bias"): value
    for name, value in load_file(folder + "/model.safetensors").items()
    if name.startswith("bert.")
}
model = BertModel(BertConfig.from_pretrained(folder), add_pooling_layer=False).eval()
model.load_state_dict(state)
tokenizer = Tokenizer.from_file(folder + "/tokenizer.json")
tokenizer.no_padding()
tokenizer.enable_truncation(256)
rows = []
for text in json.loads(texts):
    with torch.no_grad():
        states = model(torch.tensor([tokenizer.encode(text).ids])).last_hidden_state[0]
    mean = states.mean(0)
    rows.append((mean / mean.norm()).numpy())
np.save(out, np.stack(rows))
"""


@pytest.fixture(scope="module")
def random_bert(tmp_path_factory) -> Iterator[Path]:
    """BERT base with random weights; its words are those of MiniLM, which has them from BERT."""
    source = minilm.find(None)
    if source is None:
        pytest.skip("MiniLM's tokenizer is not here")
    folder = tmp_path_factory.mktemp("bert")
    shutil.copy(source.path / "tokenizer.json", folder)
    run(RANDOM_BERT, folder)
    yield folder
    shutil.rmtree(folder)  # some hundred megabytes


@pytest.mark.parametrize(
    ("shapes", "got"),
    [
        ({"bert.embeddings.word_embeddings.weight": (28996, 768)}, r"\(30522, 768\), got \(28996, 768\)"),
        (minilm.SHAPES, r"\(30522, 768\), got \(30522, 384\)"),
        ({"embeddings.word_embeddings.weight": (30522, 768)}, r"layer\.11.* \(768, 3072\), got none"),
        ({}, r"\(30522, 768\), got none"),
    ],
)
def test_another_model_is_refused_with_both_shapes(tmp_path, shapes, got):
    folder = write_safetensors(tmp_path / "other", shapes)
    with pytest.raises(
        EncoderError, match=f"encoder 'bert-base': .*another model's weights: expected .*{got}"
    ):
        load_encoder("bert-base", folder)


@pytest.mark.parametrize("prefix", ["", "bert."])
def test_the_names_of_both_kinds_of_checkpoint_are_known(tmp_path, prefix):
    shapes = {prefix + name: shape for name, shape in bert.SHAPES.items()}
    folder = write_safetensors(tmp_path / "bert", shapes)
    transformer.check("bert-base", folder / "model.safetensors", bert.SHAPES)


def test_a_file_beside_the_model_is_not_taken_for_it(tmp_path):
    folder = write_safetensors(tmp_path / "bert", bert.SHAPES)
    other = folder / "other.safetensors"
    other.write_bytes(b"")
    with pytest.raises(
        EncoderError, match=r"expected a folder, or the model\.safetensors in it, got .*other"
    ):
        load_encoder("bert-base", other)
    (folder / "tokenizer.json").unlink()
    with pytest.raises(EncoderError, match=r"has no tokenizer\.json"):
        load_encoder("bert-base", folder)


def test_bert_is_looked_for_in_the_hubs_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr(weights, "find_on_hub_cache", lambda *_: None)
    assert bert.find(None) is None
    with pytest.raises(EncoderError, match="encoder 'bert-base': its weights are not on this machine"):
        load_encoder("bert-base")
    monkeypatch.setattr(weights, "find_on_hub_cache", lambda *_: tmp_path)
    assert bert.find(None).path == tmp_path
    assert {info.name: info for info in describe_encoders()}["bert-base"].path == tmp_path


@pytest.mark.slow
def test_bert_equals_transformers_and_makes_a_bundle(random_bert, tmp_path):
    encoder = load_encoder("bert-base", random_bert / "model.safetensors")
    assert isinstance(encoder, TextEncoder)
    assert (encoder.dim, encoder.bundled) == (768, False)
    texts = ["Red shirt", "", "Ärmelloses Kleid – größe 38 / 尺码 🙂", "words of a long text; " * 100, *WORDS]
    run(BY_HAND, random_bert, json.dumps(texts), tmp_path / "expected.npy")
    np.testing.assert_allclose(encoder.encode(texts), np.load(tmp_path / "expected.npy"), atol=1e-5)

    catalogue = read_catalogue(tiny.write_catalogue(tmp_path / "data", 12), "csv", minimum=5)
    options = BuildOptions(heads=("logistic_regression",), methods=("pca",))
    bundle = build_bundle(catalogue, {"text": encoder}, tmp_path / "artifacts" / "bert", options).bundle
    record = bundle.encoders["text"]
    assert record == replace(EncoderRecord.of(encoder), file="encoders/text.onnx")
    assert bundle.features("text").shape == (36, 768)
    again = load_bundled_encoder(record, bundle.file(record.file))
    np.testing.assert_array_equal(again.encode(texts[:3]), encoder.encode(texts[:3]))


@pytest.mark.slow
def test_a_checkpoint_that_lacks_layers_is_not_filled_up_with_random_ones(random_bert, tmp_path):
    for name in ("tokenizer.json", "model.safetensors"):
        (tmp_path / name).symlink_to(random_bert / name)
    config = json.loads((random_bert / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"num_hidden_layers": 13}))
    with pytest.raises(EncoderError, match="another model's weights"):
        load_encoder("bert-base", tmp_path)
