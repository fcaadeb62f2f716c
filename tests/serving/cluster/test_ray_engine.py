"""A build whose parts are done elsewhere is the build of the single process, whatever happens to a worker."""

import contextlib
import json
import os
import signal
from pathlib import Path

import numpy as np
import pytest

from core.building.build import build_bundle
from core.building.options import BuildOptions
from core.bundle.reader import Bundle
from core.catalogue.reading import read_catalogue
from core.cli.commands import main
from core.common.engine import THIS_PROCESS
from core.common.errors import EncoderError
from core.common.progress import silent
from core.nearest import approximate, exact
from core.serving.cluster.ray_cluster import Cluster
from core.serving.cluster.ray_engine import ray_engine
from tests import ray_workers, tiny
from tests.serving.cluster.sending import Sending

HEADS = ("logistic_regression", "linear_svm", "random_forest", "tfidf", "blend")
TIMES = {"created", "train_seconds", "peak_mb", "ms_per_product", "cost"}


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    return tiny.write_catalogue(tmp_path_factory.mktemp("shop") / "data", per_class=30)


def built(data: Path, out: Path, engine=THIS_PROCESS, text=None, progress=silent) -> Bundle:
    tiny.register_tiny_encoders()
    encoders = {"text": text or tiny.TinyText(), "image": tiny.TinyImage()}
    options = BuildOptions(heads=HEADS, methods=("pca",), dims=(2,), augment=1, engine=engine)
    return build_bundle(read_catalogue(data, "csv", minimum=5), encoders, out, options, progress).bundle


@pytest.fixture(scope="module")
def single(data, tmp_path_factory) -> Bundle:
    return built(data, tmp_path_factory.mktemp("single") / "bundle")


def without_times(each):
    if isinstance(each, dict):
        return {name: without_times(value) for name, value in each.items() if name not in TIMES}
    return [without_times(value) for value in each] if isinstance(each, list) else each


def assert_same_bundle(got: Bundle, expected: Bundle) -> None:
    """Files are equal, but for what states times and the hashes of such files."""
    names = {file.relative_to(expected.path) for file in expected.path.rglob("*") if file.is_file()}
    assert names == {file.relative_to(got.path) for file in got.path.rglob("*") if file.is_file()}
    for name in names:
        one, other = (each.path / name for each in (got, expected))
        if name.name == "manifest.json":
            one, other = (without_times(json.loads(each.read_text())) for each in (one, other))
            for each in (one, other):
                each["files"].pop("reports.json")
            assert one == other
        elif name.name == "reports.json":
            assert without_times(json.loads(one.read_text())) == without_times(json.loads(other.read_text()))
        else:
            assert one.read_bytes() == other.read_bytes(), name


# --- without a cluster


def test_what_leaves_the_process_comes_back_the_same(data, single, tmp_path):
    engine = Sending()
    assert_same_bundle(built(data, tmp_path / "bundle", engine), single)
    assert engine.works == {"read", "_encoded", "metered", "predict", "best"}, "each stage sends its parts"


@pytest.mark.parametrize(("search", "rows"), [(exact, 1200), (approximate, 3000)])
def test_neighbours_are_those_of_the_single_process(search, rows):
    rng = np.random.default_rng(0)
    vectors = exact.unit(
        rng.normal(size=(40, 16))[rng.integers(40, size=rows)] + rng.normal(size=(rows, 16)) / 4
    )
    told = []
    one, other = (
        search.nearest(vectors, 5, engine=engine, progress=lambda _, done, total: told.append(done / total))
        for engine in (THIS_PROCESS, Sending())
    )
    if search is approximate:
        assert one[1] == other[1]
        one, other = one[0], other[0]
    np.testing.assert_array_equal(one.indices, other.indices)
    np.testing.assert_array_equal(one.similarity, other.similarity)
    assert told.count(1) == 2


def test_the_options_need_each_other(tmp_path, capsys):
    with contextlib.suppress(SystemExit):
        assert main(f"build --data {tmp_path} --out {tmp_path}/b --workers 2".split()) == 2
    assert "--engine ray" in capsys.readouterr().err


# --- a real cluster


@pytest.mark.slow
def test_a_build_whose_workers_are_killed_is_the_same(data, single, tmp_path):
    watched = tmp_path / "watched"
    watched.mkdir()
    killed = {}

    def kill(stage: str, done: int, total: int) -> None:
        """Kill a worker while it encodes, and those that have encoded while heads are trained."""
        if stage in killed or not 0 < done < total:
            return
        if stage == "Encoding texts":
            killed[stage] = [ray_workers.busy_worker(watched)]
        elif stage == "Training models":
            seen = {int(file.stem) for file in watched.glob("*.seen")}
            killed[stage] = list(seen.difference(killed["Encoding texts"]))
        for worker in killed.get(stage, ()):
            os.kill(worker, signal.SIGKILL)

    with ray_engine(Cluster(workers=2)) as engine:
        got = built(data, tmp_path / "bundle", engine, ray_workers.WatchedBatches(watched, 0.5), kill)
        assert killed["Encoding texts"]
        assert killed["Training models"]
        assert_same_bundle(got, single)
        with pytest.raises(EncoderError, match=r"^encoder 'failing': these weights"):
            built(data, tmp_path / "other", engine, ray_workers.Failing())
    assert not (tmp_path / "other").exists()
