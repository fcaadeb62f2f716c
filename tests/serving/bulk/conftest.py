"""A catalogue, and a predictor, that the tests of whole catalogues share."""

from pathlib import Path

import pytest

from core.serving.predictor import Predictor
from tests import tiny


@pytest.fixture(scope="session")
def unseen(tmp_path_factory) -> Path:
    """A catalogue that the bundle never saw; it does not know one of its three categories, Shoes."""
    folder = tmp_path_factory.mktemp("unseen")
    return tiny.write_catalogue(folder, per_class=12, categories=("Shoes", "Mugs", "Lamps"), seed=5)


@pytest.fixture(scope="session")
def predictor(tiny_bundle) -> Predictor:
    return Predictor.load(tiny_bundle)
