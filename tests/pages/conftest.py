"""The app on made-up bundles, run by Streamlit's AppTest."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from tests import tiny
from tests.paths import ROOT

Open = Callable[..., AppTest]


@pytest.fixture(scope="session", autouse=True)
def one_scan() -> Iterator[None]:
    """Read the installed packages' metadata once: each AppTest does so anew, for half of a test's time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests)
        )
        yield


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open a page, Home where none is named, on a folder of bundles."""

    def opened(artifacts: Path, page: str | None = None) -> AppTest:
        monkeypatch.chdir(ROOT)
        monkeypatch.setenv("PRODUCT_LENS_ARTIFACTS", str(artifacts))
        monkeypatch.delenv("PRODUCT_LENS_BUNDLE", raising=False)
        app = AppTest.from_file(str(ROOT / "Home.py"), default_timeout=120)
        return (app.switch_page(f"pages/{page}.py") if page else app).run()

    return opened


@pytest.fixture(scope="session")
def artifacts(tiny_bundle: Path) -> Path:
    """The folder that holds the tiny bundle and nothing else."""
    return tiny_bundle.parent


@pytest.fixture(scope="session")
def text_only(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a bundle that knows no pictures."""
    from core.building.build import build_bundle
    from core.building.options import BuildOptions
    from core.catalogue.reading import read_catalogue

    tiny.register_tiny_encoders()
    folder = tmp_path_factory.mktemp("text-only")
    catalogue = read_catalogue(tiny.write_catalogue(folder / "data", per_class=15), "csv", minimum=5)
    options = BuildOptions(heads=("logistic_regression",), methods=("pca",))
    build_bundle(catalogue, {"text": tiny.TinyText()}, folder / "artifacts" / "words", options)
    return folder / "artifacts"


@pytest.fixture(scope="session")
def private(private_bundle: Path) -> Path:
    """The folder that holds the private bundle and nothing else."""
    return private_bundle.parent


def tiles(app: AppTest) -> list[dict]:
    """All products that an app shows in galleries they can be opened from, in order."""
    return [tile for box in boxes(app) for tile in box["tiles"]]


def boxes(app: AppTest) -> list[dict]:
    """All frames of such galleries; one holds all products of a gallery that has none."""
    told = [json.loads(part.proto.bytes) for part in app.get("bidi_component") if part.proto.bytes]
    return [box for one in told if one["kind"] == "gallery" for box in one["boxes"]]


def words(app: AppTest) -> str:
    """All text an app shows in the page's body, one string."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "error", "success", "html", "code")
    return "\n".join(str(element.value) for kind in kinds for element in app.get(kind))
