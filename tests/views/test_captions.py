from types import SimpleNamespace

from core.views.captions import figure_caption
from core.views.display_names import encoder_name


def test_facts_name_rows_part_encoder_head_and_that_products_are_synthetic():
    bundle = SimpleNamespace(
        encoders={"text": SimpleNamespace(name="minilm"), "image": SimpleNamespace(name="other")},
        synthetic=True,
    )
    line = figure_caption(bundle, 1470, "test part", "fused", "linear_svm", "Note.")
    assert (
        line == "1,470 rows · test part · MiniLM + other features · Linear SVM · synthetic products  \nNote."
    )
    assert figure_caption(bundle, 1, "this product").startswith("1 row · this product")
    assert encoder_name(bundle, "text") == "MiniLM"
