from core.bundle.reader import Bundle
from tests.pages.conftest import tiles, words
from tests.pages.test_dataset_page import part


def test_the_owner_of_the_catalogue_sees_names_again(open_page, private):
    app = open_page(private, "1_Dataset")
    assert "Private: ids" in words(app)
    app.text_input(key="catalogue-folder").set_value(str(private.parent / "data")).run()
    assert not app.exception
    assert "Private: ids" not in words(app)
    app = part(app, "Products")
    assert any((tile["image"] or "").startswith("data:image/jpeg") for tile in tiles(app))
    app.switch_page("pages/4_Predict.py").run()
    app.run()  # AppTest hands kept widget values over one run late
    assert app.text_input(key="catalogue-folder").value == str(private.parent / "data")
    assert any((button.key or "").startswith("example-") for button in app.button)


def test_a_wrong_folder_is_one_line_and_the_page_goes_on(open_page, private, tmp_path):
    app = open_page(private, "1_Dataset")
    app.text_input(key="catalogue-folder").set_value(str(tmp_path / "nowhere")).run()
    assert not app.exception
    assert "nowhere" in app.sidebar.error[0].value
    assert "Private: ids" in words(app)


def test_an_open_bundle_asks_for_no_folder(open_page, artifacts):
    app = open_page(artifacts, "1_Dataset")
    assert not Bundle.open(artifacts / "tiny").private
    assert not app.sidebar.text_input
