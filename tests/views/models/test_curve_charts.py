import numpy as np
from sklearn import metrics

from core.evaluation.score_curves import curves_by_category, macro_curves
from core.views.models.curve_charts import (
    ALL,
    MOST_POINTS,
    area_table,
    precision_recall_chart,
    roc_chart,
)


def made_up():
    random = np.random.default_rng(0)
    true = random.integers(0, 3, 3000)
    logits = random.normal(size=(3000, 3)) + 2 * np.eye(3)[true]
    proba = np.exp(logits)
    return true, proba / proba.sum(axis=1, keepdims=True)


def test_areas_stand_in_the_legend():
    true, proba = made_up()
    curves = curves_by_category(true, proba)
    drawn = {ALL: macro_curves(curves), "mugs": curves[1]}
    average, one, guess = roc_chart(drawn).data
    area = metrics.roc_auc_score(true, proba, multi_class="ovr")
    assert average.name == f"Macro average · AUC {area:.3f}"
    assert one.name == f"mugs · AUC {metrics.roc_auc_score(true == 1, proba[:, 1]):.3f}"
    assert list(guess.x) == list(guess.y) == [0, 1]
    assert len(one.x) <= MOST_POINTS
    assert (one.x[0], one.y[0], one.x[-1], one.y[-1]) == (0, 0, 1, 1)


def test_a_precision_recall_curve_ends_where_all_are_found():
    true, proba = made_up()
    curves = curves_by_category(true, proba)
    (line,) = precision_recall_chart({"mugs": curves[1]}).data
    assert line.x[-1] == 1
    assert (np.asarray(line.x) == 1).sum() == 1
    least = proba[true == 1, 1].min()
    precision = (true[proba[:, 1] >= least] == 1).mean()
    assert np.isclose(line.y[-1], precision, atol=1e-5)
    assert f"AP {metrics.average_precision_score(true == 1, proba[:, 1]):.3f}" in line.name


def test_the_hardest_category_comes_first():
    true, proba = made_up()
    proba[:, 2] = 0.5
    table = area_table(curves_by_category(true, proba), ("a", "b", "c"))
    assert table["Category"][0] == "c"
    assert table["ROC AUC"][0] == 0.5
    assert table["Test products"].sum() == 3000
