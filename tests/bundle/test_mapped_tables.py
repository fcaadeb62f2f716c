import logging
import shutil

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from core.bundle import opened
from core.bundle.mapped_tables import mapped_table
from core.bundle.reader import Bundle
from core.common.errors import BundleError
from core.views.models.answers import answers
from tests.bundle.sealing import reseal


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "mapped"


@pytest.fixture
def bundles(tiny_bundle, monkeypatch) -> tuple[Bundle, Bundle]:
    """The tiny bundle as it is read, and as if it were a large one."""
    read = Bundle.open(tiny_bundle)
    for name in ("table", "faults", "out_of_fold", "guards", "_held_out"):
        getattr(read, name)
    monkeypatch.setattr(opened, "LARGE", 10)
    return read, Bundle.open(tiny_bundle)


def made(number=1):
    return pa.table({"a": pa.chunked_array([[number], [2]]), "b": ["x", "y"]})


def test_a_table_is_made_once_for_a_key_and_another_key_replaces_it(tmp_path, cache):
    calls = []

    def make():
        calls.append(len(calls))
        return made(len(calls))

    for key, expected in (("one", 1), ("one", 1), ("two", 2)):
        table = mapped_table(tmp_path, "t", key, make)
        assert table["a"].to_pylist() == [expected, 2] and table["a"].num_chunks == 1
    assert len(calls) == 2
    assert len(list(cache.rglob("*.arrow"))) == 1


def test_a_damaged_file_is_made_again(tmp_path, cache):
    mapped_table(tmp_path, "t", 1, made)
    (file,) = cache.rglob("*.arrow")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 255
    file.write_bytes(content)
    assert mapped_table(tmp_path, "t", 1, made).equals(made())


def test_where_nothing_can_be_written_the_table_stays_in_memory(tmp_path, cache, caplog):
    cache.parent.mkdir()
    cache.write_text("no folder")
    with caplog.at_level(logging.WARNING):
        assert mapped_table(tmp_path, "t", 1, made).equals(made())
    assert "stays in memory" in caplog.text


def test_a_large_bundle_holds_what_a_small_one_does(bundles, cache):
    read, mapped = bundles
    assert mapped.is_large and "table" not in mapped.__dict__
    for name in ("table", "faults", "out_of_fold", "_held_out"):
        pd.testing.assert_frame_equal(getattr(mapped, name), getattr(read, name))
    pd.testing.assert_frame_equal(mapped.guards.to_frame(), read.guards.to_frame())
    assert mapped.labels.tolist() == read.labels.tolist()
    assert [mapped.row(sku) for sku in read.table["sku"]] == list(range(len(read.table)))
    assert mapped.title(3) == read.title(3)
    kept = {file.name.rpartition("-")[0] for file in cache.rglob("*.arrow")}
    assert {"catalogue", "catalogue-by-sku", "faults", "guards", "held_out", "out_of_fold"} <= kept
    again = Bundle.open(mapped.path)
    pd.testing.assert_frame_equal(again.table, read.table)


def test_answers_are_those_of_the_predictions_mapped_or_not(bundles):
    for bundle in bundles:
        for model in bundle.models:
            stored = bundle.predictions(model.modality)
            stored = stored[stored["head"] == model.head]
            given = answers(bundle, model.modality, model.head)
            assert bundle.table["sku"].iloc[given.rows].tolist() == stored["sku"].tolist()
            names = np.asarray(bundle.classes)
            assert names[given.true].tolist() == stored["true"].tolist()
            assert names[given.predicted].tolist() == stored["predicted"].tolist()
            np.testing.assert_array_equal(given.proba, stored[[f"p:{name}" for name in names]])
            np.testing.assert_allclose(given.confidence, stored["confidence"])
    assert bundles[1].head_answers("text", "random_forest").proba.flags.writeable is False


def test_what_is_wrong_with_a_table_is_found_before_it_is_mapped(bundles, tmp_path, cache):
    damaged = shutil.copytree(bundles[0].path, tmp_path / "damaged")
    table = bundles[0].table.assign(part="weekday")
    table.to_parquet(damaged / "catalogue.parquet", index=False)
    reseal(damaged)
    for _ in range(2):
        with pytest.raises(BundleError, match="expected one of train, validation, test"):
            Bundle.open(damaged).table  # noqa: B018
    assert not list(cache.rglob("catalogue-*.arrow"))


def test_a_file_that_was_changed_is_noticed_though_its_copy_is_there(bundles, tmp_path):
    folder = shutil.copytree(bundles[0].path, tmp_path / "changed")
    assert len(Bundle.open(folder).table)
    content = bytearray((folder / "catalogue.parquet").read_bytes())
    content[100] ^= 255
    (folder / "catalogue.parquet").write_bytes(content)
    with pytest.raises(BundleError, match="is not the file that was written"):
        Bundle.open(folder).table  # noqa: B018
