from core.heads.losses import Losses
from tests.heads.products import train


def test_the_epoch_of_the_least_validation_loss_is_the_kept_one():
    losses = Losses.of({"loss": [3.0, 2.0, 1.0, 0.51234567], "val_loss": [3.1, 2.2, 1.9, 2.4]})
    assert (losses.epochs, losses.best) == (4, 3)
    assert losses.training[-1] == 0.512346
    assert Losses((2.0, 1.5)).best == 2
    assert losses.to_dict() == {"training": [3.0, 2.0, 1.0, 0.512346], "validation": [3.1, 2.2, 1.9, 2.4]}


def test_a_network_keeps_its_losses_and_other_heads_have_none():
    losses = train("mlp").fitted.losses
    assert losses.epochs == len(losses.validation) > 1
    assert losses.training[0] > losses.training[-1] > 0
    assert train("linear_svm").fitted.losses is None
