from dataclasses import replace

import numpy as np
import pytest

from core.building import encoding_costs as measured
from core.building.encoding import encode_catalogue
from core.building.encoding_costs import encoding_costs
from core.building.options import BuildOptions
from core.building.preparation import training_data
from core.bundle.reader import Bundle
from core.catalogue.reading import read_catalogue
from core.features.encoders.side_by_side import SideBySide
from tests import tiny


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    data = tiny.write_catalogue(tmp_path_factory.mktemp("costs") / "data", per_class=12)
    catalogue = read_catalogue(data, "csv", minimum=5)
    encoders = {"text": tiny.TinyText(), "image": tiny.TinyImage()}
    catalogue, features = encode_catalogue(catalogue, encoders, None)
    return catalogue, *training_data(catalogue, encoders, features, BuildOptions())


def test_products_are_encoded_one_by_one_and_files_are_counted(made, monkeypatch, tmp_path):
    catalogue, encoders, data = made
    (tmp_path / "one.onnx").write_bytes(b"x" * 100)
    (tmp_path / "two.onnx").write_bytes(b"x" * 30)
    text, other = tiny.TinyText(), tiny.OtherText()
    text.onnx_path, other.onnx_path = tmp_path / "one.onnx", tmp_path / "two.onnx"
    times = iter(np.cumsum([0, 9, 1, 2, 1, 3, 1, 7, *[1] * 100]))
    monkeypatch.setattr(measured, "TIMED", 3)
    monkeypatch.setattr(measured.time, "perf_counter", lambda: float(next(times)))
    costs = encoding_costs(catalogue, encoders | {"text": SideBySide([text, other])}, data, BuildOptions())
    assert costs["text"].bytes == 130
    # The first, 9 s, warms up; then 2, 3 and 7 s.
    assert costs["text"].milliseconds == 3000
    assert text.encoded == 4
    assert costs["image"].bytes == 0


def test_services_are_not_asked(made):
    catalogue, encoders, data = made

    class Paid(tiny.TinyText):
        bundled = False

    assert Paid().asks_service
    assert set(encoding_costs(catalogue, {**encoders, "text": Paid()}, data, BuildOptions())) == {"image"}


def test_a_bundle_keeps_them(tiny_bundle):
    bundle = Bundle.open(tiny_bundle)
    assert set(bundle.manifest.encoding) == {"text", "image"}
    assert all(cost.milliseconds > 0 for cost in bundle.manifest.encoding.values())
    assert replace(bundle.manifest, encoding={}).to_dict()["encoding"] == {}
