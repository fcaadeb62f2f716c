"""Given vectors from one end to the other: build, evaluate, predict, classify."""

import numpy as np
import pandas as pd
import pytest

from core.bundle.reader import Bundle
from core.cli.commands import main
from core.common.errors import CatalogueError
from core.serving.predictor import Predictor
from core.views.predict.answer_map import placed_on_map
from core.views.predict.answer_sentences import rationale_of, threshold_sentence, words_alone_sentence
from tests import tiny


def table_of(data):
    return pd.read_csv(data / "products.csv", dtype=str, keep_default_na=False)


def write_vectors(data, folder):
    """Write vectors of the texts as lists, those of the images as columns."""
    table = table_of(data)
    rng = np.random.default_rng(0)
    place = table["category"].map({name: number for number, name in enumerate(tiny.KNOWN)}).to_numpy()
    text, image = (np.eye(8)[place] + rng.normal(scale=0.4, size=(len(table), 8)) for _ in range(2))
    lists = [str(row.round(5).tolist()) for row in text]
    named = table["image"].to_numpy() != ""
    files = folder / "text_embeddings_model.csv", folder / "Embeddings_model.csv"
    pd.DataFrame({"sku": table["sku"], "embeddings": lists}).to_csv(files[0], index=False)
    numbers = {str(i): image[named, i] for i in range(8)}
    pd.DataFrame({"ImageName": table["image"][named], **numbers}).to_csv(files[1], index=False)
    return ["--text-vectors", str(files[0]), "--image-vectors", str(files[1])]


def build(data, out, vectors, heads="logistic_regression,tfidf,blend"):
    options = f"build --data {data} --heads {heads} --maps pca --no-cache --out {out}"
    return main([*options.split(), *vectors])


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    folder = tmp_path_factory.mktemp("given")
    data = tiny.write_catalogue(folder / "data", per_class=30)
    vectors = write_vectors(data, folder)
    assert build(data, folder / "b", vectors) == 0
    return folder, data, vectors


def test_the_bundle_says_that_its_vectors_were_given(given):
    bundle = Bundle.open(given[0] / "b")
    assert {m: (record.name, record.dim) for m, record in bundle.encoders.items()} == {
        "text": ("given", 8),
        "image": ("given", 8),
    }
    assert bundle.modalities == ("text", "image", "fused")
    assert not bundle.present("image").all()
    assert bundle.projections


def test_products_are_answered_by_their_vectors(given, tmp_path, capsys):
    folder, data, vectors = given
    run = f"--bundle {folder / 'b'} --data {data}".split()
    assert main(["evaluate", *run, *vectors, "--json", str(tmp_path / "e.json")]) == 0
    assert main(["predict", *run, *vectors, "--out", str(tmp_path / "p.csv")]) == 0
    answers = pd.read_csv(tmp_path / "p.csv", keep_default_na=False)
    assert (answers["predicted"] == table_of(data)["category"]).mean() > 0.95
    assert not answers["needs_review"].all()
    capsys.readouterr()
    assert main(["evaluate", *run]) == 2
    assert (
        "name those of these products with --text-vectors FILE and --image-vectors" in capsys.readouterr().err
    )


def test_without_them_words_answer_and_everything_needs_review(given, tmp_path, capsys):
    folder, data, _ = given
    run = f"--bundle {folder / 'b'} --data {data} --out {tmp_path / 'p.csv'}"
    assert main(["predict", *run.split()]) == 0
    said = capsys.readouterr().out
    assert "texts are read by their words alone" in said
    assert "a new image cannot be read" in said
    answers, table = pd.read_csv(tmp_path / "p.csv", keep_default_na=False), table_of(data)
    has_text = table["name"] != ""
    right = answers["predicted"] == table["category"]
    assert right[has_text].mean() > 0.9
    assert answers["needs_review"].all()
    assert set(answers["reason"]) == {"untested category", "nothing given"}
    assert (answers["predicted"] != "").tolist() == has_text.tolist()


def test_a_typed_product_is_answered_by_its_words(given):
    bundle = Bundle.open(given[0] / "b")
    predictor = Predictor.load(bundle)
    answer = predictor.classify("mug cup handle", image=b"not looked at")
    assert (answer.category, answer.given, answer.answered_by.head) == ("Mugs", "text", "tfidf")
    assert answer.needs_review
    assert [model.model.head for model in answer.models] == ["tfidf"]
    assert answer.neighbours == answer.plausible == ()
    assert answer.to_dict()["strangeness"] is None
    assert "(Tf-idf), and each answer needs review" in words_alone_sentence(bundle)
    assert threshold_sentence(bundle, answer).startswith("Always review it")
    assert rationale_of(predictor, answer, "mug cup handle").sentence == "The answer rests on the text alone."
    assert placed_on_map(bundle, answer, "it") is None


def test_a_bundle_without_a_head_that_reads_words_says_why_it_cannot(given, tmp_path, capsys):
    _folder, data, vectors = given
    assert build(data, tmp_path / "b", [*vectors[:2], "--image", "none"], "logistic_regression") == 0
    with pytest.raises(
        CatalogueError, match=r"text vectors of this catalogue were given.*--heads tfidf, too"
    ):
        Predictor.load(tmp_path / "b").classify("mug cup handle")
    capsys.readouterr()
    run = f"predict --bundle {tmp_path / 'b'} --data {data} --out {tmp_path / 'p.csv'}"
    assert main(run.split()) == 2
    error = capsys.readouterr().err
    assert "was built with given text vectors: name those of these products with --text-vectors FILE" in error


def test_other_vectors_are_refused(given, tmp_path, capsys, tiny_bundle):
    folder, data, vectors = given
    pd.DataFrame({"sku": ["a"], "v0": [1.0], "v1": [2.0]}).to_csv(tmp_path / "v.csv", index=False)
    for bundle, message in (
        (folder / "b", "v.csv: expected vectors of 8 numbers, as 'b' was built with, got 2"),
        (tiny_bundle, "the text encoder of 'tiny' is tiny-text"),
    ):
        run = f"predict --bundle {bundle} --data {data} --out {tmp_path / 'p.csv'}"
        image = vectors[2:] if bundle != tiny_bundle else []
        assert main([*run.split(), "--text-vectors", str(tmp_path / "v.csv"), *image]) == 2
        assert message in capsys.readouterr().err


def test_products_with_a_vector_and_nothing_else_are_kept(tmp_path):
    """Vectors, labels and ids are all that some people have: no texts, no files of images."""
    data = tiny.write_catalogue(tmp_path / "full", per_class=20)
    table = table_of(data).assign(sku=lambda t: t["sku"])[["sku", "image", "category"]]
    (tmp_path / "bare").mkdir()
    table.to_csv(tmp_path / "bare/products.csv", index=False)
    vectors = write_vectors(data, tmp_path)
    options = [*vectors[2:], "--text", "none"]
    assert build(tmp_path / "bare", tmp_path / "b", options, "logistic_regression") == 0
    bundle = Bundle.open(tmp_path / "b")
    assert len(bundle.table) == (table["image"] != "").sum()
    assert bundle.report("image", "logistic_regression").accuracy > 0.9


def test_altered_copies_need_an_encoder(given, tmp_path, capsys):
    _, data, vectors = given
    assert build(data, tmp_path / "b", [*vectors, "--augment", "1"]) == 2
    assert "--augment) need an image encoder" in capsys.readouterr().err
