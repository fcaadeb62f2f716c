import pandas as pd

from core.building.build import build_bundle
from core.building.options import BuildOptions
from core.catalogue.private import without_private
from core.catalogue.reading import read_catalogue
from core.serving.predictor import Predictor
from tests import tiny


def test_only_ids_categories_and_measures_stay():
    n = 6
    table = pd.DataFrame(
        {
            "sku": [f"s{i}" for i in range(n)],
            "name": ["secret"] * n,
            "description": ["secret"] * n,
            "image": ["secret.jpg"] * n,
            "image_digest": ["secret"] * n,
            "category": ["a"] * n,
            "group": 0,
            "part": ["train"] * n,
            "has_text": True,
            "has_image": True,
            "text_length": 3,
            "image_width": 4,
            "image_height": 5,
            "brand": "secret",
            "price": 1.5,
            "url": "secret",
            "notes": "secret",
            "colour": "red",
            "level_1": "Home",
            "level_2": ["Lamps"] * 5 + ["secret"],
            "level_3": [f"secret {i}" for i in range(n)],
            "level_4": "Secre...",
        }
    )
    public = without_private(table)
    assert "secre" not in public.to_csv().lower()
    assert list(public["level_2"]) == ["Lamps"] * 5 + [""]
    assert {"price", "brand", "url", "notes", "level_3", "level_4"}.isdisjoint(public.columns)
    assert list(public["colour"]) == ["red"] * n


def test_a_private_bundle_holds_no_text_and_no_image(tmp_path):
    tiny.register_tiny_encoders()
    catalogue = read_catalogue(tiny.write_catalogue(tmp_path / "data", 12), "csv", minimum=5)
    options = BuildOptions(heads=("logistic_regression",), methods=("pca",), private=True)
    encoders = {"text": tiny.TinyText(), "image": tiny.TinyImage()}
    bundle = build_bundle(catalogue, encoders, tmp_path / "a" / "private", options).bundle
    assert bundle.private
    assert not bundle.has_features("text")
    assert not (bundle.path / "thumbnails.zip").exists()
    names = [name for name in catalogue.table["name"] if name]
    everything = b"".join(p.read_bytes() for p in bundle.path.rglob("*") if p.is_file())
    assert not any(name.encode() in everything for name in names)
    assert (bundle.table["name"] == "").all()
    answer = Predictor.load(bundle).classify("a ceramic mug with a handle")
    assert answer.ranked[0].category == "Mugs"
    assert answer.neighbours == ()
