from types import SimpleNamespace

from core.views.captions import figure_caption


def test_a_caption_names_the_products_the_encoders_and_the_head_and_marks_synthetic_data():
    bundle = SimpleNamespace(
        encoders={
            "text": SimpleNamespace(
                name="minilm", images_per_product=1, fine_tuned=None, compression=None, members=()
            ),
            "image": SimpleNamespace(
                name="other", images_per_product=1, fine_tuned=None, compression=None, members=()
            ),
        },
        synthetic=True,
    )
    line = figure_caption(bundle, 1470, "test products", "fused", "linear_svm", "Note.")
    assert line == "1,470 test products · MiniLM + other features · Linear SVM · synthetic products  \nNote."
    assert figure_caption(bundle, 1, "products in Mugs").startswith("1 product in Mugs · ")
    assert figure_caption(bundle, 1, "pairs of products").startswith("1 pair of products · ")
    assert "words" in figure_caption(bundle, 2, "test products", "text", "tfidf")
