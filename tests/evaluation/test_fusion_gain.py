import numpy as np
import pytest

from core.common.errors import CatalogueError
from core.evaluation.fusion_gain import fusion_gain
from core.evaluation.paired import compare

CLASSES = ("bag", "hat", "shoe", "watch")


def modalities(n=300, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 3, n)  # no watch
    single = np.where(rng.random(n) < 0.7, y, (y + 1) % 4)
    helped = (rng.random(n) < 0.8) & (y == 1)  # fusion helps hats only
    fused = np.where(helped, y, single)
    fused[:4] = (y[:4] + 1) % 3
    return y, single, fused


def test_products_that_only_one_gets_right_are_listed():
    y = np.array([0, 1, 2, 0, 1])
    gain = fusion_gain(y, np.array([0, 0, 2, 1, 1]), np.array([0, 1, 1, 0, 1]), CLASSES)
    assert gain.rescued.tolist() == [1, 3]
    assert gain.spoiled.tolist() == [2]
    assert gain.overall.difference.value == pytest.approx(1 / 5)
    assert [one.rows for one in gain.per_class] == [2, 2, 1, 0]
    assert [one.comparison and one.comparison.difference.value for one in gain.per_class] == [
        0.5,
        0.5,
        -1,
        None,
    ]


def test_both_wrong_in_different_ways_is_neither():
    gain = fusion_gain(np.array([0, 1]), np.array([1, 1]), np.array([2, 1]), CLASSES)
    assert len(gain.rescued) == len(gain.spoiled) == 0
    assert gain.sentence.endswith("are right on the same products.")


def test_overall_is_the_paired_comparison_and_classes_add_up():
    y, single, fused = modalities()
    gain = fusion_gain(y, single, fused, CLASSES, names=("Fused", "Text"))
    assert gain.overall == compare(y, fused, single, names=("Fused", "Text"))
    assert gain.overall.only_first == len(gain.rescued)
    assert gain.overall.only_second == len(gain.spoiled)
    assert gain.overall.difference.value == pytest.approx((fused == y).mean() - (single == y).mean())
    assert sum(one.rows for one in gain.per_class) == len(y)
    parts = [one.comparison for one in gain.per_class if one.comparison]
    assert sum(one.only_first for one in parts) == len(gain.rescued)


def test_only_the_class_that_gains_is_statistically_clear():
    gain = fusion_gain(*modalities(), CLASSES)
    bag, hat, shoe, watch = gain.per_class
    assert watch.name == "watch"
    assert watch.comparison is None
    assert not hat.comparison.could_be_chance
    assert hat.comparison.difference.low > 0.1
    assert bag.comparison.could_be_chance
    assert shoe.comparison.could_be_chance
    assert hat.comparison.adjusted_p_value == pytest.approx(3 * hat.comparison.p_value)


def test_copies_of_a_product_are_no_more_evidence():
    y, single, fused = modalities(60)
    rows = np.repeat(np.arange(60), 4)
    once = fusion_gain(y, single, fused, CLASSES)
    knowing = fusion_gain(y[rows], single[rows], fused[rows], CLASSES, groups=rows)
    assert knowing.overall.p_value == pytest.approx(once.overall.p_value)
    for a, b in zip(once.per_class[:3], knowing.per_class[:3], strict=True):
        assert b.comparison.adjusted_p_value == pytest.approx(a.comparison.adjusted_p_value)


def test_the_gain_is_told_in_a_sentence():
    y = np.zeros(200, dtype=int)
    single, fused = y.copy(), y.copy()
    single[:30] = 1
    fused[20:32] = 1
    sentence = fusion_gain(y, single, fused, CLASSES, names=("Text + image", "Text")).sentence
    assert sentence.startswith(
        "Of 200 products, Text gets 30 wrong. Text + image corrects 20 of these and gets 2 others wrong. "
        "The difference of +9.0 points of accuracy (95% interval: +"
    )
    assert sentence.endswith("is statistically clear.")
    loss = fusion_gain(y, fused, single, CLASSES).sentence
    assert loss.endswith("is statistically clear.")
    assert "-9.0 points" in loss


@pytest.mark.parametrize(
    ("rows", "kind", "message"),
    [
        (([], [], []), CatalogueError, "no products"),
        (([0], [4], [0]), ValueError, "from 0 to 3"),
        (([0, 1], [0, 1], [0]), ValueError, "one per product"),
    ],
)
def test_unfit_arrays_are_refused(rows, kind, message):
    with pytest.raises(kind, match=message):
        fusion_gain(*(np.array(column, dtype=int) for column in rows), CLASSES)
