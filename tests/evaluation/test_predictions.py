import io

import numpy as np
import pandas as pd
import pytest

from core.common.errors import CatalogueError
from core.evaluation.predictions import predictions_table, reports_from_predictions
from tests.evaluation.answers import CLASSES, answers


def table_of(heads=("mlp", "linear_svm"), n=300):
    tables = []
    for seed, head in enumerate(heads):
        y, proba = answers(n, seed=9)
        noisy = proba + 0.1 * seed * np.random.default_rng(seed).random(proba.shape)
        noisy /= noisy.sum(axis=1, keepdims=True)
        tables.append(predictions_table([f"{row:05}" for row in range(n)], y, noisy, CLASSES, head))
    return pd.concat(tables, ignore_index=True)


def test_a_predictions_table_has_a_row_per_product():
    y, proba = answers(20)
    table = predictions_table([f"{row:03}" for row in range(20)], y, proba, CLASSES, "mlp")
    assert list(table.columns) == [
        "head",
        "sku",
        "true",
        "predicted",
        "confidence",
        *(f"p:{c}" for c in CLASSES),
    ]
    assert table["sku"].tolist()[:2] == ["000", "001"]
    assert table["true"].tolist() == [CLASSES[number] for number in y]
    assert table["predicted"].tolist() == [CLASSES[number] for number in proba.argmax(axis=1)]
    assert np.abs(table["confidence"] - proba.max(axis=1)).max() <= 5.1e-6
    assert (table["confidence"] == table["confidence"].round(5)).all()


def test_reports_from_the_table_and_from_its_csv_file_are_equal():
    table = table_of()
    direct = reports_from_predictions(table, "text")
    text = table.to_csv(index=False)
    again = reports_from_predictions(pd.read_csv(io.StringIO(text)), "text")
    assert again == direct
    assert [report.head for report in direct] == ["mlp", "linear_svm"]
    assert direct[0] != direct[1]
    assert direct[0].n == 300
    assert direct[0].modality == "text"


def test_a_tie_made_by_rounding_is_the_same_prediction_in_table_and_report():
    proba = np.array([[0.2, 0.3999998, 0.4000002, 0.0, 0.0]])
    table = predictions_table(["a"], [2], proba, CLASSES, "mlp")
    report = reports_from_predictions(table, "text")[0]
    assert (table["predicted"][0] == "shoe") == (report.accuracy == 1)


def test_categories_that_are_numbers_survive_a_file():
    y, proba = answers(40, 3)
    table = predictions_table(range(40), y, proba, ["101", "102", "7"], "mlp")
    again = pd.read_csv(io.StringIO(table.to_csv(index=False)))
    assert reports_from_predictions(again, "text") == reports_from_predictions(table, "text")


def test_another_table_is_refused():
    table = table_of()
    with pytest.raises(CatalogueError, match="expected a column true"):
        reports_from_predictions(table.drop(columns="true"), "text")
    with pytest.raises(CatalogueError, match="no column 'p:bag'"):
        reports_from_predictions(table.drop(columns="p:bag"), "text")
    with pytest.raises(CatalogueError, match="p:<class>"):
        reports_from_predictions(table[["head", "true"]], "text")
