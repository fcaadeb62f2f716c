import argparse

import pytest

from core.building.finetuning.settings import DEFAULTS
from core.cli.build_finetuning import add_finetuning, finetuning_of


def parsed(*arguments: str):
    parser = argparse.ArgumentParser()
    add_finetuning(parser)
    return finetuning_of(parser.parse_args(arguments))


@pytest.mark.parametrize(
    ("which", "modalities"), [("text", {"text"}), ("image", {"image"}), ("both", {"text", "image"})]
)
def test_what_is_fine_tuned(which, modalities):
    assert set(parsed("--finetune", which)) == modalities


def test_nothing_is_unless_asked_for():
    assert parsed() == {}


def test_blocks_and_epochs_can_be_chosen():
    image = parsed("--finetune", "image", "--finetune-blocks", "6", "--finetune-epochs", "3")["image"]
    assert (image.blocks, image.epochs, image.rate) == (6, 3, DEFAULTS["image"].rate)


def test_a_share_of_the_channels_can_be_removed():
    assert parsed("--finetune", "text")["text"].prune == 0
    assert parsed("--finetune", "text", "--finetune-prune", "30")["text"].prune == 0.3
