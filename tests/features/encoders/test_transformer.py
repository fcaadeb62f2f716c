import pytest

from core.common.errors import EncoderError
from core.features.encoders import minilm
from core.features.encoders.registry import load_encoder
from tests.features.encoders.models import write_safetensors


def test_another_bert_is_refused_with_both_shapes(tmp_path):
    base = {"embeddings.word_embeddings.weight": (30522, 768)}
    expected = r"expected embeddings.word_embeddings.weight \(30522, 384\), got \(30522, 768\)"
    with pytest.raises(EncoderError, match=expected):
        load_encoder("minilm", write_safetensors(tmp_path / "bert", base))
    short = {name: shape for name, shape in minilm.SHAPES.items() if "layer" not in name}
    with pytest.raises(EncoderError, match="got none"):
        load_encoder("minilm", write_safetensors(tmp_path / "short", short) / "model.safetensors")


def test_a_folder_without_a_model_is_refused(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EncoderError, match=r"has no model\.safetensors and no tokenizer\.json"):
        load_encoder("minilm", tmp_path)
