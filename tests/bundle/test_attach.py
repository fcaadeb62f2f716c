import pytest

from core.bundle.attach import attach
from core.bundle.reader import Bundle
from core.catalogue.reading import read_catalogue
from core.common.errors import CatalogueError
from tests import tiny


def test_names_and_images_are_back(private_bundle):
    data = private_bundle.parent.parent / "data"
    whole = read_catalogue(data, "csv", minimum=5)
    bundle = attach(Bundle.open(private_bundle), data)
    assert not bundle.private
    assert list(bundle.table["name"]) == list(whole.table["name"])
    with_image = whole.table.loc[whole.table["has_image"], "sku"].iat[0]
    without = whole.table.loc[~whole.table["has_image"], "sku"].iat[0]
    assert bundle.thumbnail(with_image).startswith(b"\xff\xd8")
    assert bundle.thumbnail(without) is None
    assert bundle.fingerprint != Bundle.open(private_bundle).fingerprint


def test_nothing_is_written(private_bundle):
    before = {p: p.stat().st_mtime_ns for p in private_bundle.rglob("*")}
    attach(Bundle.open(private_bundle), private_bundle.parent.parent / "data")
    assert {p: p.stat().st_mtime_ns for p in private_bundle.rglob("*")} == before


def test_another_catalogue_is_one_clear_line(private_bundle, tmp_path):
    other = tiny.write_catalogue(tmp_path, 3, seed=9)
    with pytest.raises(CatalogueError, match="none of the 45 products"):
        attach(Bundle.open(private_bundle), other)


def test_no_catalogue_is_one_clear_line(private_bundle, tmp_path):
    with pytest.raises(CatalogueError):
        attach(Bundle.open(private_bundle), tmp_path / "nowhere")
