import pandas as pd

from core.views.maps.hover_texts import hover_texts

TABLE = pd.DataFrame({"sku": ["a", "b"], "name": ["Red mug", ""], "category": ["mug", "mug"]})


def test_hover_falls_back_to_the_id():
    assert list(hover_texts(TABLE))[:2] == ["Red mug<br>mug", "b<br>mug"]
