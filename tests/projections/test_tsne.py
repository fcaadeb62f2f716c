import pytest

from core.projections.drawing import project
from core.projections.prepared import prepare
from core.projections.quality import quality
from core.projections.settings import MapSettings
from tests.projections.clusters import clusters


@pytest.mark.slow
def test_a_large_map_in_three_dimensions_is_drawn_from_a_sample():
    vectors, y = clusters(6000, d=24, groups=12)
    measured = quality(vectors, project("tsne", vectors, 3), y)
    assert measured.neighbour_accuracy > 0.97
    assert measured.trustworthiness > 0.85
    assert measured.trust.shape == (6000,)


def test_a_larger_perplexity_searches_more_neighbours():
    ready = prepare(clusters(300)[0])
    project("tsne", ready, 2, settings=MapSettings(perplexity=60))
    assert ready.graph.nearest(180).indices.shape == (300, 180)
