"""A real predictor and an image, which the tests of explanations share."""

from pathlib import Path

import pytest

from core.serving.predictor import Predictor
from tests import tiny


@pytest.fixture
def image_file(tmp_path) -> Path:
    file = tmp_path / "lamp.png"
    tiny.draw_image("Lamps", 3).save(file)
    return file


@pytest.fixture(scope="session")
def real(tiny_bundle) -> Predictor:
    return Predictor.load(tiny_bundle)
