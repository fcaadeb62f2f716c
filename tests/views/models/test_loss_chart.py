from core.heads.losses import Losses
from core.views.models.loss_chart import loss_chart, loss_sentence, loss_table

LOSSES = Losses((3.0, 2.0, 1.0), (3.1, 1.9, 2.2))


def test_both_losses_are_drawn_with_the_epoch_that_was_kept():
    figure = loss_chart(LOSSES)
    assert [(trace.name, list(trace.x), list(trace.y)) for trace in figure.data] == [
        ("training products", [1, 2, 3], [3.0, 2.0, 1.0]),
        ("validation products", [1, 2, 3], [3.1, 1.9, 2.2]),
    ]
    assert [note.text for note in figure.layout.annotations] == ["kept: epoch 2"]
    assert "epoch 2, with the lowest loss on validation products" in loss_sentence(LOSSES)
    assert loss_table(LOSSES).to_dict("list") == {
        "Epoch": [1, 2, 3],
        "Loss, training": [3.0, 2.0, 1.0],
        "Loss, validation": [3.1, 1.9, 2.2],
    }


def test_without_validation_products_there_is_one_line():
    alone = Losses((2.0, 1.5))
    assert len(loss_chart(alone).data) == 1
    assert "on training products" in loss_sentence(alone)
    assert list(loss_table(alone)) == ["Epoch", "Loss, training"]
