import pytest

from core.bundle.reader import Bundle
from core.views.review.tiles import tile
from tests.views.review.items import item


@pytest.fixture
def bundle(tiny_bundle) -> Bundle:
    return Bundle.open(tiny_bundle)


def test_a_tile_shows_image_name_and_both_categories(bundle):
    html = tile(bundle, item(bundle, 0, to="Mugs"), "Chairs")
    assert html.count("<img") == 1
    assert bundle.table["name"][0] in html
    assert "Now: <b>Chairs</b>" in html
    assert "Suggested: <b>Mugs</b>" in html
    assert 'title="Because &lt;b&gt;."' in html


def test_a_pair_shows_both_images_and_no_suggestion(bundle):
    pair = item(bundle, 0, other=1, kind="duplicate")
    assert tile(bundle, pair, "Chairs").count("<img") == 2
    assert "Suggested" not in tile(bundle, pair, "Chairs")


def test_a_long_path_shows_its_end_and_the_whole_on_hover(bundle):
    path = "Home & Garden > Kitchen & Dining > Mugs"
    html = tile(bundle, item(bundle, 0), path)
    assert "…&gt; Mugs</b>" in html.replace("… ", "…")
    assert 'title="Home &amp; Garden &gt; Kitchen &amp; Dining &gt; Mugs"' in html
