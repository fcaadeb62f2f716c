import numpy as np
import pandas as pd
import pytest

from core.views.maps.hover_texts import hover_texts


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "sku": ["a", "b", "c", "d"],
            "name": ["Red mug", "", "Lamp", " "],
            "description": ["fine", "", "", ""],
            "category": ["mug", "mug", "lamp", "chair"],
            "price": [3.5, np.nan, 0.0, 9.0],
            "has_text": [True, False, True, False],
            "has_image": [True, True, False, True],
            "image_width": [60, 60, 0, 80],
            "image_height": [80, 80, 0, 60],
            "part": ["test", "test", "test", "train"],
        }
    )


def test_hover_falls_back_to_the_id(table):
    assert list(hover_texts(table))[:2] == ["Red mug<br>mug", "b<br>mug"]
