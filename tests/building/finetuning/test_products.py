from dataclasses import replace

import numpy as np
import pytest

from core.building.encoding import encode_catalogue
from core.building.finetuning.products import NEVER, products_of
from core.building.finetuning.settings import DEFAULTS
from core.building.fitting import fit
from core.building.options import BuildOptions
from core.building.preparation import training_data
from core.catalogue.reading import read_catalogue
from core.common.errors import CatalogueError
from core.common.progress import silent
from core.features.texts import text_key
from core.heads.key import HeadKey
from tests import tiny
from tests.building.finetuning import networks


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    folder = tmp_path_factory.mktemp("products")
    catalogue = read_catalogue(tiny.write_catalogue(folder / "data", per_class=24), "csv", minimum=5)
    encoder = networks.text_encoder(folder / "text.onnx")
    catalogue, features = encode_catalogue(catalogue, {"text": encoder}, None)
    options = BuildOptions(heads=("logistic_regression",))
    _, data = training_data(catalogue, {"text": encoder}, features, options)
    return catalogue, encoder, data


def without(data, category):
    train = data.split.train
    return replace(data, split=replace(data.split, train=train[data.labels[train] != category]))


def test_products_stand_training_first(read):
    catalogue, encoder, data = read
    products = products_of(catalogue, encoder, data, DEFAULTS["text"], silent)
    rows = np.concatenate([data.split.train, data.split.validation])
    rows = rows[data.inputs.present("text")[rows]]
    assert products.contents == [text_key(encoder.as_read(text)) for text in data.inputs.texts[rows]]
    np.testing.assert_array_equal(products.labels.labels, data.labels[rows])
    assert len(rows) < len(data.split.train) + len(data.split.validation)
    assert set(rows[products.labels.train]) <= set(data.split.train)
    assert len(products.labels.train) == np.isin(rows, data.split.train).sum()


def test_a_category_that_nothing_teaches_does_not_choose_the_epoch(read):
    catalogue, encoder, data = read
    labels = products_of(catalogue, encoder, without(data, 0), DEFAULTS["text"], silent).labels
    assert set(labels.labels[labels.validation]) == set(range(1, len(data.classes)))
    assert labels.bias[0] == NEVER
    assert (labels.weight[0] == 0).all()


@pytest.mark.parametrize("category", [0, 1])
def test_training_begins_with_what_a_logistic_regression_says(read, category):
    catalogue, encoder, data = read
    some = without(data, category)
    labels = products_of(catalogue, encoder, some, DEFAULTS["text"], silent).labels
    rows = some.split.validation[some.inputs.present("text")[some.split.validation]]
    logits = some.inputs.features["text"].vectors[rows] @ labels.weight.T + labels.bias
    odds = np.exp(logits)
    expected = fit(some, HeadKey("text", "logistic_regression")).predict_proba(some.inputs.take(rows))
    np.testing.assert_allclose(odds / odds.sum(axis=1, keepdims=True), expected, atol=1e-5)


def test_one_category_is_too_few(read):
    catalogue, encoder, data = read
    for category in range(len(data.classes) - 1):
        data = without(data, category)
    with pytest.raises(CatalogueError, match="training products of two categories"):
        products_of(catalogue, encoder, data, DEFAULTS["text"], silent)
