"""Shared by all tests: where the real catalogues are, if they are here at all."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.paths import ROOT

# The same examples in every run, however slow the machine is.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.load_profile("repeatable")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the pages' tests first: once Keras is loaded, Streamlit clears its session after every rerun."""
    pages = ROOT / "tests" / "pages"
    items.sort(key=lambda item: pages not in item.path.parents)


def real_data() -> Path:
    return Path(os.environ.get("PRODUCT_DATA") or ROOT.parent / "shared" / "data")


@pytest.fixture
def never_blocked() -> Iterator[None]:
    """Fail a test that waits: at a pipe, nobody ever writes."""

    def fail(*_: object) -> None:
        raise TimeoutError("blocked")

    usual = signal.signal(signal.SIGALRM, fail)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, usual)


@pytest.fixture(scope="session")
def data_dir() -> Callable[[str], Path]:
    def find(name: str) -> Path:
        folder = real_data() / name
        if not folder.exists():
            pytest.skip(f"the real catalogue {name!r} is not here (set PRODUCT_DATA)")
        return folder

    return find


@pytest.fixture(scope="session")
def mobilenet_weights() -> Path:
    file = real_data().parent / "weights" / "mobilenet_7_5_224_no_top.weights.h5"
    if not file.exists():
        pytest.skip("MobileNet's ImageNet weights are not here")
    return file


@pytest.fixture(scope="session")
def tiny_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of 90 made-up products, 3 categories, text and pictures; treat as read-only."""
    from core.building.build import build_bundle
    from core.building.options import BuildOptions
    from core.catalogue.reading import read_catalogue
    from tests import tiny

    tiny.register_tiny_encoders()
    folder = tmp_path_factory.mktemp("tiny")
    catalogue = read_catalogue(tiny.write_catalogue(folder / "data"), "csv", minimum=5)
    options = BuildOptions(
        heads=("logistic_regression", "random_forest"),
        methods=("pca",),
        synthetic=True,
        origin="made up for tests",
    )
    encoders = {"text": tiny.TinyText(), "image": tiny.TinyImage()}
    return build_bundle(catalogue, encoders, folder / "artifacts" / "tiny", options).bundle.path


@pytest.fixture(scope="session")
def private_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of 45 made-up products as one would share it; its catalogue is ``data`` beside its folder."""
    from core.building.build import build_bundle
    from core.building.options import BuildOptions
    from core.catalogue.reading import read_catalogue
    from tests import tiny

    tiny.register_tiny_encoders()
    folder = tmp_path_factory.mktemp("private")
    catalogue = read_catalogue(tiny.write_catalogue(folder / "data", per_class=15), "csv", minimum=5)
    options = BuildOptions(heads=("logistic_regression",), methods=("pca",), private=True)
    encoders = {"text": tiny.TinyText(), "image": tiny.TinyImage()}
    return build_bundle(catalogue, encoders, folder / "artifacts" / "secret", options).bundle.path
