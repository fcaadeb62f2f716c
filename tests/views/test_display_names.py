from types import SimpleNamespace

from core.heads.registry import HEADS as REGISTERED
from core.views.display_names import HEADS, encoder_name, features_name, head_name


def test_every_registered_head_has_a_name():
    assert set(REGISTERED) <= set(HEADS)


def test_a_head_that_is_not_listed_is_still_readable():
    assert head_name("gradient_boosting") == "Gradient boosting"


def test_encoders_are_named_with_their_variant():
    bundle = SimpleNamespace(
        encoders={
            "text": SimpleNamespace(
                name="minilm", images_per_product=1, fine_tuned=None, compression=None, members=()
            ),
            "image": SimpleNamespace(
                name="mobilenet-0.75", images_per_product=1, fine_tuned=None, compression=None, members=()
            ),
        }
    )
    assert encoder_name(bundle, "image") == "MobileNet 0.75"
    assert encoder_name(bundle, "fused") == "MiniLM + MobileNet 0.75"
    assert features_name(bundle, "text", "linear_svm") == "MiniLM features"
    assert features_name(bundle, "text", "new_head") == "MiniLM features"
