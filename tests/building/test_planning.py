import numpy as np

from core.building.planning import plan_training
from core.building.training_data import TrainingData
from core.evaluation.splits import Split
from core.features.vectors import Features
from core.heads.inputs import Inputs
from core.heads.key import HeadKey

HEADS = ("logistic_regression", "tfidf", "stacking", "blend", "random_forest")
N = 200


def products(modalities=("text", "image"), learned=0, **more) -> TrainingData:
    """The first 140 products are for training; of these, the image encoder knows the first `learned`."""
    rows = np.arange(N)
    features = {m: Features(np.ones((N, 3), dtype=np.float32), np.ones(N, dtype=bool)) for m in modalities}
    return TrainingData(
        inputs=Inputs.of(features, ["text"] * N),
        labels=rows % 2,
        classes=("Lamps", "Mugs"),
        skus=rows.astype(str).astype(object),
        split=Split(rows[:140], rows[140:160], rows[160:], 0),
        groups=rows,
        learned=rows < learned,
        **more,
    )


def names(plan, modality):
    return [key.head for key in plan.heads if key.modality == modality]


def test_combining_heads_come_last():
    plan = plan_training(products(min_combining_rows=80), HEADS)
    combining = [key.head in ("stacking", "blend") for key in plan.heads]
    assert combining == sorted(combining)
    assert names(plan, "text") == ["logistic_regression", "tfidf", "random_forest", "stacking", "blend"]
    assert names(plan, "image") == ["logistic_regression", "random_forest"], "there is nothing to combine"


def test_members_are_quick_heads_of_every_input():
    plan = plan_training(products(), HEADS)
    text = (HeadKey("text", "logistic_regression"), HeadKey("text", "tfidf"))
    assert plan.members[HeadKey("text", "blend")] == text
    fused = plan.members[HeadKey("fused", "blend")]
    assert fused == (*text, HeadKey("image", "logistic_regression"))
    assert plan.folded == {*fused}


def test_quick_heads_are_trained_once_more():
    plan = plan_training(products(), HEADS)
    assert {key.head for key in plan.refits} == {"logistic_regression", "tfidf"}
    assert plan.steps == len(plan.heads) + len(plan.folded) + len(plan.refits)


def test_too_few_products_to_combine_heads_on_leave_no_room_for_stacking():
    """Where the image encoder knows nearly all images, a stack would learn on the products that judge it."""
    free = plan_training(products(min_combining_rows=80), HEADS)
    assert "stacking" in names(free, "fused")
    bound = plan_training(products(learned=100, min_combining_rows=80), HEADS)
    assert "stacking" not in names(bound, "fused")
    assert "blend" in names(bound, "fused")
    assert "stacking" in names(bound, "text")


def test_one_input_has_no_fused_heads():
    plan = plan_training(products(("image",)), HEADS)
    assert {key.modality for key in plan.heads} == {"image"}
