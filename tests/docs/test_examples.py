"""The examples in docs/examples run on the synthetic demo, and use nothing but the public API."""

import ast
import runpy
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import core
from core.demo.writer import write_demo
from tests import tiny
from tests.paths import ROOT

FOLDER = ROOT / "docs" / "examples"
EXAMPLES = ("fields_table", "find_wrong_labels", "classify_a_delivery", "course_project")


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory) -> Path:
    return write_demo(tmp_path_factory.mktemp("examples") / "catalogue", rows=60).folder


@pytest.fixture
def delivery(catalogue, tmp_path) -> Path:
    """24 products of the same catalogue, without their categories: to draw others takes too long."""
    table = pd.read_csv(catalogue / "products.csv", dtype=str).drop(columns="category")
    table[:24].to_csv(tmp_path / "products.csv", index=False)
    shutil.copy(catalogue / "images.zip", tmp_path)
    return tmp_path


@pytest.fixture
def run(capsys):
    """Return a function that runs an example and returns what it printed."""

    def run_example(name: str, *given: object) -> str:
        runpy.run_path(str(FOLDER / f"{name}.py"))["main"](*given)
        return capsys.readouterr().out

    return run_example


def test_there_are_these_examples():
    assert {file.stem for file in FOLDER.glob("*.py")} == set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_uses_public_names_alone(name):
    tree = ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.module.split(".")[0] != "core"
        if isinstance(node, ast.Attribute):
            assert not node.attr.startswith("_")
            if isinstance(node.value, ast.Name) and node.value.id == "core":
                assert node.attr in core.__all__


@pytest.fixture
def project(tmp_path) -> Path:
    """A student's folder: lists of numbers by sku for texts, a column a number by file name for images."""
    tiny.write_catalogue(tmp_path, per_class=30)
    table = pd.read_csv(tmp_path / "products.csv", dtype=str, keep_default_na=False)
    rng = np.random.default_rng(0)
    place = table["category"].map({name: number for number, name in enumerate(tiny.KNOWN)}).to_numpy()
    text, image = (np.eye(8)[place] + rng.normal(scale=0.4, size=(len(table), 8)) for _ in range(2))
    lists = [str(row.tolist()) for row in text]
    pd.DataFrame({"sku": table["sku"], "embeddings": lists}).to_csv(tmp_path / "text_embeddings_a.csv")
    named = pd.DataFrame(image).assign(ImageName=table["image"])[table["image"].to_numpy() != ""]
    named.to_csv(tmp_path / "Embeddings_b.csv", index=False)
    return tmp_path


def test_a_course_project_hands_in_its_results(project, run):
    heads = ("random_forest", "logistic_regression")  # without the network, which takes longer
    printed = run("course_project", project, heads)
    assert "text vectors from text_embeddings_a.csv: 90 of 8 numbers" in printed
    assert "9 of 90 products have none and count as without image" in printed
    assert all(f"{head:.20}" in printed for head in heads)
    files = sorted((project / "results").iterdir())
    assert [file.name for file in files] == [f"{n}_results.csv" for n in ("image", "multimodal", "text")]
    for file in files:
        table = pd.read_csv(file)
        assert list(table.columns) == ["Predictions", "True Labels"]
        assert (table["Predictions"] == table["True Labels"]).mean() > 0.8


@pytest.mark.slow
def test_the_fields_table(catalogue, run):
    printed = run("fields_table", catalogue)
    rows = {line.split()[0]: line.split() for line in printed.splitlines()[1:4]}
    assert set(rows) == {"text", "image", "fused"}
    assert all(30 < float(row[2]) <= 100 for row in rows.values())
    assert (catalogue / "map.html").stat().st_size > 1000


@pytest.mark.slow
def test_wrong_labels_are_found(catalogue, run):
    printed = run("find_wrong_labels", catalogue)
    assert "products probably have the wrong category" in printed
    listed = pd.read_csv(catalogue / "probably_wrong.csv")
    planted = pd.read_csv(catalogue / "faults.csv")
    assert set(listed["sku"]) & set(planted["sku"])


@pytest.mark.slow
def test_a_delivery_is_classified(catalogue, delivery, run):
    printed = run("classify_a_delivery", catalogue, delivery)
    assert "24 products classified" in printed
    assert len(pd.read_csv(delivery / "predictions.csv")) == 24
