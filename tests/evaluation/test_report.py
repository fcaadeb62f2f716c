import json

import numpy as np
import pytest

from core.evaluation.report import Report
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


def test_reports_are_compared_by_value():
    assert report_on("test") == report_on("test")
    assert report_on("test") != report_on("validation")
    with pytest.raises(TypeError, match="unhashable"):
        hash(report_on("test"))
