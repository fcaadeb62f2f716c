"""A catalogue encoded with the mean of several images: built, served and described alike."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from core.building.build import build_bundle
from core.building.options import BuildOptions
from core.bundle.manifest import Manifest
from core.bundle.protocol import rebuild_command
from core.catalogue.reading import read_catalogue, read_chunks
from core.features.images import encode_images
from core.serving.bulk.embeddings import write_embeddings
from core.serving.bulk.predictions import write_predictions
from core.serving.predictor import Predictor
from core.views.display_names import encoder_name
from tests import tiny

SEVERAL = 2
HEADS = ("logistic_regression",)


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """Half of the products have three images, of which the second is blank."""
    folder = tiny.write_catalogue(tmp_path_factory.mktemp("several"), per_class=20)
    tiny.Image.new("RGB", (64, 48), "white").save(folder / "images" / "blank.png")
    header, *lines = (folder / "products.csv").read_text().splitlines()
    for row, line in enumerate(lines):
        name = f"{row:03}.png"
        if row % 2 and name in line:
            category = line.split(",")[-2]
            tiny.draw_image(category, 5000 + row).save(folder / "images" / f"back{row}.png")
            lines[row] = line.replace(name, f"{name}|blank.png|back{row}.png|000.png")
    (folder / "products.csv").write_text("\n".join([header, *lines]))
    return folder


@pytest.fixture(scope="module")
def bundle(data, tmp_path_factory):
    tiny.register_tiny_encoders()
    options = BuildOptions(heads=HEADS, methods=(), images_per_product=SEVERAL)
    encoders = {"text": tiny.TinyText(), "image": tiny.TinyImage()}
    out = tmp_path_factory.mktemp("bundles") / "several"
    return build_bundle(read_catalogue(data, "csv", minimum=5), encoders, out, options).bundle


def expected(data: Path, row: int) -> np.ndarray:
    """Return the mean of a product's first and third image, by hand."""
    catalogue = read_catalogue(data, "csv", minimum=5)
    names = [f"{row:03}.png", f"back{row}.png"]
    one, two = encode_images(names, catalogue.images, tiny.TinyImage()).vectors
    mean = (one + two) / 2
    return mean / np.linalg.norm(mean)


def test_the_vectors_are_means(bundle, data):
    vectors = np.asarray(bundle.features("image"))
    row = bundle.row("C0-003")
    np.testing.assert_allclose(vectors[row], expected(data, 3), atol=1e-6)
    present = bundle.present("image")
    np.testing.assert_allclose(np.linalg.norm(vectors[present], axis=1), 1, atol=1e-6)


def test_the_manifest_says_so_and_the_command_repeats_it(bundle):
    manifest = json.loads((bundle.path / "manifest.json").read_text())
    assert manifest["encoders"]["image"]["images_per_product"] == SEVERAL
    assert f"--images-per-product {SEVERAL}" in rebuild_command(bundle.path, manifest)
    assert encoder_name(bundle, "image").endswith("(mean of up to 2 images)")
    del manifest["encoders"]["image"]["images_per_product"]
    assert Manifest.read(manifest).encoders["image"].images_per_product == 1


def test_tables_are_classified_and_embedded_alike(bundle, data, tmp_path):
    predictor = Predictor.load(bundle)
    (chunk,) = read_chunks(data, "csv")
    vectors = predictor.inputs(chunk).vectors("image")
    kept = chunk.table["sku"].isin(bundle.table["sku"]).to_numpy()
    np.testing.assert_allclose(vectors[kept], np.asarray(bundle.features("image")), atol=1e-6)
    out = tmp_path / "vectors.parquet"
    write_embeddings(tiny.TinyImage(), [chunk], out, images_per_product=SEVERAL)
    stored = pq.read_table(out)
    assert stored.schema.metadata[b"images_per_product"] == b"2"
    np.testing.assert_allclose(np.stack(stored["vector"].to_numpy()), vectors, atol=1e-6)
    assert write_predictions(predictor, [chunk], tmp_path / "p.csv") == len(chunk.table)


def test_a_placeholder_of_the_bundle_is_left_out_of_the_mean(bundle, data):
    predictor = Predictor.load(bundle)
    (chunk,) = read_chunks(data, "csv")
    digest = chunk.images.digest("003.png")
    bundle.manifest = replace(bundle.manifest, placeholders=(digest,))
    vectors = predictor.inputs(chunk).vectors("image")
    alone = encode_images(["back3.png", "000.png"], chunk.images, tiny.TinyImage()).vectors.mean(axis=0)
    bundle.manifest = replace(bundle.manifest, placeholders=())
    np.testing.assert_allclose(vectors[3], alone / np.linalg.norm(alone), atol=1e-6)
