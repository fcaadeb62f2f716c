import numpy as np
import pytest

from core.bundle.reader import Bundle
from core.heads.key import HeadKey
from core.views.models.fusion import fusion_table, predicted


@pytest.fixture(scope="module")
def bundle(tiny_bundle):
    return Bundle.open(tiny_bundle)


def test_every_fused_model_stands_below_the_text_model(bundle):
    table = fusion_table(bundle)
    fused = [model for model in bundle.models if model.modality == "fused"]
    assert len(table) == 1 + len(fused)
    assert table["Fusion"].tolist() == ["none: text alone"] + ["concatenated vectors"] * len(fused)
    truth = bundle.labels[bundle.rows("test")]
    text = predicted(bundle, HeadKey("text", bundle.best["text"])) == truth
    for model, (_, row) in zip(fused, table[1:].iterrows(), strict=True):
        right = predicted(bundle, model.key) == truth
        assert row["Accuracy"] == pytest.approx(right.mean())
        assert row["Difference to text"] == pytest.approx(100 * (right.mean() - text.mean()))
    assert np.isnan(table["Difference to text"][0])


def test_a_bundle_of_one_input_has_nothing_to_compare(bundle, monkeypatch):
    alone = tuple(model for model in bundle.models if model.modality != "fused")
    monkeypatch.setitem(vars(bundle), "models", alone)
    assert fusion_table(bundle).empty
