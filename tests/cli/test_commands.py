import io
import json
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.bundle.reader import Bundle
from core.cli.commands import main
from tests import tiny
from tests.paths import ROOT


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    tiny.register_tiny_encoders()
    return tiny.write_catalogue(tmp_path_factory.mktemp("cli") / "data", per_class=12, seed=3)


@pytest.fixture(scope="module")
def build(data, tmp_path_factory) -> tuple[Path, str]:
    """A bundle that the command line built, and what it printed."""
    folder = tmp_path_factory.mktemp("built")
    out = folder / "artifacts" / "cli"
    command = (
        f"build --data {data} --text tiny-text --image tiny-image --heads logistic_regression --minimum 5 "
        f"--maps pca --wanted-precision 90% --guard 2.5 --out {out}"
    )
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(io.StringIO()) as printed:
        patch.setenv("PRODUCT_LENS_CACHE", str(folder / "cache"))
        assert main(command.split()) == 0
    return out, printed.getvalue()


@pytest.fixture
def bundle(build, tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(tmp_path / "cache"))
    return build[0]


def run(text: str, capsys) -> tuple[int, str]:
    """The exit code and what was printed on standard error."""
    try:
        code = main(text.split())
    except SystemExit as stop:
        code = stop.code
    return code, capsys.readouterr().err


def test_a_build_prints_what_it_read_and_what_its_models_reach(build):
    out, printed = build
    assert "36 rows read, 36 kept" in printed
    assert printed.count("logistic_regression*") == 3
    for model in Bundle.open(out).models:
        line = next(line for line in printed.splitlines() if line.startswith(model.modality))
        assert f" {100 * model.report.accuracy:.1f}% " in line
    assert f"bundle written to {out}" in printed


def test_a_build_keeps_what_is_wanted_of_its_answers(bundle):
    acceptance = Bundle.open(bundle).manifest.acceptance
    assert (acceptance.wanted_precision, acceptance.guard) == (0.9, 0.025)


def test_evaluate_says_how_good_the_answers_are_that_need_no_review(bundle, data, tmp_path, capsys):
    table = pd.read_csv(data / "products.csv", keep_default_na=False)
    text, image = table["name"] != "", table["image"] != ""
    expected = {
        "": {"text": text & ~image, "image": image & ~text, "both": text & image},
        "--given text": {"text": text},
        "--given image": {"image": image},
        "--given both": {"both": text & image},
    }
    for option, counts in expected.items():
        command = f"evaluate --bundle {bundle} --data {data} --json {tmp_path}/e.json {option}"
        assert main(command.split()) == 0
        answers = json.loads((tmp_path / "e.json").read_text())["answers"]
        assert {given: one["n"] for given, one in answers.items()} == {
            given: int(counts[given].sum()) if given in counts else 0 for given in ("text", "image", "both")
        }
        printed = capsys.readouterr().out.split("precision of sure answers\n")[1]
        assert [line.split()[0] for line in printed.splitlines()] == list(counts)
        assert "none is sure" in printed  # three validation products test nothing


def test_every_command_on_one_bundle(bundle, data, tmp_path, capsys):
    assert main(f"evaluate --bundle {bundle} --data {data} --json {tmp_path}/e.json".split()) == 0
    result = json.loads((tmp_path / "e.json").read_text())
    assert set(result) >= {"n", "classes", "models", "best", "set_aside"}
    assert set(result["models"][0]) == {"modality", "head", "accuracy", "macro_f1", "weighted_f1", "micro_f1"}

    assert main(f"predict --bundle {bundle} --data {data} --out {tmp_path}/p.csv".split()) == 0
    assert len(pd.read_csv(tmp_path / "p.csv")) == 36

    picture = next((data / "images").iterdir())
    capsys.readouterr()
    assert (
        main(
            ["classify", "--bundle", str(bundle), "--text", "ceramic mug", "--image", str(picture), "--json"]
        )
        == 0
    )
    assert json.loads(capsys.readouterr().out)["given"] == "fused"
    assert main(["classify", "--bundle", str(bundle), "--text", "ceramic mug"]) == 0
    assert "Mugs" in capsys.readouterr().out

    for ending in ("parquet", "npy", "csv"):
        assert main(f"embed --data {data} --encoder tiny-image --out {tmp_path}/v.{ending}".split()) == 0
    stored = np.stack(list(pd.read_parquet(tmp_path / "v.parquet")["vector"]))
    np.testing.assert_allclose(stored, np.load(tmp_path / "v.npy"))
    assert list(pd.read_csv(tmp_path / "v.csv")["sku"]) == list(pd.read_csv(data / "products.csv")["sku"])


def test_listings(bundle, capsys, monkeypatch):
    assert main(["encoders"]) == 0
    assert "minilm" in capsys.readouterr().out
    monkeypatch.chdir(bundle.parent.parent)
    assert main(["bundles"]) == 0
    assert "cli" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("build --data {data} --out {out} --text word2vec", "minilm"),
        (
            "build --data {data} --out {out} --text tiny-text --image none --heads perceptron",
            "logistic_regression",
        ),
        ("build --data {data} --out {out} --text none --image none", "nothing to build"),
        ("build --data {data} --out {out} --format ebay", "flipkart"),
        ("build --data {out}/nowhere --out {out}", "nowhere"),
        ("build --data {data} --out {out} --limit 0", "above 0"),
        ("build --data {data} --out {out} --label colourway --text tiny-text --image none", "colourway"),
        ("classify --bundle {out} --text mug", "no bundle"),
        ("classify --bundle {bundle}", "nothing to classify"),
        ("classify --bundle {bundle} --image {data}/products.csv", "image"),
        ("classify --bundle {bundle} --image {out}/none.jpg", "none.jpg"),
        ("embed --data {data} --encoder tiny-text --out {out}/v.xlsx", ".parquet"),
        ("embed --data {data} --encoder nothing --out {out}/v.npy", "minilm"),
        ("predict --bundle {bundle} --data {out}/nowhere --out {out}/p.csv", "nowhere"),
        ("predict --bundle {bundle} --data {data} --out {out}/p.parquet", "predictions are CSV"),
        ("build --data {data} --out {out} --wanted-precision 100", "a percentage from 50 to 99.9, got '100'"),
        ("build --data {data} --out {out} --wanted-precision most", "from 50 to 99.9, got 'most'"),
        ("build --data {data} --out {out} --guard -1", "a percentage from 0 to 50, got '-1'"),
        ("evaluate --bundle {bundle} --data {data} --given smell", "invalid choice: 'smell'"),
        ("build", "required"),
        ("fly", "invalid choice"),
    ],
)
def test_a_users_mistake_is_one_line_and_exit_code_2(command, says, bundle, data, tmp_path, capsys):
    code, error = run(command.format(data=data, bundle=bundle, out=tmp_path / "out"), capsys)
    assert code == 2
    assert says in error
    assert error.count("\n") == 1
    assert "Traceback" not in error


def test_help_loads_no_framework():
    code = (
        "import sys, contextlib\n"
        "from core.cli.commands import main\n"
        "with contextlib.suppress(SystemExit): main(['--help'])\n"
        "heavy = {'tensorflow', 'torch', 'sklearn', 'keras', 'transformers', 'pandas'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_reader_that_has_seen_enough_is_no_error():
    """As in ``python -m core encoders | head -1``."""
    command = [sys.executable, "-u", "-m", "core", "encoders"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


@pytest.mark.parametrize("command", ["predict --out", "embed --text minilm --out", "evaluate --json"])
def test_where_results_cannot_be_written_is_said_before_the_work(command, data, bundle, tmp_path, capsys):
    (tmp_path / "file").touch()
    what = f"{command} {tmp_path} --data {data}" + ("" if "embed" in command else f" --bundle {bundle}")
    code, said = run(what, capsys)
    assert code == 2 and f"'{tmp_path}' is a folder; name a file in it" in said
    code, said = run(what.replace(f"{tmp_path} ", f"{tmp_path / 'file' / 'new.csv'} ", 1), capsys)
    assert code == 2 and f"{tmp_path / 'file'} is a file" in said
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
