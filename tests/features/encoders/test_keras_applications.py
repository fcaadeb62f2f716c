import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.common.errors import EncoderError
from core.features.encoders import keras_applications
from core.features.encoders.preparation import fit
from core.features.encoders.registry import ENCODERS, load_encoder
from tests import tiny
from tests.features.encoders.bundles import check_bundle_stands_alone
from tests.features.encoders.models import write_hdf5
from tests.networks import make_application, photos

pytestmark = pytest.mark.usefixtures("own_cache")


KERAS = {
    "resnet50": (2048, 224, "resnet"),
    "resnet101": (2048, 224, "resnet"),
    "densenet121": (1024, 224, "densenet"),
    "densenet169": (1664, 224, "densenet"),
    "inceptionv3": (2048, 299, "inception_v3"),
}


def test_weights_have_the_names_and_places_keras_gives_them():
    folder = Path(find_spec("keras").submodule_search_locations[0], "src", "applications")
    for name, (_, _, module) in KERAS.items():
        application = keras_applications.APPLICATIONS[name]
        source = "".join((folder / f"{module}.py").read_text().replace('"', "").split())
        address, _, file = application.url.rpartition("/")
        assert f"{address}/" in source
        assert file in source or (module == "resnet" and file.removeprefix(name) in source and name in source)


@pytest.mark.parametrize("name", KERAS)
def test_keras_weights_are_looked_for_with_the_code_then_in_kerass_cache(name, offline, tmp_path):
    file = keras_applications.APPLICATIONS[name].file
    cached = tmp_path / "keras" / "models" / file
    cached.parent.mkdir(parents=True)
    cached.touch()
    assert ENCODERS[name].find(None).path == cached
    own = tmp_path / "artifacts" / file
    own.parent.mkdir()
    own.touch()
    found = ENCODERS[name].find(None)
    assert (found.path, found.bundled) == (own, True)
    assert ENCODERS[name].find(cached).path == cached


def test_weights_of_another_keras_network_are_refused_with_both_counts(tmp_path):
    other = write_hdf5(tmp_path / "other.h5", [(3, 3, 3, 32), (32,)])
    for name, application in keras_applications.APPLICATIONS.items():
        expected = (
            f"encoder '{name}': .* expected {application.parameters:,} numbers "
            rf"\({application.builder} without its top\), got 896 in 2 arrays"
        )
        with pytest.raises(EncoderError, match=expected):
            load_encoder(name, other)
    (tmp_path / "text.h5").write_text("no weights")
    with pytest.raises(EncoderError, match=r"expected Keras weights in an HDF5 file .*, but .*text.h5"):
        load_encoder("resnet50", tmp_path / "text.h5")


@dataclass(frozen=True)
class Made:
    """A network of random weights in both formats, how many they are, and what it answers to images."""

    name: str
    folder: Path
    numbers: int
    images: list[Image.Image]
    expected: np.ndarray


@pytest.fixture(scope="module")
def saved(request, tmp_path_factory):
    _, side, module = KERAS[request.param]
    images = photos()[:4]
    pixels = np.stack([np.asarray(fit(image, side)) for image in images])
    folder = tmp_path_factory.mktemp(request.param) / "weights"
    folder.mkdir()
    builder = keras_applications.APPLICATIONS[request.param].builder
    expected = make_application(builder, module, pixels, folder)
    numbers = int((folder / "numbers.txt").read_text())
    yield Made(request.param, folder, numbers, images, expected)
    shutil.rmtree(folder.parent)  # some hundred megabytes


@pytest.fixture
def made(saved, monkeypatch):
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(saved.folder.parent / "cache"))
    return saved


@pytest.mark.slow
@pytest.mark.parametrize("saved", KERAS, indirect=True)
def test_an_export_equals_keras_from_either_format_of_weights(made):
    dim, side, _ = KERAS[made.name]
    assert made.numbers == keras_applications.APPLICATIONS[made.name].parameters
    assert (made.expected @ made.expected.T)[0, 1:].max() < 0.995  # else equality would prove little
    # The published files are of the old format. A network of each way to build them is read from both.
    files = ("old.h5", "new.weights.h5") if made.name in ("resnet50", "densenet121") else ("old.h5",)
    for file in files:
        encoder = load_encoder(made.name, made.folder / file)
        assert (encoder.name, encoder.dim, encoder.side, encoder.bundled) == (made.name, dim, side, False)
        vectors = encoder.encode(made.images)
        np.testing.assert_allclose(vectors, made.expected, atol=1e-5)
        alone = np.concatenate([encoder.encode([image]) for image in made.images])
        np.testing.assert_allclose(alone, vectors, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("saved", ["resnet50"], indirect=True)
def test_a_bundle_classifies_with_nothing_but_itself(made, tmp_path, monkeypatch):
    encoders = {"text": tiny.TinyText(), "image": load_encoder(made.name, made.folder / "new.weights.h5")}
    check_bundle_stands_alone(encoders, tmp_path, made.folder, monkeypatch)
