"""Many processes: the same numbers as one, in the order of skus, whatever happens to a worker."""

import contextlib
import os
import shutil
import signal
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.catalogue.read_options import ReadOptions
from core.catalogue.reading import read_chunks
from core.cli.commands import main
from core.common.errors import CoreError
from core.onnx import sessions as runtime
from core.serving.bulk.embeddings import write_embeddings
from core.serving.bulk.predictions import write_predictions
from core.serving.cluster.engine import Source, ray_embeddings, ray_predictions
from core.serving.cluster.ray_cluster import Cluster, require_ray
from core.serving.cluster.worker import TRIES
from tests import ray_workers, tiny
from tests.paths import ROOT

THREE = Cluster(workers=3)


@pytest.fixture
def data(tmp_path) -> Path:
    """330 products: some without picture, some without text, three with an sku that others have."""
    folder = tiny.write_catalogue(tmp_path / "data", per_class=110)
    table = pd.read_csv(folder / "products.csv", dtype=str, keep_default_na=False)
    table.loc[[17, 200, 305], "sku"] = table["sku"][40]
    table.loc[5, "sku"] = ""
    table.loc[6, "sku"] = "=1+1"
    table.sample(frac=1, random_state=0).to_csv(folder / "products.csv", index=False)
    return folder


def vectors(frame: pd.DataFrame) -> np.ndarray:
    return np.stack(list(frame["vector"]))


def alone(encoder, data: Path, format: str = "csv") -> pd.DataFrame:
    """What the single process writes, equal skus in the table's order."""
    out = data.parent / "alone.parquet"
    write_embeddings(encoder, read_chunks(data, format), out)
    return pd.read_parquet(out).sort_values("sku", kind="stable", ignore_index=True)


def assert_same_vectors(out: Path, expected: pd.DataFrame) -> None:
    got = pd.read_parquet(out)
    assert list(got["sku"]) == list(expected["sku"])
    np.testing.assert_allclose(vectors(got), vectors(expected), atol=1e-6)


# --- without a cluster


def test_without_ray_the_option_names_the_command_that_installs_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "ray", None)
    command = f"embed --data {tmp_path} --encoder compact --engine ray --out {tmp_path}/v.parquet"
    assert main(command.split()) == 2
    assert "pip install -r requirements_ray.txt" in capsys.readouterr().err
    assert (ROOT / "requirements_ray.txt").is_file()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("--workers 2 --out v.parquet", "--engine ray"),
        ("--address auto --out v.parquet", "--engine ray"),
        ("--engine spark --out v.parquet", "single"),
        ("--engine ray --workers 0 --out v.parquet", "above 0"),
    ],
)
def test_options_that_make_no_sense_together(options, says, tmp_path, capsys):
    with contextlib.suppress(SystemExit):
        assert main(f"embed --data {tmp_path} --encoder compact {options}".split()) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("out", ["v.npy", "v.csv"])
def test_the_output_is_parquet(out, data):
    with pytest.raises(CoreError, match=r"NAME\.parquet"):
        ray_embeddings(ray_workers.open_tiny_image, Source(data, ReadOptions("csv")), data.parent / out)


def test_what_is_wrong_with_the_table_is_said_before_a_cluster_starts(tmp_path):
    (tmp_path / "products.parquet").write_text("sku,name")
    with pytest.raises(CoreError, match="it has a header but no rows"):
        ray_embeddings(
            ray_workers.open_tiny_image, Source(tmp_path, ReadOptions("parquet")), tmp_path / "v.parquet"
        )


def test_a_service_is_asked_by_one_process(data):
    def open_service() -> tiny.TinyText:
        encoder = tiny.TinyText()
        encoder.onnx_path, encoder.bundled = None, False
        return encoder

    with pytest.raises(CoreError, match="asks a service"):
        ray_embeddings(open_service, Source(data, ReadOptions("csv")), data.parent / "v.parquet")


@pytest.mark.parametrize(
    ("address", "says"),
    [("head", "HOST:PORT"), ("head:http", "HOST:PORT"), ("127.0.0.1:1", "no Ray cluster answers")],
)
def test_an_address_where_no_cluster_is(address, says, data):
    with pytest.raises(CoreError, match=says):
        ray_embeddings(
            ray_workers.open_tiny_image,
            Source(data, ReadOptions("csv")),
            data.parent / "v.parquet",
            Cluster(2, address),
        )


def test_a_share_of_the_cores_is_kept_to(monkeypatch):
    monkeypatch.setenv(runtime.THREADS, "3")
    assert runtime.threads() == 3


# --- a real cluster


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_changes_nothing(data, tmp_path):
    watched, out = tmp_path / "watched", tmp_path / "vectors.parquet"
    watched.mkdir()
    killed = []

    def kill_one(stage: str, done: int, total: int) -> None:
        if stage.startswith("Encoding") and done and not killed:
            assert done < total
            killed.append(ray_workers.busy_worker(watched))
            os.kill(killed[0], signal.SIGKILL)

    load = partial(ray_workers.open_watched, watched, 1.0)
    assert ray_embeddings(load, Source(data, ReadOptions("csv")), out, THREE, kill_one) == 330
    seen = {int(file.stem) for file in watched.glob("*.seen")}
    assert killed[0] in seen
    assert len(seen) == 4, "three workers, and one for the killed"
    assert (watched / f"{killed[0]}.busy").exists(), "it was killed at work"
    assert_same_vectors(out, alone(tiny.TinyText(), data))
    assert len(list(out.iterdir())) == len(list(out.glob("part-*.parquet"))) > 3
    assert not list(tmp_path.glob(".writing-*"))


@pytest.mark.slow
def test_a_machine_lost_in_the_middle_changes_nothing(data, tmp_path):
    require_ray()
    from ray.cluster_utils import Cluster as Machines

    watched, out = tmp_path / "watched", tmp_path / "vectors.parquet"
    watched.mkdir()
    machines = Machines(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    second = machines.add_node(num_cpus=2)
    lost = []

    def lose_one(stage: str, done: int, total: int) -> None:
        if stage.startswith("Encoding") and done and not lost:
            assert done < total
            lost.append(machines.remove_node(second, allow_graceful=False))

    try:
        load = partial(ray_workers.open_watched, watched, 0.5)
        cluster = Cluster(workers=3, address=machines.address)
        assert ray_embeddings(load, Source(data, ReadOptions("csv")), out, cluster, lose_one) == 330
    finally:
        machines.shutdown()
    assert lost
    assert_same_vectors(out, alone(tiny.TinyText(), data))


@pytest.mark.slow
def test_a_product_that_kills_every_worker_ends_the_run_with_a_reason(data, tmp_path):
    table = pd.read_csv(data / "products.csv", dtype=str, keep_default_na=False)
    table.loc[100, "name"] = ray_workers.POISON
    table.to_csv(data / "products.csv", index=False)
    watched, out = tmp_path / "watched", tmp_path / "vectors.parquet"
    watched.mkdir()
    out.write_text("what was here before")
    with pytest.raises(CoreError, match=f"{TRIES} workers died.* from sku"):
        ray_embeddings(
            partial(ray_workers.open_watched, watched, 0.0), Source(data, ReadOptions("csv")), out, THREE
        )
    assert out.read_text() == "what was here before"
    assert not list(tmp_path.glob(".writing-*"))


@pytest.mark.slow
def test_an_error_in_a_worker_is_the_users_one_line(data, tmp_path):
    out, one = tmp_path / "v.parquet", Cluster(workers=1)
    with pytest.raises(CoreError, match=r"^encoder 'failing': these weights"):
        ray_embeddings(ray_workers.Failing, Source(data, ReadOptions("csv")), out, one)
    shutil.rmtree(data / "images")
    (data / "images.zip").write_text("no zip")
    with pytest.raises(CoreError, match=r"images\.zip: not a zip"):
        ray_embeddings(ray_workers.open_tiny_image, Source(data, ReadOptions("csv")), out, one)


@pytest.mark.slow
def test_pictures_from_parquet_parts_and_a_zip(data, tmp_path):
    table = pd.read_csv(data / "products.csv", dtype=str, keep_default_na=False)
    (data / "products.parquet").mkdir()
    for part in range(3):
        rows = table.iloc[part * 110 : (part + 1) * 110]
        rows.to_parquet(data / "products.parquet" / f"{part}.parquet", row_group_size=50)
    shutil.make_archive(str(data / "images"), "zip", data, "images")
    shutil.rmtree(data / "images")
    expected = alone(tiny.TinyImage(), data)
    out = tmp_path / "vectors.parquet"
    ray_embeddings(ray_workers.open_tiny_image, Source(data, ReadOptions("parquet")), out, THREE)
    assert_same_vectors(out, expected)
    assert (vectors(expected) == 0).all(axis=1).sum() == 33, "products without a picture are there"


@pytest.mark.slow
def test_predictions_are_those_of_the_single_process(data, tiny_bundle, tmp_path):
    out, single = tmp_path / "predictions.parquet", tmp_path / "predictions.csv"
    load = partial(ray_workers.open_predictor, tiny_bundle)
    assert ray_predictions(load, Source(data, ReadOptions("csv")), out, THREE) == 330
    write_predictions(load(), read_chunks(data, "csv"), single)
    expected = pd.read_csv(single, dtype={"sku": str}, keep_default_na=False, na_values={})
    expected["sku"] = expected["sku"].str.removeprefix("'")
    expected = expected.sort_values("sku", kind="stable", ignore_index=True)
    got = pd.read_parquet(out)
    assert list(got.columns) == list(expected.columns)
    for column in got.columns:
        if column.startswith("confidence"):
            wanted = pd.to_numeric(expected[column], errors="coerce")
            np.testing.assert_allclose(got[column], wanted, atol=1e-6)
        else:
            assert list(got[column]) == list(expected[column])
    assert got["confidence_image"].isna().sum() == 33


@pytest.mark.slow
@pytest.mark.data
@pytest.mark.parametrize(("catalogue", "encoder"), [("flipkart", "compact"), ("bestbuy", "minilm")])
def test_the_command_line_on_a_real_catalogue(catalogue, encoder, data_dir, tmp_path):
    data, single, out = data_dir(catalogue), tmp_path / "single.parquet", tmp_path / "ray.parquet"
    command = f"embed --data {data} --format {catalogue} --encoder {encoder} --out "
    assert main(f"{command}{single}".split()) == 0
    assert main(f"{command}{out} --engine ray --workers 3".split()) == 0
    expected = pd.read_parquet(single).sort_values("sku", kind="stable", ignore_index=True)
    assert_same_vectors(out, expected)
