import json

import pytest

from core.building import refit
from core.bundle.manifest import Manifest
from core.bundle.reader import Bundle
from core.bundle.training import TrainingChoices
from core.cli.commands import main
from core.common.errors import BundleError
from core.heads.key import HeadKey
from core.views.models.training_settings import settings_table, split_sentence
from tests import tiny

CHOSEN = ("logistic_regression.C=7", "gradient_boosting.rounds=3")


def build(data, out, *more):
    heads = "logistic_regression,decision_tree,gradient_boosting"
    options = (
        f"--data {data} --text tiny-text --image none --heads {heads} --maps none --no-cache --out {out}"
    )
    return main(["build", *options.split(), *more])


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    tiny.register_tiny_encoders()
    folder = tmp_path_factory.mktemp("training")
    data = tiny.write_catalogue(folder / "data", per_class=30)
    chosen = [word for text in CHOSEN for word in ("--set", text)]
    sizes = ["--class-weight", "balanced", "--test-size", "30%", "--validation-size", "0.2"]
    assert build(data, folder / "b", *sizes, *chosen) == 0
    return Bundle.open(folder / "b")


def test_what_was_chosen_is_recorded_and_used(bundle):
    assert bundle.manifest.training == TrainingChoices(True, 0.3, 0.2, CHOSEN)
    assert bundle.model(HeadKey("text", "logistic_regression")).settings == {"C": 7}
    boosting = bundle.model(HeadKey("text", "gradient_boosting")).settings
    assert boosting == {"rounds": 3, "rate": 0.1, "leaves": 15}
    n = len(bundle.table)
    assert len(bundle.rows("test")) / n == pytest.approx(0.3, abs=0.04)
    assert len(bundle.rows("validation")) / n == pytest.approx(0.2, abs=0.04)


def test_a_refit_trains_in_the_same_way(bundle):
    data = refit.training_data(bundle, bundle.labels)
    assert data.balanced
    assert data.wanted == {"logistic_regression": {"C": 7.0}, "gradient_boosting": {"rounds": 3}}


def test_models_shows_it(bundle):
    table = settings_table(bundle, HeadKey("text", "gradient_boosting"))
    assert table["Setting"].tolist() == ["Rounds", "Rate", "Leaves"]
    assert table["Value"].tolist() == ["3", "0.1", "15"]
    assert table["Chosen"].tolist() == ["by you", "", ""]
    assert split_sentence(bundle) == (
        "50.0% of the products were planned for training, 20.0% for validation, 30.0% for the test. "
        "In training each category counts the same."
    )


def test_bundles_from_before_say_nothing_of_it(bundle):
    plain = json.loads(json.dumps(bundle.manifest.to_dict()))
    del plain["training"]
    assert Manifest.read(plain).training == TrainingChoices()
    plain["training"] = {"balanced": True, "test_share": 0.6, "validation_share": 0.5, "settings": []}
    with pytest.raises(BundleError, match="below 1 together"):
        Manifest.read(plain)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--set", "mlp.width=3"], "head 'mlp' has no setting 'width': expected one of layers"),
        (
            ["--test-size", "60", "--validation-size", "35"],
            "leave less than 10% of the products to learn from",
        ),
        (["--test-size", "0"], "expected a percentage from 1 to 80 or a share from 0.01 to 0.8, got '0'"),
        (["--validation-size", "-3%"], "expected"),
        (["--class-weight", "even"], "invalid choice"),
    ],
)
def test_a_wrong_choice_is_one_line_before_anything_is_read(options, message, tmp_path, capsys):
    try:
        code = build(tmp_path / "nowhere", tmp_path / "b", *options)
    except SystemExit as stopped:
        code = stopped.code
    assert code == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_compress_is_recorded_and_what_cannot_be_in_8_bits_is_named(tmp_path, capsys):
    tiny.register_tiny_encoders()
    data = tiny.write_catalogue(tmp_path / "data", per_class=15)
    options = (
        f"--data {data} --text tiny-text --image none --heads logistic_regression --maps none --no-cache"
    )
    assert main(["build", *options.split(), "--out", str(tmp_path / "b"), "--compress", "int8"]) == 0
    assert "tiny text stays as it is: " in capsys.readouterr().out
    bundle = Bundle.open(tmp_path / "b")
    assert bundle.manifest.training.compress == "int8"
    assert bundle.encoders["text"].compression is None
    plain = json.loads(json.dumps(bundle.manifest.to_dict()))
    del plain["training"]["compress"]
    assert Manifest.read(plain).training.compress is None
    plain["training"]["compress"] = "int4"
    with pytest.raises(BundleError, match="one of int8, got int4"):
        Manifest.read(plain)
