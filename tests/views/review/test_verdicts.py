import numpy as np
import pytest

from core.bundle.reader import Bundle
from core.views.review.verdicts import verdicts
from tests.views.review.items import item


@pytest.fixture
def bundle(tiny_bundle) -> Bundle:
    return Bundle.open(tiny_bundle)


def offered(bundle, one, current="Chairs", recent=(), **proba):
    answered = {m: np.array(each, dtype=np.float32) for m, each in proba.items()}
    found = verdicts(bundle, one, answered, current, recent)
    (likely,) = [each for each in found if each.likely]
    return {each.key: (each.action, each.category) for each in found}, likely.key


def test_a_suggested_category_has_key_1_and_is_the_likely_one(bundle):
    found, likely = offered(bundle, item(bundle, 0, to="Mugs"), text=[0.1, 0.7, 0.2])
    assert found == {
        "1": ("correct", "Mugs"), "2": ("correct", "Lamps"), "k": ("keep", "Chairs"), "s": ("skip", "Chairs"),
    }  # fmt: skip
    assert likely == "1"


def test_once_a_product_is_where_it_was_suggested_to_keep_it_is_likely(bundle):
    found, likely = offered(bundle, item(bundle, 0, to="Mugs"), "Mugs", text=[0.1, 0.2, 0.7])
    assert found["k"] == ("keep", "Mugs")
    assert likely == "k"


@pytest.mark.parametrize(("kind", "other"), [("image", -1), ("outlier", -1), ("duplicate", 3)])
def test_what_can_be_confirmed_is_likely(bundle, kind, other):
    found, likely = offered(bundle, item(bundle, 0, other=other, kind=kind), text=[0.1, 0.7, 0.2])
    assert found["f"] == ("confirm", "Chairs")
    assert likely == "f"


def test_without_a_finding_it_is_what_the_models_say(bundle):
    one = item(bundle, 0, kind="chosen")
    assert offered(bundle, one, text=[0.1, 0.7, 0.2], image=[0.0, 0.3, 0.7])[1] == "1"
    assert offered(bundle, one, text=[0.8, 0.1, 0.1])[1] == "k"


def test_without_an_answer_recent_categories_are_offered(bundle):
    one = item(bundle, 0, kind="chosen")
    found, likely = offered(bundle, one, recent=["Mugs", "Chairs"])
    assert found["1"] == ("correct", "Mugs")
    assert "2" not in found
    assert likely == "k"
