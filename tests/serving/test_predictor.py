import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import numpy as np
import pytest
from PIL import Image

from core.bundle.reader import Bundle
from core.catalogue.text import product_text
from core.common.errors import CatalogueError, ImageError
from core.nearest.exact import nearest
from core.serving.predictor import Predictor
from core.serving.reasons import NO_USABLE_IMAGE
from tests import tiny
from tests.serving.made_up import RULE, made_up_predictor


@pytest.fixture(scope="module")
def predictor(tiny_bundle) -> Predictor:
    return Predictor.load(tiny_bundle)


@pytest.fixture(scope="module")
def unseen(tmp_path_factory):
    """Another catalogue of the same categories and one the bundle does not know."""
    folder = tmp_path_factory.mktemp("unseen")
    return tiny.write_catalogue(folder, per_class=12, categories=("Shoes", "Mugs", "Lamps"), seed=5)


def test_a_catalogue_row_gets_the_vector_stored_for_it(predictor, tiny_bundle):
    bundle = Bundle.open(tiny_bundle)
    data = tiny_bundle.parent.parent / "data"
    both = np.flatnonzero(bundle.present("fused"))[:5]
    for row in both:
        product = bundle.table.iloc[row]
        picture = (data / "images" / product["image"]).read_bytes()
        answer = predictor.classify(product_text(product["name"], product["description"]), picture)
        np.testing.assert_allclose(answer.vectors["text"], bundle.features("text")[row], atol=1e-6)
        np.testing.assert_allclose(answer.vectors["image"], bundle.features("image")[row], atol=1e-6)
        assert answer.neighbours[0].similarity == pytest.approx(1, abs=1e-5)
        assert answer.given == "fused"


def test_the_answer_is_the_chosen_heads(predictor):
    answer = predictor.classify("a ceramic mug with a handle")
    assert answer.given == "text"
    assert answer.ranked[0].category == "Mugs"
    assert answer.answered_by == ("text", predictor.bundle.best["text"])
    assert {one.model.modality for one in answer.models} == {"text"}
    assert len(answer.models) == 2
    assert sum(r.confidence for r in answer.ranked) == pytest.approx(1, abs=1e-4)
    json.dumps(answer.to_dict())


def test_text_and_image_bring_the_answer_of_every_model(predictor, tmp_path):
    file = tmp_path / "mug.png"
    tiny.draw_image("Mugs", 3).save(file)
    answer = predictor.classify("a mug", file)
    assert {one.model for one in answer.models} == {
        (m, h) for m in ("text", "image", "fused") for h in ("logistic_regression", "random_forest")
    }


CONFIDENCES = {
    ("text", "a"): 0.91, ("text", "b"): 0.92, ("image", "a"): 0.93, ("image", "b"): 0.94,
    ("fused", "a"): 0.95, ("fused", "b"): 0.96,
}  # fmt: skip


@pytest.mark.parametrize("given", ["text", "image", "fused"])
def test_an_answer_names_the_model_it_came_from(given, tmp_path):
    file = tmp_path / "mug.png"
    tiny.draw_image("Mugs", 3).save(file)
    text, image = "a mug" if given != "image" else None, file if given != "text" else None
    answer = made_up_predictor(CONFIDENCES).classify(text, image)
    expected = (given, "b")
    assert answer.given == given
    assert answer.answered_by == expected
    assert answer.confidence == pytest.approx(CONFIDENCES[expected])
    for one in answer.models:
        assert one.ranked[0].confidence == pytest.approx(CONFIDENCES[one.model])
    plain = answer.to_dict()
    assert plain["given"] == given
    assert plain["answered_by"] == dict(zip(("modality", "head"), expected, strict=True))
    assert (plain["needs_review"], plain["reason"]) == (False, "")


def test_a_product_unlike_the_catalogue_has_no_plausible_categories():
    strict = {"text": replace(RULE, strangest=0.5)}
    usual, strange = (
        made_up_predictor(CONFIDENCES, rules=strict, strangeness={"text": how}).classify("a mug")
        for how in (0.4, 0.6)
    )
    assert (usual.reasons, usual.plausible) == ((), ("Lamps", "Mugs"))
    assert (strange.reasons, strange.plausible) == (("unlike this catalogue",), ())
    assert (strange.category, strange.strangeness) == (usual.category, pytest.approx(0.6))
    assert strange.to_dict()["reason"] == "unlike this catalogue"


def test_nothing_given_is_one_clear_line(predictor):
    with pytest.raises(CatalogueError, match="a text or an image"):
        predictor.classify("   ")


def test_an_image_that_shows_nothing_counts_as_none(predictor, tmp_path):
    blank = tmp_path / "blank.png"
    Image.new("RGB", (50, 40), "white").save(blank)
    plain, answer = predictor.classify("a mug"), predictor.classify("a mug", blank)
    assert NO_USABLE_IMAGE in answer.reasons
    assert answer.given == "text" and set(answer.vectors) == {"text"}
    assert (answer.ranked, answer.answered_by) == (plain.ranked, plain.answered_by)
    with pytest.raises(CatalogueError, match="the image is blank"):
        predictor.classify(None, blank)


def test_the_same_product_is_encoded_once(tiny_bundle, tmp_path):
    predictor = Predictor.load(tiny_bundle)
    file = tmp_path / "mug.png"
    tiny.draw_image("Mugs", 3).save(file)
    first = predictor.classify("a mug", file)
    assert predictor.classify("a mug", file.read_bytes()) is first
    assert [predictor.encoders[m].encoded for m in ("text", "image")] == [1, 1]
    assert len(predictor.classify("a mug", file, top=2).ranked) == 2
    tiny.draw_image("Lamps", 3).save(file)
    assert predictor.classify("a mug", file) is not first
    with pytest.raises(ValueError, match="read-only"):
        first.vectors["text"][0] = 1
    with pytest.raises(TypeError):
        first.vectors["text"] = None


def test_only_the_last_answers_are_kept(tiny_bundle):
    loaded = Predictor.load(tiny_bundle)
    predictor = Predictor(loaded.bundle, loaded.encoders, loaded.scorers, remembered=2)
    for text in ("a mug", "a lamp", "a chair", "a mug"):
        predictor.classify(text)
    assert predictor.encoders["text"].encoded == 4


def test_many_visitors_get_the_answers_one_would(tiny_bundle, tmp_path):
    alone, shared = Predictor.load(tiny_bundle), Predictor.load(tiny_bundle)
    products = []
    for number in range(24):
        file = tmp_path / f"{number}.png"
        tiny.draw_image(tiny.KNOWN[number % 3], number).save(file)
        products.append((f"a {tiny.KNOWN[number % 3]} {number}", file))
    with ThreadPoolExecutor(10) as visitors:
        answers = list(visitors.map(lambda product: shared.classify(*product), products))
    for product, answer in zip(products, answers, strict=True):
        assert answer.to_dict() == alone.classify(*product).to_dict()


def test_text_and_picture_are_encoded_side_by_side(tiny_bundle, tmp_path, monkeypatch):
    predictor = Predictor.load(tiny_bundle)
    file = tmp_path / "mug.png"
    tiny.draw_image("Mugs", 3).save(file)
    together = Barrier(2, timeout=10)
    for encoder in predictor.encoders.values():
        usual = encoder.encode
        monkeypatch.setattr(encoder, "encode", lambda items, run=usual: together.wait() * 0 or run(items))
    assert predictor.classify("a mug", file).ranked[0].category == "Mugs"


def test_the_nearest_products_are_the_exact_ones(predictor, tiny_bundle, tmp_path):
    bundle = Bundle.open(tiny_bundle)
    file = tmp_path / "lamp.png"
    tiny.draw_image("Lamps", 3).save(file)
    for given in (("a lamp", file), ("a lamp", None), (None, file)):
        answer = predictor.classify(*given)
        query = np.concatenate([answer.vectors[m] for m in answer.vectors])[None]
        exact = nearest(bundle.features(answer.given), 8, query)
        np.testing.assert_allclose([n.similarity for n in answer.neighbours], exact.similarity[0], atol=1e-6)
        for one in answer.neighbours:
            assert bundle.table.loc[one.row, ["sku", "name", "category"]].tolist() == [
                one.sku,
                one.name,
                one.category,
            ]


def test_only_what_the_products_have_is_loaded(tiny_bundle, predictor):
    text_only = Predictor.load(tiny_bundle, ["text"])
    assert set(text_only.encoders) == {"text"}
    assert {m for m, _ in text_only.scorers.heads} == {"text"}
    assert text_only.classify("a ceramic mug").to_dict() == predictor.classify("a ceramic mug").to_dict()


def test_what_is_missing_is_named_whatever_was_loaded(tiny_bundle):
    with pytest.raises(CatalogueError, match="a text or an image"):
        Predictor.load(tiny_bundle, ["text"]).classify(" ")


def test_a_picture_that_is_missing_is_one_clear_line(predictor, tmp_path):
    with pytest.raises(ImageError, match=r"none\.png"):
        predictor.classify("a mug", tmp_path / "none.png")


def test_a_picture_that_is_none_is_one_clear_line(predictor):
    with pytest.raises(ImageError):
        predictor.classify("a mug", b"not a picture")


def test_classifying_imports_nothing_that_reads_tables():
    code = "import sys, core.serving.predictor; print('core.catalogue.layouts.registry' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
