import numpy as np

from core.bundle.reader import Bundle
from core.views.maps.placement_figure import placement_figure


def test_the_small_map_of_a_place_colours_the_likely_categories(tiny_bundle):
    bundle = Bundle.open(tiny_bundle)
    for projection in bundle.projections:
        figure = placement_figure(bundle, projection, [0.0] * projection.dims, coloured=bundle.classes[:2])
        present = int(bundle.present(projection.modality).sum())
        assert sum(len(trace.x) for trace in figure.data) == present + 1
        assert figure.data[-1].name == "★ your product"
        notes = [note.text for note in figure.layout.annotations]
        assert notes == ([*bundle.classes[:2], "<b>★ your product</b>"] if projection.dims == 2 else [])


def test_the_small_map_marks_the_nearest(tiny_bundle):
    bundle = Bundle.open(tiny_bundle)
    projection = next(one for one in bundle.projections if one.dims == 2)
    near = np.flatnonzero(bundle.present(projection.modality))[:3]
    figure = placement_figure(bundle, projection, [0.0, 0.0], near=near)
    assert [trace.customdata.tolist() for trace in figure.data if trace.name == "found (3)"] == [
        near.tolist()
    ]


def test_the_small_map_draws_a_sample_of_a_large_catalogue(tiny_bundle, monkeypatch):
    monkeypatch.setattr("core.views.maps.placement_figure.AROUND", 20)
    bundle = Bundle.open(tiny_bundle)
    figure = placement_figure(bundle, bundle.projections[0], (0.0,) * bundle.projections[0].dims)
    assert sum(len(trace.x) for trace in figure.data) == 21
