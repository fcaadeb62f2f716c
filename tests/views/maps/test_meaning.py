import numpy as np
import pytest

from core.common.errors import CoreError
from core.serving.predictor import Predictor
from core.views.maps.meaning import found_by_meaning
from core.views.predict.product_input import ProductInput


@pytest.fixture(scope="module")
def predictor(tiny_bundle) -> Predictor:
    return Predictor.load(tiny_bundle)


def by_cosine(features: np.ndarray, vector: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(features, axis=1) * np.linalg.norm(vector)
    return features @ vector / np.where(lengths > 0, lengths, 1)


def test_words_find_the_texts_that_are_most_similar(predictor):
    bundle = predictor.bundle
    row = int(np.flatnonzero(bundle.present("text"))[4])
    product = ProductInput(*bundle.table[["name", "description"]].iloc[row])
    found = found_by_meaning(predictor, product, 5)
    vector = predictor.read_product(product.text, None).vectors("text")[0]
    cosines = by_cosine(np.asarray(bundle.features("text"), dtype=np.float32), vector)
    np.testing.assert_allclose(cosines[found], np.sort(cosines)[::-1][:5], atol=1e-5)
    assert cosines[row] == pytest.approx(cosines[found[0]], abs=1e-4)  # its own text is among the nearest


def test_an_image_finds_the_product_it_is_of(predictor):
    bundle = predictor.bundle
    row = int(np.flatnonzero(bundle.present("image"))[2])
    image = bundle.thumbnail(str(bundle.table["sku"].iat[row]))
    found = found_by_meaning(predictor, ProductInput("", "", image), 5)
    assert len(found) == 5
    assert bundle.present("image")[found].all()


def test_nothing_that_can_be_read_is_refused(predictor):
    with pytest.raises(CoreError):
        found_by_meaning(predictor, ProductInput("", ""))
