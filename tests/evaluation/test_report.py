import json

import numpy as np
import pytest

from core.evaluation.report import ClassScore, Report
from core.evaluation.scores import evaluate
from tests.evaluation.answers import CLASSES, answers


def report_on(split):
    return evaluate(*answers(), CLASSES, modality="text", head="mlp", split=split)


def test_a_report_survives_json():
    report = report_on("validation")
    again = Report.from_dict(json.loads(json.dumps(report.to_dict())))
    assert again == report
    assert again.confusion.dtype == np.int64
    assert again.classes == CLASSES
    assert again.split == "validation"


def test_what_was_not_measured_is_null_in_json():
    y, proba = answers()
    report = evaluate(y[y != 3], proba[y != 3], CLASSES, modality="text", head="mlp")
    plain = json.dumps(report.to_dict(), allow_nan=False)
    absent = {"name": CLASSES[3], "precision": None, "recall": None, "f1": None, "support": 0}
    assert json.loads(plain)["per_class"][3] == absent
    again = Report.from_dict(json.loads(plain))
    assert again == report
    assert again.per_class[3] == ClassScore(CLASSES[3])


def test_reports_are_compared_by_value():
    assert report_on("test") == report_on("test")
    assert report_on("test") != report_on("validation")
    with pytest.raises(TypeError, match="unhashable"):
        hash(report_on("test"))
