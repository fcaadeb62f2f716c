"""Networks of each family with random weights: their blocks, in order, and gradients that reach them."""

from pathlib import Path

import pytest

from core.features.encoders.trainable import Trainable

LAYERS = {"hidden_size": 8, "num_hidden_layers": 3, "num_attention_heads": 2, "intermediate_size": 16}
BERT = {**LAYERS, "vocab_size": 20}
VISION = {
    "vit": {**LAYERS, "image_size": 16, "patch_size": 8},
    "swin": {"embed_dim": 8, "depths": [1, 2], "num_heads": [1, 2], "window_size": 2, "image_size": 16},
    "convnextv2": {"hidden_sizes": [8, 16], "depths": [1, 2], "num_stages": 2, "image_size": 16},
}


def saved(folder: Path, kind: str, config: dict) -> Path:
    import transformers

    made = transformers.AutoModel.from_config(transformers.AutoConfig.for_model(kind, **config))
    made.save_pretrained(folder)
    return folder


def check(network, blocks: int, *inputs) -> None:
    """Every parameter is in one block, in order; those of the last block get gradients."""
    assert len(network.blocks) == blocks
    in_blocks = [parameter for block in network.blocks for parameter in block]
    assert list(map(id, in_blocks)) == list(map(id, network.module.parameters()))
    network.module(*inputs).sum().backward()
    assert any(parameter.grad is not None for parameter in network.blocks[-1])


@pytest.mark.slow
def test_a_sentence_encoder_has_a_block_per_layer_after_its_embeddings(tmp_path):
    import torch

    network = Trainable.of("sentence_network", saved(tmp_path, "bert", BERT)).build()
    ids = torch.ones((2, 5), dtype=torch.int64)
    check(network, 4, ids, ids)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "pooling"), [("vit", "first"), ("swin", "pooler"), ("convnextv2", "pooler")]
)
def test_image_networks_have_a_block_per_layer_after_their_embeddings(tmp_path, kind, pooling):
    import torch

    folder = saved(tmp_path, kind, VISION[kind])
    network = Trainable.of("vision_network", folder / "model.safetensors", pooling).build()
    check(network, 4, torch.zeros((2, 3, 16, 16)))


@pytest.mark.slow
def test_models_by_name_have_the_same_blocks(tmp_path):
    import torch

    folder = saved(tmp_path, "vit", VISION["vit"])
    builder = "core.features.encoders.hub_vision:trainable"
    network = Trainable(builder, (str(folder), "hf/tiny")).build()
    check(network, 4, torch.zeros((2, 3, 16, 16)))


def test_a_network_without_repeated_blocks_is_refused():
    from torch import nn

    from core.features.encoders.trainable_networks import network_of

    with pytest.raises(ValueError, match="repeated blocks"):
        network_of(nn.Linear(2, 2))
