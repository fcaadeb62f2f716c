import io
import json
import re
import shutil
import zipfile

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.bundle.reader import Bundle
from tests import tiny
from tests.pages.conftest import words


def classify(app: AppTest) -> AppTest:
    return next(button for button in app.button if button.label == "Classify").click().run()


def similar(app: AppTest) -> str:
    """The most similar products; below them are only those of the session."""
    return app.html[-2].value


def picture() -> bytes:
    stream = io.BytesIO()
    tiny.draw_image("Mugs", 3).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def page(open_page, artifacts):
    return open_page(artifacts, "4_Predict")


def test_nothing_given_says_what_to_do(page):
    assert "No product yet" in words(page)


def test_by_text(page):
    page.text_input(key="predict-name").set_value("ceramic mug cup with a handle")
    classify(page)
    assert not page.exception
    assert page.header[0].value == "Mugs"
    assert "badge[" in words(page)
    assert set(page.dataframe[0].value["Input"]) == {"Text"}
    assert "<img" in similar(page)


def test_by_image(page):
    page.file_uploader[0].set_value(("mug.png", picture(), "image/png"))
    classify(page)
    assert not page.exception
    assert set(page.dataframe[0].value["Input"]) == {"Image"}


def test_by_both(page):
    page.text_area(key="predict-description").set_value("a ceramic mug")
    page.file_uploader[0].set_value(("mug.png", picture(), "image/png"))
    classify(page)
    assert set(page.dataframe[0].value["Input"]) == {"Text", "Image", "Text + image"}
    assert len(page.dataframe[0].value) == 6


def test_a_broken_upload_is_one_line(page):
    for content in (b"", b"not a picture", picture()[:200]):
        page.file_uploader[0].set_value(("mug.png", content, "image/png"))
        classify(page)
        assert not page.exception
        assert len(page.error) == 1
        assert "\n" not in page.error[0].value


def test_a_file_of_any_other_kind_is_one_line(open_page, artifacts):
    kinds = (("Choose an image", "mug.exe"), ("Product table", "new.exe"), ("Images", "new.rar"))
    for label, name in kinds:
        page = open_page(artifacts, "4_Predict")
        if label == "Images":
            uploader(page, "Product table").set_value(("new.csv", TABLE, "text/csv"))
        uploader(page, label).set_value((name, b"\0anything\0", "application/octet-stream"))
        classify(page) if label == "Choose an image" else page.run()
        assert not page.exception
        assert ["\n" in line.value for line in page.error] == [False]


def test_an_example_fills_the_form_and_is_not_its_own_neighbour(page, artifacts):
    button = next(button for button in page.button if button.key and button.key.startswith("example-"))
    product = Bundle.open(artifacts / "tiny").table.loc[int(button.key.removeprefix("example-"))]
    button.click().run()
    assert not page.exception
    assert product["part"] == "test"
    assert page.text_input(key="predict-name").value == product["name"]
    assert f"Category in the catalogue: **{product['category']}**." in words(page)
    assert ("Its small stored image is classified" in words(page)) == product["has_image"]
    assert f'title="{product["name"]}"' not in similar(page)
    next(button for button in page.button if button.label == "Clear").click().run()
    assert "No product yet" in words(page)


def test_text_only_offers_no_upload(open_page, text_only):
    app = open_page(text_only, "4_Predict")
    assert "Picture" not in [uploader.label for uploader in app.file_uploader]
    assert "no image models" in words(app)
    app.text_input(key="predict-name").set_value("ceramic mug cup")
    classify(app)
    assert app.header[0].value == "Mugs"


def test_private_offers_no_examples_and_no_neighbours(open_page, private):
    app = open_page(private, "4_Predict")
    assert "No examples" in words(app)
    assert not [button for button in app.button if button.key and button.key.startswith("example-")]
    app.text_input(key="predict-name").set_value("ceramic mug cup")
    classify(app)
    assert not app.exception
    assert app.header[0].value == "Mugs"
    assert "No similar products" in words(app)
    assert not any("<img" in block.value for block in app.html)


def test_an_example_replaces_an_upload(page):
    page.file_uploader[0].set_value(("mug.png", b"not a picture", "image/png"))
    classify(page)
    assert page.error
    next(button for button in page.button if button.key and button.key.startswith("example-")).click().run()
    assert not page.error
    assert page.header


def test_an_edited_example_is_no_example_any_more(page):
    next(button for button in page.button if button.key and button.key.startswith("example-")).click().run()
    page.text_input(key="predict-name").set_value("something else")
    page.text_area(key="predict-description").set_value("")
    classify(page)
    assert "Category in the catalogue" not in words(page)
    assert set(page.dataframe[0].value["Input"]) == {"Text"}


@pytest.fixture
def both(page) -> AppTest:
    """The page with the answer to a text and a picture."""
    page.text_area(key="predict-description").set_value("a ceramic mug")
    page.file_uploader[0].set_value(("mug.png", picture(), "image/png"))
    return classify(page)


def test_which_of_text_and_image_decided_stands_beside_the_answer(both):
    shown = words(both).replace("\\", "")
    assert "Text and image agree: either without the other gives Mugs" in shown
    assert re.search(r"Text alone: Mugs, [\d.]+% · Image alone: Mugs, [\d.]+%", shown)
    both.text_area(key="predict-description").set_value("wooden chair with a seat and a leg")
    classify(both)
    assert re.search("decided: without it|It took both", words(both).replace("\\", ""))


def test_one_alone_decides(page):
    page.text_input(key="predict-name").set_value("ceramic mug cup with a handle")
    assert "The answer rests on the text alone." in words(classify(page))


def test_confidence_is_explained(both):
    assert "Always review this category: only" in words(both)  # nine products in validation test nothing
    assert "calibrated" in next(one.help for one in both.markdown if "Confidence" in one.value)
    assert re.search(r"(All 6|[1-5] of 6) models predict Mugs", words(both))


def with_rules(bundle, folder, **changes):
    """Copy a bundle that accepts everything but what the changes of its rules stop."""
    copy = shutil.copytree(bundle, folder / "artifacts" / "tiny")
    manifest = json.loads((copy / "manifest.json").read_text())
    for rule in manifest["acceptance"]["rules"].values():
        rule |= {"thresholds": [0.0] * 3, "own": [50] * 3, "strangest": 1.01, "most_disagreement": 1.01}
        rule |= changes
    (copy / "manifest.json").write_text(json.dumps(manifest))
    return copy.parent


def of_a_mug(app: AppTest) -> AppTest:
    app.text_area(key="predict-description").set_value("a ceramic mug")
    app.file_uploader[0].set_value(("mug.png", picture(), "image/png"))
    return classify(app)


def test_an_ordinary_product_is_accepted_without_a_warning(open_page, tiny_bundle, tmp_path):
    app = of_a_mug(open_page(with_rules(tiny_bundle, tmp_path), "4_Predict"))
    assert "Accepted" in words(app)
    assert not app.warning
    assert "This confidence is above the threshold of 0.0%" in words(app)
    assert "lausible" in words(app)


def test_a_product_unlike_the_catalogue_is_said_to_be_so(open_page, tiny_bundle, tmp_path):
    app = of_a_mug(open_page(with_rules(tiny_bundle, tmp_path, strangest=0.0), "4_Predict"))
    assert not app.exception
    assert [one.value.split(":")[0] for one in app.warning] == ["Unlike anything in this catalogue"]
    shown = words(app)
    assert "Needs review" in shown and "Accepted" not in shown
    assert "The most similar product is " in shown
    assert "lausible" not in shown  # none of its categories may be the right one


def test_text_and_image_that_disagree_are_said_to(open_page, tiny_bundle, tmp_path):
    app = of_a_mug(open_page(with_rules(tiny_bundle, tmp_path, most_disagreement=0.0), "4_Predict"))
    assert [one.value.split(":")[0] for one in app.warning] == ["Text and image disagree"]
    assert "Needs review" in words(app)


def test_tables_and_figures_can_be_downloaded(both):
    keys = {one.key for one in both.get("download_button")}
    assert {
        *("ranked-Figure", "ranked-Table", "predict-models-Table"),
        *("predict-nearest-Table", "predict-history-Table"),
    } <= keys


def test_the_place_on_the_map_is_shown_when_asked_for(both):
    assert not any(one.key == "predict-map-Figure" for one in both.get("download_button"))
    both.session_state["predict-place"] = True
    both.run()
    assert not both.exception and not both.error
    assert any(one.key == "predict-map-Figure" for one in both.get("download_button"))
    assert "PCA map" in words(both)


def test_a_bundle_without_features_says_why_there_is_no_map(open_page, private):
    app = open_page(private, "4_Predict")
    app.session_state["predict-place"] = True
    app.text_input(key="predict-name").set_value("ceramic mug cup")
    classify(app)
    assert not app.exception
    assert "No map" in words(app)


def test_the_last_product_is_there_for_the_maps(both, artifacts):
    bundle = Bundle.open(artifacts / "tiny")
    last = both.session_state["last-classified"]
    assert set(last) == {"vectors", "name", "bundle"}
    assert set(last["vectors"]) == {"text", "image"}
    assert last["vectors"]["image"].shape == bundle.features("image").shape[1:]
    assert (last["name"], last["bundle"]) == ("a ceramic mug", bundle.fingerprint)


def test_the_camera_opens_only_when_chosen(page):
    assert not page.get("camera_input")
    source = next(one for one in page.get("button_group") if one.label == "Image from")
    source.set_value("camera").run()
    assert not page.exception
    assert page.get("camera_input")
    assert "Picture" not in "".join(one.label for one in page.file_uploader[:1])
    next(button for button in page.button if button.key and button.key.startswith("example-")).click().run()
    assert not page.get("camera_input")
    assert page.header


def test_another_run_asks_no_model_again(both, monkeypatch):
    from core.heads.scoring import Scorers
    from core.serving.predictor import Predictor

    def ask(*args):
        raise AssertionError("the answer is known")

    monkeypatch.setattr(Predictor, "_classify", ask)
    monkeypatch.setattr(Scorers, "score", ask)
    both.run()
    assert not both.exception
    assert both.header[0].value == "Mugs"


def test_any_text_gets_an_answer(page):
    for text in (
        "😀🎉",
        "mug " * 250_000,
        "**x** [a](http://b.c) <script>alert(1)</script> $x$",
        "\u202eabc",
    ):
        page.text_input(key="predict-name").set_value(text)
        classify(page)
        assert not page.exception and not page.error
        assert page.header
        assert all(len(button.help or "") < 200 for button in page.button)


def test_a_text_with_nothing_to_read_is_none(page):
    for text in (" ", "\x00\x01", "<p></p>"):
        page.text_input(key="predict-name").set_value(text)
        assert "No product yet" in words(classify(page))


def test_an_image_of_any_mode_gets_an_answer(page):
    for mode in ("CMYK", "RGBA", "P", "I;16", "1"):
        stream = io.BytesIO()
        grey = Image.open(io.BytesIO(picture())).convert("L")
        deep = Image.fromarray(np.asarray(grey, dtype=np.uint16) * 257)
        (deep if mode == "I;16" else grey.convert(mode)).save(stream, "TIFF")
        page.file_uploader[0].set_value((f"{mode}.tif", stream.getvalue(), "image/tiff"))
        classify(page)
        assert not page.exception and not page.error
        assert page.header


def test_an_image_of_too_many_pixels_is_one_line(page):
    stream = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(stream, "PNG")
    page.file_uploader[0].set_value(("huge.png", stream.getvalue(), "image/png"))
    classify(page)
    assert "20000 x 20000 pixels, more than" in page.error[0].value


def explain(page) -> AppTest:
    return page.button(key="predict-explain").click().run()


def test_why_is_shown_when_asked_and_only_for_this_product(page):
    page.text_area(key="predict-description").set_value("a ceramic mug")
    page.file_uploader[0].set_value(("mug.png", picture(), "image/png"))
    classify(page)
    explain(page)
    assert not page.exception and not page.error
    assert any("mug" in block.value and "<mark" in block.value for block in page.html)
    assert "support the category" in words(page)
    page.text_area(key="predict-description").set_value("a chair with a cushion")
    classify(page)
    assert not any("<mark" in block.value for block in page.html)


def test_why_by_text_alone(page):
    page.text_input(key="predict-name").set_value("ceramic mug cup with a handle")
    explain(classify(page))
    assert not page.exception and not page.error
    assert any("<mark" in block.value for block in page.html)


# The session's history


def recalls(page) -> list:
    return [b for b in page.button if b.key and b.key.startswith("history-") and b.key != "history-clear"]


def test_products_of_the_session_are_listed_and_shown_again(page):
    assert not recalls(page)
    page.text_area(key="predict-description").set_value("a ceramic mug")
    page.file_uploader[0].set_value(("mug.png", picture(), "image/png"))
    classify(page)
    both = page.dataframe[0].value
    assert [button.label for button in recalls(page)] == ["Mugs"]
    next(button for button in page.button if button.label == "Clear").click().run()
    page.text_input(key="predict-name").set_value("wooden chair seat leg")
    classify(page)
    assert [button.label for button in recalls(page)] == ["Chairs", "Mugs"]
    recalls(page)[1].click().run()
    assert not page.exception
    assert page.text_area(key="predict-description").value == "a ceramic mug"
    assert page.text_input(key="predict-name").value == ""
    assert page.dataframe[0].value.equals(both), "the picture must come back with the text"
    assert [button.label for button in recalls(page)] == ["Chairs", "Mugs"]
    page.button(key="history-clear").click().run()
    assert not recalls(page)
    assert "No product yet" in words(page)


def test_an_example_is_still_one_when_it_is_shown_again(page):
    next(button for button in page.button if button.key and button.key.startswith("example-")).click().run()
    next(button for button in page.button if button.label == "Clear").click().run()
    assert "Category in the catalogue" not in words(page)
    recalls(page)[0].click().run()
    assert "Category in the catalogue" in words(page)
    assert len(recalls(page)) == 1


# A whole file

TABLE = (
    b"Code,Title,Picture,Price\n"
    b"-5,ceramic mug cup handle,7.png,9\n"
    b"=1+1,<b>wooden</b> chair seat leg,none.png,\n"
    b"-5,,,1\n"
    b"d,lamp shade,bad.png,2\n"
)


def archive() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr("in/7.png", picture())
        file.writestr("in/bad.png", b"no picture")
    return stream.getvalue()


def uploader(app: AppTest, label: str):
    return next(one for one in app.file_uploader if one.label.startswith(label))


def hand_over(app: AppTest, table: bytes = TABLE, pictures: bytes | None = None) -> AppTest:
    uploader(app, "Product table").set_value(("new.csv", table, "text/csv"))
    if pictures is not None:
        uploader(app, "Images").set_value(("new.zip", pictures, "application/zip"))
    return app.run()


def start(app: AppTest) -> AppTest:
    return app.button(key="file-start").click().run()


def results(app: AppTest):
    return next(one.value for one in app.dataframe if "Based on" in one.value)


def metric(app: AppTest, label: str) -> str:
    return next(one.value for one in app.metric if one.label == label)


def show(app: AppTest, which: str) -> AppTest:
    return next(one for one in app.get("button_group") if one.label == "Show").set_value(which).run()


def accept_from(app: AppTest):
    return next(one for one in app.number_input if one.label.startswith("Accept all answers above"))


def column(app: AppTest, field: str):
    return next(one for one in app.selectbox if one.key and one.key.startswith(f"file-{field}-"))


def test_a_file_is_classified_with_its_images(page):
    hand_over(page, pictures=archive())
    assert not page.exception and not page.error
    assert [column(page, field).value for field in ("sku", "name", "image", "description")] == [1, 2, 3, 0]
    start(page)
    assert not page.exception and not page.error
    table = results(page)
    assert sorted(table["Id"]) == ["'=1+1", "-5", "-5", "d"]
    assert metric(page, "Products") == "4"
    assert int(metric(page, "Accepted")) + int(metric(page, "Open")) == 4
    assert metric(page, "Corrected") == "0"
    assert table["Based on"][0] == "nothing", "those that need review come first"
    assert sorted(table["Category"][1:]) == ["Chairs", "Lamps", "Mugs"]
    assert pd.isna(table["Category"][0])
    assert table["Accept"].sum() == int(metric(page, "Accepted"))
    assert table.set_index("Category")["Image"]["Mugs"].startswith("data:image/jpeg")
    assert set(table["Note"]) == {"", "image not in the zip", "image cannot be opened or shows nothing"}
    assert "1 product with the id of an earlier one" in words(page)
    show(page, "Open")
    assert set(results(page)["Status"]) == {"Open"}
    page.button(key="file-remove").click().run()
    assert not [one for one in page.dataframe if "Based on" in one.value]


def test_a_file_is_classified_piece_by_piece_and_can_be_cancelled(page, monkeypatch):
    from core.serving.bulk import run as bulk_run

    monkeypatch.setattr(bulk_run, "ROWS", 2)
    seen = []
    advanced = bulk_run.Run.advanced

    def advance(run, predictor):
        seen.append(run.done)
        run = advanced(run, predictor, 2)
        return run.stop("Cancelled.") if len(seen) == 1 else run

    monkeypatch.setattr(bulk_run.Run, "advanced", advance)
    start(hand_over(page))
    assert seen == [0]
    assert any("Cancelled.  \n2 of 4 products are classified" in one.value for one in page.warning)
    assert len(results(page)) == 2
    page.button(key="file-on").click().run()
    assert seen == [0, 2]
    assert len(results(page)) == 4
    assert not page.warning


def test_an_encoder_that_fails_stops_the_file_in_one_line(page, monkeypatch):
    from core.common.errors import EncoderError
    from core.serving.bulk import run as bulk_run

    def advance(run, predictor):
        raise EncoderError("the service does not answer")

    monkeypatch.setattr(bulk_run.Run, "advanced", advance)
    start(hand_over(page))
    assert not page.exception
    assert "Stopped: the service does not answer  \n0 of 4" in page.warning[0].value


def test_the_result_survives_another_page(page):
    start(hand_over(page))
    page.switch_page("pages/1_Dataset.py").run()
    page.switch_page("pages/4_Predict.py").run()
    assert not page.exception
    assert len(results(page)) == 4


def test_columns_can_be_named_by_hand(page):
    hand_over(page, b"x;y\n1;ceramic mug cup\n")
    column(page, "name").set_value(0).run()
    assert "choose the column" in page.info[0].value
    assert not page.error, "nothing has been done wrong"
    column(page, "name").set_value(2).run()
    assert not page.info
    start(page)
    assert results(page)["Category"].tolist() == ["Mugs"]
    assert results(page)["Id"].tolist() == ["row-1"]


def test_a_table_whose_columns_are_not_recognised_is_no_mistake(page):
    hand_over(page, b"x;y\n1;2\n2;3\n")
    assert not page.error and not page.exception
    assert page.info[0].value.startswith("Nothing to classify yet: choose the column")
    assert not [button for button in page.button if button.key == "file-start"]


GERMAN = "Artikelnummer;Bezeichnung;Warengruppe\n1;ceramic mug cup;\n2;chair leg;Küche\n".encode("cp1252")


def test_german_headers_are_recognised_and_guesses_are_said(page):
    hand_over(page, GERMAN)
    assert [column(page, field).value for field in ("sku", "name", "image", "description")] == [1, 2, 0, 0]
    assert "Read as cp1252, recognised by its letters" in words(page)
    assert "--" not in "".join(each.value for each in page.caption), "words of the command line"
    start(page)
    assert not page.exception and not page.error
    chosen = next(one for one in page.selectbox if one.label == "Category column")
    assert chosen.options[chosen.value] == "Warengruppe"


def test_answers_above_a_confidence_are_accepted_in_one_go_and_taken_back(page):
    start(hand_over(page))
    before = results(page)
    still = int(metric(page, "Open"))
    accept_from(page).set_value(0.0)
    page.checkbox(key="file-accept-unusual").set_value(True).run()
    page.button(key="file-accept").click().run()
    assert not page.exception and not page.error
    assert metric(page, "Open") == "1", "a product without text and image has no answer"
    assert still > 1
    assert results(page)["Accept"].tolist() == [False, True, True, True]
    page.button(key="file-undo").click().run()
    assert int(metric(page, "Open")) == still
    assert results(page).equals(before)
    assert page.button(key="file-undo").disabled


def test_the_wanted_precision_is_where_accepting_begins_and_is_said(open_page, tiny_bundle, tmp_path):
    from core.bundle.wanted_precision import keep_wanted_precision

    shutil.copytree(tiny_bundle, tmp_path / "tiny")
    keep_wanted_precision(Bundle.open(tmp_path / "tiny"), 0.98)
    app = open_page(tmp_path, "4_Predict")
    assert "98.0% precision asked for, as kept on Models" in words(app).replace("\\", "")
    app.text_input(key="predict-name").set_value("ceramic mug cup")
    assert not classify(app).exception
    start(hand_over(app))
    assert accept_from(app).value == 98.0
    answers = Bundle.open(tmp_path / "tiny").manifest.acceptance.rules["text"]
    table = results(app)
    needed = dict(zip(Bundle.open(tmp_path / "tiny").classes, answers.thresholds, strict=True))
    tested = table[~table["Reason"].str.contains("untested") & (table["Predicted"] != "")]
    for _, row in tested[tested["Based on"] == "text"].iterrows():
        assert ("low confidence" in row["Reason"]) == (row["Confidence"] < 100 * needed[row["Predicted"]])


def test_products_of_the_catalogue_can_be_sent_to_review(page, artifacts):
    table = Bundle.open(artifacts / "tiny").table
    sku = table["sku"].iat[0]
    start(hand_over(page, f"sku,name\n{sku},\nnew,ceramic mug cup\n".encode()))
    page.button(key="file-review").click().run()
    assert not page.exception
    sent = page.session_state["review-sent-tiny"]
    assert (sent.rows, sent.title) == ((0,), "Open in new.csv")


def test_a_broken_table_is_one_line(page):
    for table in (
        b"",
        b"name\n",
        b"\x89PNG\r\n\x1a\n\x00",
        b"\xff\xfe\x00",
    ):
        hand_over(page, table)
        assert not page.exception
        assert len(page.error) == 1
        assert "\n" not in page.error[0].value and "/tmp" not in page.error[0].value


def test_a_broken_zip_is_one_line(page):
    hand_over(page, pictures=b"not a zip")
    assert not page.exception
    assert "not a zip" in page.error[0].value


def test_a_file_for_a_bundle_of_words_and_for_a_private_one(open_page, text_only, private):
    for artifacts in (text_only, private):
        app = start(hand_over(open_page(artifacts, "4_Predict"), pictures=archive()))
        assert not app.exception and not app.error
        assert len(results(app)) == 4
    assert "image" in " ".join(results(app)["Based on"])
