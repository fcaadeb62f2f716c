import json
from types import SimpleNamespace

import pandas as pd

from core.views.product_cards import Box, Card, data_url, gallery, gallery_message, product_card


def test_a_gallery_escapes_what_a_catalogue_says():
    page = gallery([Card(b"x", '<script>alert("1")</script>', "a & b")])
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "a &amp; b" in page


def test_a_product_without_an_image_says_so():
    assert "no image" in gallery([Card(None, "Lamp", "")])
    assert "no image" not in gallery([Card(b"x", "Lamp", "")])


def test_data_url():
    assert data_url(None) is None
    assert data_url(b"abc") == "data:image/jpeg;base64,YWJj"


def test_a_private_products_id_stands_for_its_name():
    table = pd.DataFrame({"sku": ["p1", "p2"], "name": ["", "Mug"], "category": ["c", "c"]})
    bundle = SimpleNamespace(table=table, thumbnail=lambda sku: None)
    assert product_card(bundle, 0) == Card(None, "p1", "", 0)
    assert product_card(bundle, 1) == Card(None, "Mug", "p2", 1)


def test_the_message_of_a_gallery_has_what_is_drawn_and_whole_notes_for_the_hover():
    cards = (Card(b"abc", "<b>Lamp</b>", "… > Desk", 4, "Home > Lights > Desk"), Card(None, "Mug", "p2", 7))
    told = json.loads(gallery_message([Box(cards, "Same name", "!")], "boxes", 300))
    (box,) = told["boxes"]
    assert (told["layout"], told["width"], box["text"], box["badge"]) == ("boxes", 300, "Same name", "!")
    first, second = box["tiles"]
    assert first == {
        "row": 4,
        "image": "data:image/jpeg;base64,YWJj",
        "title": "<b>Lamp</b>",  # data: the browser makes a text of it
        "note": "… > Desk",
        "whole": "Home > Lights > Desk",
    }
    assert (second["row"], second["image"], second["whole"]) == (7, None, "p2")
