import shutil

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.building.build import build_bundle
from core.building.options import BuildOptions
from core.bundle.attach import attach
from core.bundle.reader import Bundle
from core.catalogue.reading import read_catalogue
from core.common.errors import CatalogueError
from tests import tiny

QUICK = BuildOptions(heads=("logistic_regression",), methods=("pca",))


@pytest.fixture
def catalogue(tmp_path):
    return read_catalogue(tiny.write_catalogue(tmp_path / "data", per_class=12), "csv", minimum=5)


def encoders() -> dict:
    tiny.register_tiny_encoders()
    return {"text": tiny.TinyText(), "image": tiny.TinyImage()}


def test_a_second_build_encodes_nothing(catalogue, tmp_path):
    options = BuildOptions(heads=QUICK.heads, methods=QUICK.methods, cache=tmp_path / "cache")
    first = encoders()
    before = build_bundle(catalogue, first, tmp_path / "a" / "one", options).bundle
    features, accuracies = before.features("fused"), [report.accuracy for report in before.reports]
    assert first["text"].encoded > 0
    again = encoders()
    after = build_bundle(catalogue, again, tmp_path / "a" / "one", options).bundle
    assert again["text"].encoded == 0
    assert again["image"].encoded == 0
    np.testing.assert_array_equal(features, after.features("fused"))
    assert accuracies == [report.accuracy for report in after.reports]


def test_one_modality_alone(catalogue, tmp_path):
    bundle = build_bundle(catalogue, {"text": encoders()["text"]}, tmp_path / "a" / "text-only", QUICK).bundle
    assert bundle.modalities == ("text",)
    assert bundle.best == {"text": "logistic_regression"}
    assert not bundle.has_features("fused")


def test_a_catalogue_without_pictures_leaves_image_out(tmp_path):
    data = tiny.write_catalogue(tmp_path / "data", per_class=12)
    for file in (data / "images").iterdir():
        file.unlink()
    catalogue = read_catalogue(data, "csv", minimum=5)
    bundle = build_bundle(catalogue, encoders(), tmp_path / "a" / "b", QUICK).bundle
    assert bundle.modalities == ("text",)


def test_one_category_alone_is_one_clear_line(tmp_path):
    catalogue = read_catalogue(tiny.write_catalogue(tmp_path, 12, ("Mugs",)), "csv", minimum=5)
    with pytest.raises(CatalogueError, match="one category"):
        build_bundle(catalogue, encoders(), tmp_path / "a" / "b", QUICK)


def test_a_killed_build_leaves_the_old_bundle(catalogue, tiny_bundle, tmp_path):
    out = shutil.copytree(tiny_bundle, tmp_path / "a" / "b")
    before = Bundle.open(out).fingerprint

    def kill(stage: str, done: int, total: int) -> None:
        if stage == "Drawing maps":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_bundle(catalogue, encoders(), out, QUICK, kill)
    assert Bundle.open(out).fingerprint == before
    assert [p.name for p in out.parent.iterdir()] == ["b"]


def test_the_best_head_is_chosen_on_validation_rows(tiny_bundle):
    bundle = Bundle.open(tiny_bundle)
    for modality in bundle.modalities:
        models = [m for m in bundle.models if m.modality == modality]
        chosen = [m for m in models if m.chosen]
        assert len(chosen) == 1
        assert chosen[0].validation_accuracy == max(m.validation_accuracy for m in models)


@pytest.fixture
def placeholders(tmp_path):
    """Products of which every second one shows the same image."""
    data = tiny.write_catalogue(tmp_path / "data", per_class=20)
    images = sorted((data / "images").iterdir())
    for image in images[::2]:
        image.write_bytes(images[0].read_bytes())
    return data


@pytest.mark.parametrize("private", [False, True])
def test_a_placeholder_is_neither_encoded_nor_shown(placeholders, tmp_path, private):
    catalogue = read_catalogue(placeholders, "csv", minimum=5)
    shown = catalogue.account.placeholders[0].products
    images = encoders()
    options = BuildOptions(heads=QUICK.heads, methods=QUICK.methods, private=private)
    bundle = build_bundle(catalogue, images, tmp_path / "a" / "b", options).bundle
    bundle = Bundle.open(bundle.path)
    assert bundle.placeholders == {catalogue.images.digest("000.png")}
    assert images["image"].encoded == bundle.table["has_image"].sum() == 54 - shown
    assert [each.file for each in bundle.account.placeholders] == ([""] if private else ["000.png"])
    assert bundle.thumbnail(bundle.table["sku"][0]) is None
    named = attach(bundle, placeholders) if private else bundle
    thumbnails = [named.thumbnail(sku) is not None for sku in named.table["sku"]]
    assert thumbnails == bundle.table["has_image"].tolist()
    assert not bundle.faults["reason"].str.startswith("Same image").any()


def test_one_placeholder_for_all_is_a_bundle_of_texts(placeholders, tmp_path):
    for image in (placeholders / "images").iterdir():
        image.write_bytes((placeholders / "images" / "000.png").read_bytes())
    catalogue = read_catalogue(placeholders, "csv", minimum=5)
    assert build_bundle(catalogue, encoders(), tmp_path / "a" / "b", QUICK).bundle.modalities == ("text",)


def test_variants_are_on_one_side_and_the_bundle_says_why(tmp_path):
    data = tiny.write_catalogue(tmp_path / "data", per_class=20)
    table = pd.read_csv(data / "products.csv", keep_default_na=False)
    table["name"] = [
        f"{name.rpartition(' ')[0]} no {row // 4}, {'SMLX'[row % 4]}".replace(", X", ", XL") if name else ""
        for row, name in enumerate(table["name"])
    ]
    table["name"] = table["name"].str.replace(r"^.* no", "house brand piece no", regex=True)
    table.to_csv(data / "products.csv", index=False)
    bundle = build_bundle(
        read_catalogue(data, "csv", minimum=5), encoders(), tmp_path / "a" / "b", QUICK
    ).bundle
    named = bundle.table[bundle.table["name"] != ""]
    number = named["name"].str.extract(r"no (\d+)")[0]
    assert (named.groupby(number)["part"].nunique() == 1).all()
    assert [each.reason for each in bundle.grouping] == ["variant"]
    assert bundle.grouping[0].products == len(named)


def test_images_that_show_nothing_count_as_none(tmp_path):
    data = tiny.write_catalogue(tmp_path / "data", per_class=20)
    files = sorted((data / "images").iterdir())
    for number, file in enumerate(files[:4]):
        Image.new("RGB", (64, 48), (250, 250, 250 - number)).save(file)
    files[4].write_bytes(files[4].read_bytes()[:-40])
    catalogue = read_catalogue(data, "csv", minimum=5)
    assert (catalogue.account.broken_images, catalogue.account.empty_images) == (0, 0)
    images = encoders()
    account = build_bundle(catalogue, images, tmp_path / "a" / "b", QUICK).bundle.account
    bundle = Bundle.open(tmp_path / "a" / "b")
    assert bundle.account == account
    assert (account.broken_images, account.empty_images) == (1, 4)
    assert images["image"].encoded == bundle.table["has_image"].sum() == len(files) - 5
    assert not bundle.features("image")[~bundle.present("image")].any()
    assert not bundle.table["image_digest"][~bundle.present("image")].any()
