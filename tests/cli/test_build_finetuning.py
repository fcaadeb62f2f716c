import argparse
from types import SimpleNamespace

import pandas as pd
import pytest

from core.building.finetuning.settings import DEFAULTS
from core.building.options import BuildOptions
from core.cli.build_finetuning import add_finetuning, finetuning_of, tuning_time


def options(*arguments: str):
    parser = argparse.ArgumentParser()
    add_finetuning(parser)
    return parser.parse_args(arguments)


def parsed(*arguments: str):
    return finetuning_of(options(*arguments))


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


def test_the_recipe_is_to_classify_unless_chosen():
    assert options().finetune_recipe == "classify"
    assert options("--finetune-recipe", "contrastive").finetune_recipe == "contrastive"


def test_folds_are_none_or_several(capsys):
    assert options().finetune_folds == 0
    assert options("--finetune-folds", "3").finetune_folds == 3
    with pytest.raises(SystemExit):
        options("--finetune-folds", "1")
    assert "expected 0, or two folds or more" in capsys.readouterr().err


def test_the_time_is_said_where_it_was_measured():
    table = pd.DataFrame({"name": ["mug"] * 5000, "description": "", "has_image": True})
    catalogue, names = SimpleNamespace(table=table), {"text": "minilm", "image": "compact"}
    choices = BuildOptions(finetune=DEFAULTS)
    said = tuning_time(catalogue, names, choices)
    assert said.startswith("fine-tuning takes about ")
    assert "minutes at most: estimated from trainings measured on 2 cores" in said
    assert tuning_time(catalogue, names, BuildOptions()) is None
    assert tuning_time(catalogue, names | {"image": "efficientnet-lite0"}, choices) is None
