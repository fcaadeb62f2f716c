import json
import zipfile

import numpy as np
import pytest

from benchmarks import grown_build, growth
from benchmarks.grown_catalogue import write_grown
from benchmarks.growth_tables import Run, report
from benchmarks.stages import END, START, Taken, read_moments
from benchmarks.watching import DONE
from core.catalogue.reading import read_catalogue
from tests import tiny

TINY = {"text": "tiny-text", "image": "tiny-image"}


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    return read_catalogue(tiny.write_catalogue(tmp_path_factory.mktemp("real"), per_class=20), minimum=1)


def test_a_grown_catalogue_has_the_products_and_categories_asked_for(real, tmp_path):
    grown = write_grown(real, tmp_path / "made", 200, seed=1)
    read = read_catalogue(grown.folder, minimum=1)
    assert len(read.table) == grown.products == 200
    assert read.classes == real.classes
    assert grown.distinct == pytest.approx(read.table["name"].nunique() / 200)
    assert not read.table["has_image"].any()


def test_a_share_of_it_has_images_that_all_differ(real, tmp_path):
    grown = write_grown(real, tmp_path / "made", 200, images=0.1)
    read = read_catalogue(grown.folder, minimum=1)
    assert read.table["has_image"].sum() == 20
    digests = read.table["image_digest"]
    assert digests[digests != ""].is_unique
    with zipfile.ZipFile(grown.folder / "images.zip") as archive:
        assert len(archive.namelist()) == 20


def test_a_build_tells_its_stages_and_its_models(real, tmp_path, monkeypatch):
    tiny.register_tiny_encoders()
    monkeypatch.setenv("PRODUCT_LENS_CACHE", "")  # the build changes it
    grown = write_grown(real, tmp_path / "made", 120, images=0.5)
    folder = tmp_path / "build"
    folder.mkdir()
    result = grown_build.build(grown.folder, folder, TINY)
    stages = [moment.stage for moment in read_moments(folder / grown_build.MOMENTS)]
    assert stages[0] == START and stages[-1] == END
    told = ("Encoding texts", "Encoding images", "Training models")
    for stage in (grown_build.READING, grown_build.GROUPING, *told):
        assert stages.count(stage) == 1
    models = {each["model"]: each for each in result["models"]}
    assert {f"{head} on text" for head in grown_build.HEADS} <= models.keys()
    assert all(0 <= each["accuracy"] <= 1 and each["log_loss"] > 0 for each in models.values())
    assert result["products"] == 120
    assert list((folder / "cache" / "features").iterdir())


def run(products, seconds, way="now", outcome=DONE):
    models = [{"model": "blend on text", "accuracy": 0.5, "log_loss": 0.25, "calibration_error": None}]
    stages = {"training": Taken(seconds, 2 * seconds, 2048), "writing": Taken(0.25, 0.25, 1024)}
    return Run(way, products, outcome, stages, 3072, models if outcome == DONE else [])


def test_the_tables_tell_medians_and_growth():
    runs = [run(1000, 4), run(1000, 5), run(1000, 99), run(4000, 40), run(16_000, 320)]
    lines = report(runs).splitlines()
    assert "| now, seconds | 1,000 | 4,000 | 16,000 | growth |" in lines
    assert "| training | 5.00 | 40.0 | 320 | 1.50 |" in lines  # 8 = 4 ** 1.5
    assert "| training | 10.0 | 80.0 | 640 | 1.50 |" in lines
    assert "| writing | 0.25 | 0.25 | 0.25 |  |" in lines
    assert "| all | 3.00 | 3.00 | 3.00 | 0.00 |" in lines
    assert "| 16,000 | now | blend on text | 0.5000 | 0.2500 |  |" in lines


def test_what_was_not_built_is_said_and_counts_for_no_whole():
    said = report([run(1000, 4), run(4000, 40, outcome="stopped: more than 6 GB")])
    assert "- 4,000 products, now: stopped: more than 6 GB" in said
    assert "| all | 4.25 |  |  |" in said.splitlines()


class _Builds:
    """Stands for the processes that build."""

    def __init__(self, monkeypatch):
        self.called = []
        monkeypatch.setattr(growth, "_built", self)

    def __call__(self, way, repository, catalogue, products, asked):
        self.called.append((way, products, repository))
        rows = read_catalogue(catalogue, minimum=1).table
        assert len(rows) == products
        return run(products, products / 100, way, DONE if way == "now" or products < 50 else "killed")


def test_both_checkouts_take_turns_until_one_fails(tmp_path, monkeypatch, capsys):
    data = tiny.write_catalogue(tmp_path / "real", per_class=20)
    builds = _Builds(monkeypatch)
    kept = tmp_path / "kept.json"
    asked = ["--data", data, "--sizes", 60, 40, 80, "--rounds", 2, "--before", tmp_path, "--json", kept]
    growth.main(list(map(str, asked)))
    ways = [(way, products) for way, products, _ in builds.called]
    assert ways[:4] == [("before", 40), ("now", 40)] * 2
    assert ways[4:] == [("before", 60), ("now", 60), ("now", 60), ("now", 80), ("now", 80)]
    assert {repository for way, _, repository in builds.called if way == "before"} == {tmp_path}
    said = capsys.readouterr().out
    assert "| before, seconds | 40 | 60 | growth |" in said
    assert "- 60 products, before: killed" in said
    runs = json.loads(kept.read_text())["runs"]
    assert [each["products"] for each in runs] == [products for _, products in ways]
    assert np.isclose(runs[0]["stages"]["training"]["seconds"], 0.4)


@pytest.mark.slow
def test_a_process_builds_with_the_checkout_that_is_named(real, tmp_path):
    asked = growth._parser().parse_args(["--data", "unused"])
    grown = write_grown(real, tmp_path / "made", 150)
    done = growth._built("now", growth.HERE, grown.folder, 150, asked)
    assert done.outcome == DONE, done.outcome
    assert done.whole.seconds > done.stages["Training models"].seconds > 0
    assert done.peak_mb > 100
    wrong = growth._built("before", tmp_path, grown.folder, 150, asked)
    assert wrong.outcome.startswith("failed")
