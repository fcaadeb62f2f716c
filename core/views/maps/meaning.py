"""Search by meaning: the products whose text or image says what a visitor's words or image say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from core.serving.predictor import Predictor
    from core.views.predict.product_input import ProductInput

FOUND = 30
"""Products that light up: few enough to have a mark each."""


def found_by_meaning(predictor: Predictor, product: ProductInput, count: int = FOUND) -> np.ndarray:
    """Return the products of a bundle that are most similar to some words, or to an image.

    Words and image are turned into numbers as those of a product to be classified. Words are compared with
    the texts of the catalogue, an image with its images.

    Parameters
    ----------
    predictor
        Of a bundle with features.
    product
        What is looked for.
    count
        How many products to return, at most.

    Returns
    -------
    np.ndarray
        int64 (m,): their rows, the most similar first.

    Raises
    ------
    CatalogueError
        Nothing was given that the bundle reads.
    ImageError
        The image cannot be opened.
    """
    bundle = predictor.bundle
    given = predictor.read_product(product.text or None, product.image)
    modality = given.modalities[-1]
    vector = given.vectors(modality)[0]
    nearest = bundle.stored(modality).nearest(count, vector, bundle.present(modality))
    return np.asarray(nearest.indices[0])
