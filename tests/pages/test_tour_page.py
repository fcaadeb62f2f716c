import pytest

from core.bundle.reader import Bundle
from core.ui.tour.tour import STOPS
from core.views.tour.example import fused_example
from tests.pages.conftest import tiles, words

PAGE = "6_Tour"


def press(app, label: str):
    return next(button for button in app.button if button.label == label).click().run()


def test_the_tour_is_five_steps_there_and_back(open_page, artifacts):
    app = press(open_page(artifacts), "Take the tour")
    for number, stop in enumerate(STOPS, 1):
        assert not app.exception
        assert stop.title in words(app)
        assert app.query_params.get("step", ["1"]) in (str(number), [str(number)])
        if number < len(STOPS):
            app = press(app, "Next")
    assert "Next" not in [button.label for button in app.button]
    app = press(app, "Back")
    assert STOPS[-2].title in words(app)


@pytest.mark.parametrize("folder", ["text_only", "private"])
def test_it_works_on_any_catalogue(open_page, request, folder):
    app = open_page(request.getfixturevalue(folder), PAGE)
    for _ in STOPS[1:]:
        assert not app.exception
        app = press(app, "Next")
    assert not app.exception


@pytest.mark.parametrize(
    ("number", "title"), [(1, "Dataset"), (2, "Embeddings"), (3, "Models"), (4, "Predict"), (5, "Catalogues")]
)
def test_each_step_goes_on_somewhere(open_page, artifacts, number, title):
    app = open_page(artifacts, PAGE)
    for _ in range(number - 1):
        app = press(app, "Next")
    app = press(app, STOPS[number - 1].button)
    assert not app.exception
    assert app.title[0].value == title


def test_the_product_of_the_third_step_is_the_catalogues_own(open_page, artifacts):
    bundle = Bundle.open(artifacts / "tiny")
    found = fused_example(bundle)
    app = press(press(open_page(artifacts, PAGE), "Next"), "Next")
    if found is None:
        assert "One input" in words(app)
    else:
        assert [tile["row"] for tile in tiles(app)] == [found.row]
        table = app.dataframe[0].value.set_index("Input")
        assert bool(table.loc["Text + image", "Same as catalogue"])
