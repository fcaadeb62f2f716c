"""A server of a made-up catalogue, and what is asked of it."""

import base64
import shutil

import pytest
from starlette.testclient import TestClient

from core.common.access import access
from core.common.limits import limits
from core.serving.api.app import make_api
from tests import tiny


@pytest.fixture(scope="session")
def artifacts(tiny_bundle, tmp_path_factory):
    """A folder with one bundle, ``tiny``; treat as read-only."""
    tiny.register_tiny_encoders()
    root = tmp_path_factory.mktemp("served")
    shutil.copytree(tiny_bundle, root / "tiny")
    return root


@pytest.fixture(scope="session")
def client(artifacts):
    """Asks a server in the mode ``local``."""
    with TestClient(make_api(artifacts, access({}), limits({}))) as asking:
        yield asking


@pytest.fixture(scope="session")
def mug():
    """A product with text and image, as JSON."""
    image = tiny.draw_image("Mugs", 7)
    return {
        "sku": "M-1",
        "name": "blue mug cup",
        "description": "A mug with a handle.",
        "image": base64.b64encode(as_png(image)).decode(),
    }


def as_png(image):
    import io

    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()
