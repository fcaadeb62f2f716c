import numpy as np
import pandas as pd
import pytest

from core.bundle.reader import Bundle
from core.bundle.results import read_answers, write_results
from core.common.errors import CatalogueError, CoreError

FILES = {"text": "text_results.csv", "image": "image_results.csv", "fused": "multimodal_results.csv"}


@pytest.fixture(scope="module")
def bundle(tiny_bundle):
    return Bundle.open(tiny_bundle)


def test_the_courses_columns(bundle, tmp_path):
    files = write_results(bundle, tmp_path / "results", "course")
    assert [file.name for file in files] == list(FILES.values())
    for modality, name in FILES.items():
        table = pd.read_csv(tmp_path / "results" / name)
        assert list(table.columns) == ["Predictions", "True Labels"]
        assert len(table) == len(bundle.rows("test"))
        accuracy = (table["Predictions"] == table["True Labels"]).mean()
        assert accuracy == pytest.approx(bundle.report(modality).accuracy)


def test_full_results_have_ids_and_are_read_again(bundle, tmp_path):
    write_results(bundle, tmp_path)
    (read,) = read_answers(tmp_path / FILES["fused"])
    (own,) = read_answers(bundle.path)
    assert own.name == f"tiny (fused, {bundle.best['fused']})"
    assert read.name == FILES["fused"]
    for name in ("ids", "true", "predicted"):
        assert np.array_equal(getattr(read, name), getattr(own, name))
    assert set(own.ids) <= set(own.groups)
    assert [each.name for each in read_answers(bundle.path, "image")] == [
        f"tiny (image, {bundle.best['image']})"
    ]


def test_a_file_of_several_heads_is_several_models(bundle):
    file = bundle.file("results/text_results.csv")
    names = [each.name for each in read_answers(file)]
    assert names == ["text_results.csv (logistic_regression)", "text_results.csv (random_forest)"]


@pytest.mark.parametrize(
    "columns", [["Predictions", "True Labels"], ["predicted", "true"], ["Prediction", "Label"]]
)
def test_columns_of_others(columns, tmp_path):
    pd.DataFrame([["3", "NA"]], columns=columns).to_csv(tmp_path / "r.csv", index=False)
    (read,) = read_answers(tmp_path / "r.csv")
    assert (read.predicted.tolist(), read.true.tolist(), read.ids) == (["3"], ["NA"], None)


def test_what_cannot_be_compared_is_one_line(bundle, tmp_path):
    (tmp_path / "r.csv").write_text("sku,predicted\n1,a\n")
    (tmp_path / "e.csv").write_text("Predictions,True Labels\n")
    (tmp_path / "b.csv").write_bytes(b"\xff\xfe\x00")
    for call, message in (
        (lambda: read_answers(tmp_path / "r.csv"), "expected columns Predictions and True Labels"),
        (lambda: read_answers(tmp_path / "e.csv"), "expected answers, got none"),
        (lambda: read_answers(tmp_path / "b.csv"), "no CSV file"),
        (lambda: read_answers(tmp_path / "x.csv"), "no bundle and no file of results"),
    ):
        with pytest.raises(CatalogueError, match=message):
            call()
    with pytest.raises(CoreError, match="expected one of full, course"):
        write_results(bundle, tmp_path, "other")
