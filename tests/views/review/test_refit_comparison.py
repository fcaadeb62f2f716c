from types import SimpleNamespace

import numpy as np
import pytest

from core.views.review.refit_comparison import changes_table, model_changes


def trained(labels: list[int], answers: list[int]) -> SimpleNamespace:
    """Two training products, then test products with these labels and answers."""
    return SimpleNamespace(
        labels=np.array([0, 1, *labels]), predicted={"text": np.array(answers)}, chosen={"text": "mlp"}
    )


@pytest.fixture
def bundle() -> SimpleNamespace:
    return SimpleNamespace(rows=lambda part: np.array([2, 3, 4, 5]), groups=np.arange(6))


def test_both_are_judged_by_the_corrected_labels(bundle):
    before, after = trained([0, 0, 1, 1], [0, 0, 1, 0]), trained([0, 0, 1, 0], [0, 0, 1, 0])
    change = model_changes(bundle, before, after)["text"]
    assert change.accuracy == change.macro_f1 == (1, 1)
    assert change.differ.tolist() == []


def test_macro_f1_leaves_out_categories_without_test_products(bundle):
    # No test product is of category 2, which is answered once before and never after.
    before, after = trained([0, 0, 1, 1], [0, 2, 1, 1]), trained([0, 0, 1, 1], [0, 1, 1, 1])
    changes = model_changes(bundle, before, after)
    assert changes["text"].macro_f1 == pytest.approx(((2 / 3 + 1) / 2, (2 / 3 + 4 / 5) / 2))
    assert changes["text"].differ.tolist() == [1]
    assert changes_table(changes)["Changed answers"].tolist() == [1]
