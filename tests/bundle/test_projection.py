import pytest

from core.bundle.json_fields import Fields
from core.bundle.projection import Projection

EVERY = [
    Projection("text", "pca", 2),
    Projection("text", "umap", 3, 0.97, 0.8, neighbour_recall=0.96, landmarks=50_000, placed=12),
]


@pytest.mark.parametrize("projection", EVERY)
def test_what_is_written_is_read(projection):
    assert Projection.read(Fields(projection.to_dict(), "projections.0")) == projection


def test_a_projection_from_before_landmarks_is_read():
    before = {"modality": "image", "method": "tsne", "dims": 2, "trustworthiness": 0.9}
    assert Projection.read(Fields(before, "projections.0")) == Projection("image", "tsne", 2, 0.9)
