import numpy as np

from core.bundle.reader import Bundle
from core.views.product_card.place import place_figure


def test_the_star_is_the_product_and_the_rest_is_split_by_its_category(tiny_bundle):
    bundle = Bundle.open(tiny_bundle)
    row = int(np.flatnonzero(bundle.present("fused"))[3])
    figure, note = place_figure(bundle, row)
    others, same, star = figure.data
    at = bundle.coordinates("fused", "pca", 2)
    assert (star.x[0], star.y[0]) == tuple(at[row])
    kin = (bundle.table["category"] == bundle.table["category"].iat[row]) & bundle.present("fused")
    assert len(same.x) == kin.sum()
    assert len(same.x) + len(others.x) == bundle.present("fused").sum()
    assert "PCA map of text + image" in note


def test_a_product_without_an_image_is_shown_on_the_map_of_texts(tiny_bundle):
    bundle = Bundle.open(tiny_bundle)
    row = int(np.flatnonzero(~bundle.table["has_image"])[0])
    assert "map of text:" in place_figure(bundle, row)[1]
