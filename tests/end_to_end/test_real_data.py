"""The whole path on the real catalogues with the real encoders; skipped where the data is absent."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.bundle.reader import Bundle
from core.catalogue.reading import read_catalogue
from core.catalogue.text import product_text
from core.serving.predictor import Predictor
from tests.paths import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.data]


def core(*arguments: object, cache: Path) -> subprocess.CompletedProcess:
    """Run the command line in a fresh process."""
    environment = os.environ | {"PRODUCT_LENS_CACHE": str(cache), "HF_HUB_OFFLINE": "1"}
    command = [sys.executable, "-m", "core", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def cache(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def flipkart(tmp_path_factory, data_dir: Callable[[str], Path], mobilenet_weights, cache) -> Bundle:
    out = tmp_path_factory.mktemp("artifacts") / "flipkart"
    done = core(
        "build", "--data", data_dir("flipkart"), "--format", "flipkart", "--image", "mobilenet",
        "--weights", mobilenet_weights, "--heads", "logistic_regression,mlp,tfidf,blend",
        "--maps", "pca,umap", "--out", out, cache=cache,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "735 rows read, 735 kept" in done.stdout
    return Bundle.open(out)


def test_flipkart_reaches_what_plain_models_reach(flipkart):
    # One test part has 147 rows, so that these bounds lie two standard errors under what is expected.
    accuracy = {m: flipkart.report(m).accuracy for m in flipkart.modalities}
    assert accuracy["text"] > 0.88
    assert accuracy["image"] > 0.76
    assert accuracy["fused"] > 0.88
    assert len(flipkart.models) == 9
    assert len(flipkart.projections) == 6


def test_live_predictions_use_the_stored_vectors(flipkart, data_dir):
    catalogue = read_catalogue(data_dir("flipkart"), "flipkart")
    predictor = Predictor.load(flipkart)
    for row in np.flatnonzero(flipkart.present("fused"))[::100]:
        product = catalogue.table.iloc[row]
        assert product["sku"] == flipkart.table["sku"].iloc[row]
        answer = predictor.classify(
            product_text(product["name"], product["description"]), catalogue.images.read(product["image"])
        )
        for modality in ("text", "image"):
            np.testing.assert_allclose(answer.vectors[modality], flipkart.features(modality)[row], atol=1e-5)


def test_evaluate_and_predict_in_a_fresh_process(flipkart, data_dir, tmp_path, cache):
    data = data_dir("flipkart")
    done = core(
        "evaluate", "--bundle", flipkart.path, "--data", data, "--format", "flipkart", "--json",
        tmp_path / "e.json", cache=cache,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    result = json.loads((tmp_path / "e.json").read_text())
    assert (result["n"], result["classes"], result["set_aside"]) == (735, 7, 0)
    assert len(result["models"]) == 9
    done = core(
        "predict", "--bundle", flipkart.path, "--data", data, "--format", "flipkart", "--out",
        tmp_path / "p.csv", cache=cache,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    table = pd.read_csv(tmp_path / "p.csv")
    assert list(table["sku"]) == list(flipkart.table["sku"])
    best = next(m for m in result["models"] if (m["modality"], m["head"]) == ("text", result["best"]["text"]))
    assert (table["predicted_text"] == flipkart.table["category"]).mean() == pytest.approx(
        best["accuracy"], abs=0.003
    )


def test_a_fashion_sample_builds(tmp_path, data_dir, mobilenet_weights, cache):
    done = core(
        "build", "--data", data_dir("fashion"), "--format", "fashion", "--limit", 1500,
        "--image", "mobilenet", "--weights", mobilenet_weights, "--heads", "logistic_regression",
        "--maps", "pca,umap", "--out", tmp_path / "fashion", cache=cache,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    bundle = Bundle.open(tmp_path / "fashion")
    assert len(bundle.table) == 1500
    assert bundle.account.rows_read == 37_589
    assert len(bundle.classes) == 24
    assert bundle.report("fused").accuracy > 0.93


def test_all_pages_draw_the_real_bundle(flipkart, monkeypatch):
    from streamlit.testing.v1 import AppTest

    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("PRODUCT_LENS_ARTIFACTS", str(flipkart.path.parent))
    app = AppTest.from_file(str(ROOT / "Home.py"), default_timeout=120).run()
    for page in ("1_Dataset", "2_Embeddings", "3_Models", "4_Predict"):
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception
        assert not app.error
    next(button for button in app.button if (button.key or "").startswith("example-")).click().run()
    assert not app.exception
    assert app.header[0].value in flipkart.classes
