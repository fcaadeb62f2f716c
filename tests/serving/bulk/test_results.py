import pandas as pd
import pytest

from core.bundle.reader import Bundle
from core.catalogue.reading import read_chunks
from core.catalogue.upload import guess_columns, receive
from core.common.spreadsheet import safe_cell
from core.serving.bulk.predictions import write_predictions
from core.serving.bulk.results import BROKEN, NOT_FOUND, NOTHING, Results
from core.serving.bulk.run import Run
from core.serving.predictor import Predictor
from tests import tiny
from tests.catalogue.test_upload import image, zipped

TABLE = (
    b"id,name,image,predicted\n"
    b"-5,ceramic mug cup handle,7.png,mine\n"
    b"=1+1,wooden chair seat leg,none.png,+mine\n"
    b"-5,,,\n"
    b"d,lamp shade,bad.png,\n"
)


@pytest.fixture(scope="module")
def predictor(tiny_bundle) -> Predictor:
    return Predictor.load(Bundle.open(tiny_bundle))


@pytest.fixture(scope="module")
def upload():
    return receive("t.csv", TABLE, zipped({"7.png": image(3), "bad.png": b"no picture"}))


@pytest.fixture(scope="module")
def run(upload, predictor) -> Run:
    run = Run(upload, guess_columns(upload))
    while run.active:
        run = run.advanced(predictor, 3)
    return run


def rows(**columns) -> Results:
    n = len(columns["confidence"])
    base = {"sku": [f"s{i}" for i in range(n)], "rests_on": ["text"] * n, "needs_review": [False] * n}
    return Results.of([pd.DataFrame(base | columns)])


def test_a_run_does_some_rows_at_a_time_and_all_of_them_once(upload, predictor, run):
    start = Run(upload, guess_columns(upload))
    assert (start.done, start.total, start.active) == (0, 4, True)
    first = start.advanced(predictor, 3)
    assert (first.done, first.active, start.done) == (3, True, 0)
    assert (run.done, run.active) == (4, False)
    assert run.results().rows["sku"].tolist() == ["-5", "=1+1", "-5", "d"]


def test_a_run_is_stopped_and_goes_on(upload, predictor, run):
    stopped = Run(upload, guess_columns(upload)).advanced(predictor, 1).stop("Cancelled.")
    assert not stopped.active
    assert len(stopped.results()) == 1
    assert stopped.go_on().active
    assert run.stop("Too late.") is run


def test_answers_are_the_command_lines(upload, predictor, run, tmp_path):
    (tmp_path / "products.csv").write_bytes(TABLE)
    (tmp_path / "images.zip").write_bytes(upload.images.sources[0].read_bytes())
    write_predictions(predictor, read_chunks(tmp_path, "csv"), tmp_path / "out.csv")
    theirs = pd.read_csv(tmp_path / "out.csv", dtype={"sku": "str"}, keep_default_na=False)
    ours = run.results().rows
    for column in ("predicted", "predicted_image", "needs_review", "reason"):
        assert theirs[column].tolist() == ours[column].tolist()
    assert theirs["predicted"].tolist()[2] == ""  # nothing is given
    confidence = pd.to_numeric(theirs["confidence"]).to_numpy()
    assert confidence == pytest.approx(ours["confidence"].to_numpy(), abs=1e-6, nan_ok=True)
    assert list(theirs["sku"]) == ["-5", "'=1+1", "-5", "d"]
    assert list(theirs.columns) == [
        *("sku", "predicted", "confidence", "predicted_text", "confidence_text"),
        *("predicted_image", "confidence_image", "needs_review", "reason"),
    ]


def test_what_an_answer_rests_on_and_what_is_wrong_with_images(run):
    found = run.results().rows
    assert found["rests_on"].tolist() == ["text + image", "text", NOTHING, "text"]
    assert found["note"].tolist() == ["", NOT_FOUND, "", BROKEN]
    assert found["image"].tolist() == ["7.png", "", "", ""]
    assert found["reason"][2] == "nothing given"
    assert "no usable image" in found["reason"][3] and "no usable image" not in found["reason"][1]


def test_remarks_count_what_the_user_should_know(run):
    remarks = "\n".join(run.results().remarks)
    for what in (
        "without text or image",
        "whose image is not in",
        "whose image cannot",
        "with the id of an earlier one",
    ):
        assert f"1 product {what}" in remarks
    assert len(run.results().remarks) == 4
    assert rows(confidence=[0.5], note=[""]).remarks == []


def test_without_a_zip_and_without_an_image_model_no_image_is_missed(predictor, upload):
    bare = receive("t.csv", TABLE)
    assert set(Run(bare, guess_columns(bare)).advanced(predictor).parts[0]["note"]) == {""}


def test_what_needs_review_comes_first():
    results = rows(
        confidence=[0.9, 0.3, 0.6, 0.5, 0.7],
        needs_review=[False, False, True, True, True],
        rests_on=["text", "text", "text", "text", NOTHING],
        note=[""] * 5,
    )
    assert results.for_review().index.tolist() == [4, 3, 2, 1, 0]


@pytest.mark.parametrize("cell", ["-5", "+49", "-1.5", "-1,234.50", "7"])
def test_a_plain_number_is_kept(cell):
    assert safe_cell(cell, keep_numbers=True) == cell


@pytest.mark.parametrize(
    "cell", ["=1", "-5+1", "--5", "-cmd|'/c calc'!A0", "@A1", " =1", "-", "+1-1", "-5\n", "\t-5"]
)
def test_what_runs_is_not(cell):
    assert safe_cell(cell, keep_numbers=True).startswith("'")


def test_images_alone_are_enough(tmp_path_factory):
    from core.building.build import build_bundle
    from core.building.options import BuildOptions
    from core.catalogue.reading import read_catalogue

    folder = tmp_path_factory.mktemp("image-only")
    catalogue = read_catalogue(tiny.write_catalogue(folder / "data", per_class=12), "csv", minimum=5)
    options = BuildOptions(heads=("logistic_regression",), methods=("pca",))
    bundle = build_bundle(catalogue, {"image": tiny.TinyImage()}, folder / "a" / "pictures", options).bundle
    upload = receive("t.csv", b"id\n7\n8\n", zipped({"7.png": image(3)}))
    run = Run(upload, guess_columns(upload) or {"sku": "id"}).advanced(Predictor.load(bundle))
    assert run.parts[0]["rests_on"].tolist() == ["image", NOTHING]


def test_the_largest_category_comes_first_with_how_many_need_review():
    counts = rows(
        confidence=[0.9, 0.2, 0.8, 0.3, float("nan")],
        predicted=["Lamps", "Mugs", "Mugs", "Chairs", ""],
        needs_review=[False, True, False, True, True],
    ).by_category()
    assert counts["Category"].tolist() == ["Mugs", "Chairs", "Lamps", "no category"]
    assert counts["Products"].tolist() == [2, 1, 1, 1]
    assert counts["Need review"].tolist() == [1, 1, 0, 1]
