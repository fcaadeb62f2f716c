import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.bundle.listing import list_bundles
from core.bundle.reader import Bundle
from core.bundle.writer import BundleWriter
from core.common.errors import BundleError, CoreError
from core.serving.predictor import Predictor


@pytest.fixture
def copy(tiny_bundle, tmp_path) -> Path:
    return shutil.copytree(tiny_bundle, tmp_path / "artifacts" / "tiny")


def test_opens_with_all_its_parts(tiny_bundle):
    bundle = Bundle.open(tiny_bundle)
    assert bundle.classes == ("Chairs", "Lamps", "Mugs")
    assert bundle.modalities == ("text", "image", "fused")
    assert bundle.synthetic
    assert not bundle.private
    n = len(bundle.table)
    assert bundle.features("text").shape == (n, 64)
    assert bundle.features("fused").shape == (n, 64 + 48)
    assert set(bundle.best) == {"text", "image", "fused"}
    assert sum(len(bundle.rows(part)) for part in ("train", "validation", "test")) == n
    assert bundle.account.rows_read == n


def test_coordinates_cover_products_that_have_the_modality(tiny_bundle):
    bundle = Bundle.open(tiny_bundle)
    assert len(bundle.projections) == 3 * 2
    for p in bundle.projections:
        places = bundle.coordinates(p.modality, p.method, p.dims)
        assert places.shape == (len(bundle.table), p.dims)
        np.testing.assert_array_equal(np.isfinite(places).all(axis=1), bundle.present(p.modality))
        stored = np.load(tiny_bundle / p.file)
        assert (places.dtype, stored.dtype) == (np.float32, np.float32 if p.dims == 2 else np.float16)
        np.testing.assert_array_equal(places, stored)


def test_places_on_maps_come_with_their_trust(tiny_bundle):
    bundle = Bundle.open(tiny_bundle)
    for p in bundle.projections:
        trust = bundle.trust(p.modality, p.method, p.dims)
        assert trust.shape == (len(bundle.table),)
        np.testing.assert_array_equal(np.isfinite(trust), bundle.present(p.modality))
        assert np.nanmean(trust) == pytest.approx(p.trustworthiness, abs=0.005)
        assert (bundle.path / p.trust_file).stat().st_size < 2 * len(bundle.table) + 128
    with pytest.raises(BundleError, match="has no 2-D umap map of text features"):
        bundle.trust("text", "umap", 2)


def test_thumbnails_are_the_same_whenever_they_are_written(tiny_bundle):
    with zipfile.ZipFile(tiny_bundle / "thumbnails.zip") as archive:
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_thumbnails_belong_to_their_products(tiny_bundle):
    bundle = Bundle.open(tiny_bundle)
    for sku, has in zip(bundle.table["sku"], bundle.table["has_image"], strict=True):
        picture = bundle.thumbnail(sku)
        assert (picture is not None) == has
        assert not has or picture.startswith(b"\xff\xd8")
    assert bundle.thumbnail("no such product") is None


def test_reports_can_be_recomputed_from_the_predictions(tiny_bundle):
    bundle = Bundle.open(tiny_bundle)
    for modality in bundle.modalities:
        table = bundle.predictions(modality)
        for head, rows in table.groupby("head"):
            right = (rows["true"] == rows["predicted"]).mean()
            assert right == pytest.approx(bundle.report(modality, head).accuracy, abs=1e-12)
            assert set(rows["sku"]) == set(bundle.table["sku"].iloc[bundle.rows("test")])


def test_no_bundle_is_one_clear_line(tmp_path):
    with pytest.raises(BundleError, match="no manifest"):
        Bundle.open(tmp_path / "nothing")


def test_a_file_cut_short_is_noticed(copy):
    file = copy / "features" / "text.npy"
    file.write_bytes(file.read_bytes()[:-10])
    with pytest.raises(BundleError, match=r"features/text\.npy"):
        Bundle.open(copy)
    (info,) = list_bundles(copy.parent)
    assert "features/text.npy" in info.problem


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"protocol": 1}', '{"protocol": "x"}', '{"protocol": 99}']
)
def test_a_damaged_manifest_is_one_clear_line(copy, content):
    (copy / "manifest.json").write_text(content)
    with pytest.raises(BundleError) as error:
        Bundle.open(copy)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("catalogue.parquet", lambda bundle: bundle.table),
        ("reports.json", lambda bundle: bundle.models),
        ("features/text.npy", lambda bundle: bundle.features("text")),
        ("coordinates/text_pca_2d.npy", lambda bundle: bundle.coordinates("text", "pca", 2)),
        ("coordinates/text_pca_2d_trust.npy", lambda bundle: bundle.trust("text", "pca", 2)),
        ("thumbnails.zip", lambda bundle: bundle.thumbnail(bundle.table["sku"].iat[0])),
        ("heads/text_logistic_regression.onnx", lambda bundle: Predictor.load(bundle)),
    ],
)
def test_a_file_whose_bytes_were_damaged_is_one_clear_line(copy, name, read):
    file = copy / name
    file.write_bytes(b"\x07" * file.stat().st_size)
    with pytest.raises(CoreError) as error:
        read(Bundle.open(copy))
    assert Path(name).name in str(error.value)
    assert "\n" not in str(error.value)


def test_a_rebuilt_bundle_has_another_fingerprint(copy):
    before = Bundle.open(copy).fingerprint
    manifest = json.loads((copy / "manifest.json").read_text())
    (copy / "manifest.json").write_text(json.dumps({**manifest, "created": "later"}))
    assert Bundle.open(copy).fingerprint != before


def test_a_failed_build_leaves_the_old_bundle_whole(copy):
    before = Bundle.open(copy).fingerprint
    with pytest.raises(RuntimeError), BundleWriter(copy) as writer:
        writer.write_array("features/text", np.zeros((2, 2)))
        raise RuntimeError
    assert Bundle.open(copy).fingerprint == before
    assert [p.name for p in copy.parent.iterdir()] == ["tiny"]


def test_a_build_killed_between_its_two_moves_is_mended(copy):
    copy.rename(copy.parent / ".previous-tiny")
    assert Bundle.open(copy).name == "tiny"


def test_leftovers_of_a_killed_build_are_removed(copy):
    dead = copy.parent / ".building-tiny-999999999"
    dead.mkdir()
    with BundleWriter(copy):
        assert not dead.exists()


def test_a_folder_with_other_files_is_not_overwritten(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(BundleError, match="other files"), BundleWriter(tmp_path):
        pass
    assert (tmp_path / "thesis.txt").exists()


def test_no_pickle_anywhere(tiny_bundle):
    endings = {p.suffix for p in tiny_bundle.rglob("*") if p.is_file()}
    assert endings <= {".json", ".parquet", ".npy", ".onnx", ".csv", ".zip"}
    pd.read_parquet(tiny_bundle / "catalogue.parquet")
