"""The contrastive recipe on tiny networks: its loss, what it learns, and that a kill changes nothing."""

from dataclasses import replace

import numpy as np
import pytest

from core.building.finetuning import contrastive as recipe
from core.building.finetuning.checkpoints import Checkpoint, read_checkpoint
from core.building.finetuning.contrastive import Contrastive, Pairs, contrastive, first_projections
from core.building.finetuning.examples import Images, Texts
from core.building.finetuning.settings import DEFAULTS
from core.features.encoders.preparation import Preparation
from tests.building.finetuning.networks import SIDE, pixels_network, words_network

KINDS, COUNT = 6, 90
FAST = {
    "text": replace(DEFAULTS["text"], blocks=1, epochs=4, patience=4, rate=2e-3, layer_rate=1e-3),
    "image": replace(DEFAULTS["image"], blocks=2, epochs=4, rate=2e-3, operations=0),
}


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(recipe, "BATCH", 12)


@pytest.fixture(scope="module")
def products():
    """Products of six kinds: each has words of its own, and a colour of its own."""
    rng = np.random.default_rng(0)
    kinds = np.arange(COUNT) % KINDS
    ids = rng.integers(2, 20, (COUNT, 4)) + 30 * kinds[:, None]
    texts = Texts(ids.ravel(), np.tile(np.arange(4), COUNT), np.arange(0, 4 * COUNT + 1, 4))
    colours = np.random.default_rng(1).integers(0, 256, (KINDS, 1, 1, 3))
    noise = rng.integers(-10, 10, (COUNT, SIDE, SIDE, 3))
    pixels = np.clip(colours[kinds] + noise, 0, 255).astype(np.uint8)
    examples = {"text": texts, "image": Images(pixels, Preparation(SIDE))}
    vectors = {}
    for side, network in networks().items():
        import torch

        with torch.no_grad():
            batch = examples[side].batch(np.arange(COUNT), FAST[side], None)
            given = network.module.eval()(*map(torch.from_numpy, batch)).numpy()
        vectors[side] = given / np.linalg.norm(given, axis=1, keepdims=True)
    return examples, Pairs(np.arange(60), np.arange(60, COUNT), **vectors)


def networks():
    return {"text": words_network(), "image": pixels_network()}


def test_the_first_projections_find_what_text_and_image_share():
    rng = np.random.default_rng(0)
    shared = rng.normal(size=(400, 1)) * 5
    text, image = rng.normal(size=(400, 6)), rng.normal(size=(400, 9))
    text[:, 2] += shared[:, 0]
    image[:, 7] -= shared[:, 0]
    found = first_projections(text, image)
    assert (found["text"].shape, found["image"].shape) == ((6, 6), (6, 9))
    assert np.abs(found["text"][0]).argmax() == 2
    assert np.abs(found["image"][0]).argmax() == 7
    assert found["text"][0, 2] * found["image"][0, 7] < -0.9
    np.testing.assert_allclose(found["image"] @ found["image"].T, np.eye(6), atol=1e-5)


def test_the_loss_is_that_of_clip(products, tmp_path):
    examples, pairs = products
    first = first_projections(pairs.text, pairs.image)
    training = Contrastive(networks(), examples, pairs, first, np.log(10.0), FAST, tmp_path / "s")
    sides = [getattr(pairs, side)[pairs.validation] @ first[side].T for side in ("text", "image")]
    text, image = (each / np.linalg.norm(each, axis=1, keepdims=True) for each in sides)
    alike = np.exp(10 * text @ image.T)
    true = np.diag(alike)
    expected = -(np.log(true / alike.sum(axis=0)).mean() + np.log(true / alike.sum(axis=1)).mean()) / 2
    import torch

    with torch.no_grad():
        assert training.validation_loss() == pytest.approx(expected, rel=1e-4)


def test_training_aligns_more_than_the_best_projections_of_frozen_vectors(products, tmp_path):
    examples, pairs = products
    both = networks()
    before = {
        f"{side} {name}": each.clone()
        for side, network in both.items()
        for name, each in network.module.state_dict().items()
    }
    course = contrastive(both, examples, pairs, FAST, tmp_path / "state").run("x")
    warm = read_checkpoint(tmp_path / recipe.WARM).course
    assert min(warm.validation) < warm.validation[0]
    assert course.validation[0] == pytest.approx(min(warm.validation), rel=1e-4)
    assert min(course.validation) < course.validation[0]
    after = {
        f"{side} {name}": each
        for side, network in both.items()
        for name, each in network.module.state_dict().items()
    }
    changed = {name for name in before if (before[name] != after[name]).any()}
    assert {name for name in changed if name.startswith("text")} == {
        "text blocks.1.inner.weight",
        "text blocks.1.inner.bias",
    }
    assert any(name.startswith("image") for name in changed)
    assert not any("running" in name for name in changed)


def test_a_training_that_was_killed_goes_on_as_if_it_had_not_been(products, tmp_path, monkeypatch):
    examples, pairs = products
    whole = contrastive(networks(), examples, pairs, FAST, tmp_path / "whole")
    expected = whole.run("x")
    written = []

    def write(checkpoint, file):
        written.append(file.name)
        kept(checkpoint, file)
        if written.count("killed") == 2:
            raise KeyboardInterrupt

    kept = Checkpoint.write
    monkeypatch.setattr(Checkpoint, "write", write)
    with pytest.raises(KeyboardInterrupt):
        contrastive(networks(), examples, pairs, FAST, tmp_path / "killed").run("x")
    monkeypatch.undo()
    monkeypatch.setattr(recipe, "BATCH", 12)
    again = contrastive(networks(), examples, pairs, FAST, tmp_path / "killed")
    assert again.run("x") == expected
    for one, other in zip(whole.parameters, again.parameters, strict=True):
        assert (one == other).all()


def test_pairs_are_read_as_they_were_written(products, tmp_path):
    _, pairs = products
    pairs.write(tmp_path)
    again = Pairs.read(tmp_path)
    for name, each in vars(pairs).items():
        np.testing.assert_array_equal(getattr(again, name), each)
