"""Products that programs send, and their answers."""

import base64
import csv
import json
import zipfile

import numpy as np
import pytest
from starlette.testclient import TestClient

from core.bundle.reader import Bundle
from core.catalogue.reading import read_chunks
from core.cli.commands import main
from core.common.access import access
from core.common.limits import limits
from core.demo.writer import write_demo
from core.serving.api.app import make_api
from core.serving.predictor import Predictor
from tests import tiny
from tests.paths import ROOT
from tests.serving.api.conftest import as_png

CLASSIFY = "/v1/catalogues/tiny/classify"
FIELDS = ["sku", "predicted", "confidence", "needs_review", "reason", "categories", "answered_by"]


@pytest.fixture(scope="module")
def unseen(tmp_path_factory):
    """A catalogue of products that no model has seen: some lack text, some an image, one image is broken."""
    folder = tiny.write_catalogue(tmp_path_factory.mktemp("unseen"), 12, tiny.WORDS, seed=8)
    (folder / "images" / "003.png").write_bytes(b"no image at all")
    return folder


def products_of(data):
    """The products of a folder as a program sends them."""
    with (data / "products.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    products = []
    for row in rows:
        product = {key: row[key] for key in ("sku", "name", "description")}
        if row["image"] and (data / "images" / row["image"]).exists():
            content = (data / "images" / row["image"]).read_bytes()
            product["image"] = base64.b64encode(content).decode()
        products.append(product)
    return products


def same(answer, expected):
    assert {name: answer[name] for name in ("sku", "predicted", "needs_review", "reason")} == {
        "sku": expected["sku"],
        "predicted": expected["predicted"],
        "needs_review": expected["needs_review"] in (True, "True"),
        "reason": expected["reason"],
    }
    if expected["predicted"]:
        assert answer["confidence"] == pytest.approx(float(expected["confidence"]), abs=1e-4)
    else:
        assert answer["confidence"] is None


def reasons_where_all_agree(client, bundle, data, products, folder) -> set[str]:
    """Ask for products one by one, together, on the command line and in Python; return the reasons given."""
    path = f"/v1/catalogues/{bundle.name}/classify"
    one_by_one = [client.post(path, json=product).json() for product in products]
    lines = "".join(json.dumps(product) + "\n" for product in products)
    answer = client.post(f"{path}/batch", content=lines, headers={"content-type": "application/jsonl"})
    together = [json.loads(line) for line in answer.text.splitlines()]

    out = folder / "predictions.csv"
    assert main(["predict", "--bundle", str(bundle), "--data", str(data), "--out", str(out)]) == 0
    with out.open(newline="", encoding="utf-8") as file:
        written = list(csv.DictReader(file))
    (chunk,) = read_chunks(data)
    known = Predictor.load(bundle).predict_frame(chunk).to_dict("records")

    assert len(one_by_one) == len(together) == len(written) == len(known) == len(products)
    for answers in (one_by_one, together):
        for row, answer in enumerate(answers):
            same(answer, written[row])
            same(answer, known[row])
    return {reason for answer in known for reason in answer["reason"].split("; ")}


def test_the_answers_are_those_of_the_library_and_of_the_command_line(
    client, artifacts, unseen, tmp_path, monkeypatch
):
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(tmp_path / "cache"))
    found = reasons_where_all_agree(client, artifacts / "tiny", unseen, products_of(unseen), tmp_path)
    assert found == {"untested category", "no usable image"}


@pytest.mark.slow
def test_so_are_the_answers_of_real_models(tmp_path):
    data = tmp_path / "data"
    write_demo(data, rows=300, seed=11, workers=1)
    with zipfile.ZipFile(data / "images.zip") as images:
        images.extractall(data)
    (data / "images.zip").unlink()
    with TestClient(make_api(ROOT / "artifacts", access({}), limits({}))) as client:
        found = reasons_where_all_agree(
            client, ROOT / "artifacts" / "demo", data, products_of(data), tmp_path
        )
    assert {"", "low confidence", "no usable image"} <= found


def test_an_answer_has_the_words_of_predict(client, mug):
    answer = client.post(CLASSIFY, json={**mug, "top": 2})
    assert answer.status_code == 200
    plain = answer.json()
    assert list(plain) == FIELDS
    assert plain["sku"] == "M-1" and plain["predicted"] == "Mugs"
    assert [each["confidence"] for each in plain["categories"]] == sorted(
        (each["confidence"] for each in plain["categories"]), reverse=True
    )
    assert len(plain["categories"]) == 2
    assert plain["categories"][0] == {"category": plain["predicted"], "confidence": plain["confidence"]}
    assert plain["answered_by"]["modality"] == "fused"


def test_a_form_with_an_upload_gets_the_same_answer(client, mug):
    form = {"sku": "M-1", "name": mug["name"], "description": mug["description"], "top": "3"}
    image = base64.b64decode(mug["image"])
    answer = client.post(CLASSIFY, data=form, files={"image": ("mug.png", image)})
    assert answer.json() == client.post(CLASSIFY, json={**mug, "top": 3}).json()


def test_an_image_may_be_a_data_address(client, mug):
    address = f"data:image/png;base64,{mug['image']}"
    assert (
        client.post(CLASSIFY, json={**mug, "image": address}).json() == client.post(CLASSIFY, json=mug).json()
    )


def test_a_product_without_anything_is_answered_as_by_predict(client):
    answer = client.post(CLASSIFY, json={"sku": "empty"}).json()
    assert answer["predicted"] == "" and answer["confidence"] is None and answer["categories"] == []
    assert answer["needs_review"] and answer["reason"] == "nothing given" and answer["answered_by"] is None


def test_a_higher_wanted_precision_never_accepts_more(client, unseen):
    def sure(wanted):
        lines = "".join(
            json.dumps({**product, "wanted_precision": wanted}) + "\n" for product in products_of(unseen)
        )
        headers = {"content-type": "application/jsonl"}
        answers = client.post(f"{CLASSIFY}/batch", content=lines, headers=headers).text.splitlines()
        return {each["sku"] for each in map(json.loads, answers) if "low confidence" not in each["reason"]}

    assert sure(0.99) <= sure(0.9) <= sure(0.5)


def test_an_answer_is_explained_on_request(client, mug):
    plain = client.post(CLASSIFY, json={**mug, "explain": True}).json()
    assert plain["explanation"]["category"] == plain["predicted"]
    assert plain["explanation"]["words"]["spans"]


def test_a_line_that_cannot_be_read_holds_up_no_other(client, mug):
    lines = [json.dumps(mug), "", '{"name": 5}', "not JSON", '{"explain": true}', '{"sku": "last"}']
    headers = {"content-type": "application/x-ndjson"}
    answer = client.post(f"{CLASSIFY}/batch", content="\n".join(lines), headers=headers)
    assert answer.headers["content-type"].startswith("application/jsonl")
    first, second, third, fourth, last = map(json.loads, answer.text.splitlines())
    assert first["sku"] == "M-1" and last["sku"] == "last"
    assert [each["status"] for each in (second, third, fourth)] == [422] * 3
    assert second["detail"] == "line 3: name: Input should be a valid string"
    assert fourth["detail"] == "line 5: explain: only for one product at a time"


def test_a_batch_longer_than_what_is_answered_at_once_stays_in_order(client):
    lines = "".join(json.dumps({"sku": str(n), "name": f"mug {n}"}) + "\n" for n in range(100))
    headers = {"content-type": "application/jsonl"}
    answer = client.post(f"{CLASSIFY}/batch", content=lines, headers=headers)
    assert [json.loads(line)["sku"] for line in answer.text.splitlines()] == [str(n) for n in range(100)]


def test_the_nearest_product_of_a_product_is_itself(client, artifacts):
    table = Bundle.open(artifacts / "tiny").table
    sku = table["sku"][int(table["has_text"].argmax())]
    own = client.get(f"/v1/catalogues/tiny/products/{sku}").json()
    asked = {"name": own["name"], "description": own["description"], "top": 3}
    found = client.post("/v1/catalogues/tiny/neighbours", json=asked).json()["neighbours"]
    assert len(found) == 3
    assert found[0]["sku"] == sku and found[0]["similarity"] == pytest.approx(1, abs=1e-5)


def test_vectors_are_those_of_the_encoders(client, mug):
    answer = client.post("/v1/catalogues/tiny/embed", json=mug).json()
    text = tiny.TinyText().encode(["blue mug cup. A mug with a handle."])[0]
    image = tiny.TinyImage().encode([tiny.draw_image("Mugs", 7)])[0]
    np.testing.assert_allclose(answer["vectors"]["text"], text, atol=1e-6)
    np.testing.assert_allclose(answer["vectors"]["image"], image, atol=1e-6)
    assert {m: each["name"] for m, each in answer["encoders"].items()} == {
        "text": "tiny-text",
        "image": "tiny-image",
    }


@pytest.mark.parametrize("path", ["neighbours", "embed"])
def test_what_cannot_be_read_has_neither_neighbours_nor_vectors(client, path):
    answer = client.post(f"/v1/catalogues/tiny/{path}", json={"sku": "empty"})
    assert answer.status_code == 422
    assert answer.json()["detail"] == "nothing to read: this catalogue needs text or image"


def test_uploads_are_images_that_open(client):
    answer = client.post(CLASSIFY, files={"image": ("mug.png", as_png(tiny.draw_image("Mugs", 3)))}).json()
    assert answer["answered_by"]["modality"] == "image"
