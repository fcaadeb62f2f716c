"""The training loop on a tiny network: what it trains, when it stops, and that a kill changes nothing."""

from dataclasses import replace

import numpy as np
import pytest

from core.building.finetuning.checkpoints import Course, read_checkpoint
from core.building.finetuning.examples import Images, Labels, Texts
from core.building.finetuning.settings import DEFAULTS
from core.building.finetuning.training import Training
from core.features.encoders.preparation import Preparation
from tests.building.finetuning.networks import DIM, SIDE, pixels_network, words_network

SETTINGS = replace(DEFAULTS["text"], blocks=1, epochs=4, patience=4, rate=0.02, layer_rate=0.02, batch=8)


def texts(count=48, classes=3) -> tuple[Texts, Labels]:
    """Texts of four words; each category has words of its own."""
    rng = np.random.default_rng(0)
    labels = np.arange(count) % classes
    ids = rng.integers(2, 40, (count, 4)) + 50 * labels[:, None]
    words = np.tile(np.arange(4), count)
    rows = np.arange(count)
    layer = rng.normal(size=(classes, DIM)).astype(np.float32), np.zeros(classes, np.float32)
    held = Labels(labels, rows[:36], rows[36:], *layer)
    return Texts(ids.ravel(), words, np.arange(0, 4 * count + 1, 4)), held


def numbers(module) -> dict[str, np.ndarray]:
    return {name: tensor.numpy().copy() for name, tensor in module.state_dict().items()}


def test_the_last_block_learns_and_the_rest_stays(tmp_path):
    network = words_network()
    before = numbers(network.module)
    told = []
    course = Training(network, *texts(), SETTINGS, tmp_path / "state.safetensors").run(
        "training", lambda *state: told.append(state)
    )
    after = numbers(network.module)
    changed = {name for name in before if (before[name] != after[name]).any()}
    assert changed == {"blocks.1.inner.weight", "blocks.1.inner.bias"}
    assert min(course.validation) < course.validation[0]
    assert course.best == int(np.argmin(course.validation))
    assert len(course.training) == 4
    assert told[-1] == ("training", 20, 20)
    assert [done for _, done, _ in told[:-1]] == list(range(1, 21))


def test_batch_normalisation_keeps_its_statistics(tmp_path):
    network = pixels_network()
    before = numbers(network.module)
    pixels = np.random.default_rng(0).integers(0, 256, (48, SIDE, SIDE, 3)).astype(np.uint8)
    Training(network, Images(pixels, Preparation(SIDE)), texts()[1], SETTINGS, tmp_path / "s").run("x")
    after = numbers(network.module)
    statistics = [name for name in before if "running" in name]
    assert len(statistics) == 4
    assert all((before[name] == after[name]).all() for name in statistics)


def test_after_a_kill_training_goes_on_as_if_nothing_had_been(tmp_path):
    whole = words_network()
    course = Training(whole, *texts(), SETTINGS, tmp_path / "whole").run("x")

    def kill(stage, done, total):
        if done == 13:  # in the third epoch of five batches each
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Training(words_network(), *texts(), SETTINGS, tmp_path / "killed").run("x", kill)
    assert read_checkpoint(tmp_path / "killed").course.epoch == 2
    told = []
    resumed = words_network()
    again = Training(resumed, *texts(), SETTINGS, tmp_path / "killed").run("x", lambda *s: told.append(s[1]))
    assert told[0] == 11
    assert again.validation == pytest.approx(course.validation, abs=1e-6)
    for name, tensor in numbers(whole.module).items():
        np.testing.assert_allclose(numbers(resumed.module)[name], tensor, atol=1e-6)


def test_training_ends_when_validation_products_gain_nothing(tmp_path):
    hopeless = replace(SETTINGS, rate=1e-9, layer_rate=10.0, epochs=10, patience=2)
    network = words_network()
    before = numbers(network.module)
    course = Training(network, *texts(), hopeless, tmp_path / "s").run("x")
    assert (course.best, course.epoch) == (0, 2)
    assert all((tensor == before[name]).all() for name, tensor in numbers(network.module).items())
    assert "kept frozen" in course.sentence


def test_a_damaged_checkpoint_is_none(tmp_path):
    (tmp_path / "s").write_bytes(b"no tensors")
    assert read_checkpoint(tmp_path / "s") is None
    assert read_checkpoint(tmp_path / "nothing") is None


def test_the_best_epoch_is_the_first_of_the_lowest_loss():
    course = Course()
    for loss in (1.0, 0.8, 0.9, 0.8):
        course.add(loss)
    assert course.best == 1
