from pathlib import Path

import pytest

from core.building.build import build_bundle
from core.building.options import BuildOptions
from core.bundle.attach import attach
from core.bundle.reader import Bundle
from core.catalogue.reading import read_catalogue
from core.common.errors import CatalogueError
from tests import tiny


@pytest.fixture(scope="module")
def private(tmp_path_factory) -> Path:
    tiny.register_tiny_encoders()
    folder = tmp_path_factory.mktemp("attach")
    catalogue = read_catalogue(tiny.write_catalogue(folder / "data", 12), "csv", minimum=5)
    options = BuildOptions(heads=("logistic_regression",), methods=("pca",), private=True)
    return build_bundle(
        catalogue, {"text": tiny.TinyText()}, folder / "artifacts" / "private", options
    ).bundle.path


def test_names_and_pictures_are_back(private):
    data = private.parent.parent / "data"
    whole = read_catalogue(data, "csv", minimum=5)
    bundle = attach(Bundle.open(private), data)
    assert not bundle.private
    assert list(bundle.table["name"]) == list(whole.table["name"])
    with_image = whole.table.loc[whole.table["has_image"], "sku"].iat[0]
    without = whole.table.loc[~whole.table["has_image"], "sku"].iat[0]
    assert bundle.thumbnail(with_image).startswith(b"\xff\xd8")
    assert bundle.thumbnail(without) is None
    assert bundle.fingerprint != Bundle.open(private).fingerprint


def test_nothing_is_written(private):
    before = {p: p.stat().st_mtime_ns for p in private.rglob("*")}
    attach(Bundle.open(private), private.parent.parent / "data")
    assert {p: p.stat().st_mtime_ns for p in private.rglob("*")} == before


def test_another_catalogue_is_one_clear_line(private, tmp_path):
    other = tiny.write_catalogue(tmp_path, 3, seed=9)
    with pytest.raises(CatalogueError, match="none of the 36 products"):
        attach(Bundle.open(private), other)


def test_no_catalogue_is_one_clear_line(private, tmp_path):
    with pytest.raises(CatalogueError):
        attach(Bundle.open(private), tmp_path / "nowhere")
