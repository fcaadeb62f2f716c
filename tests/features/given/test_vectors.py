import hashlib

import numpy as np
import pandas as pd
import pytest

from core.common.errors import EncoderError
from core.features.given.vectors import open_vectors


def products(*rows):
    """A table of sku, first image, and a list of all images."""
    return pd.DataFrame(rows, columns=["sku", "image", "images"], dtype="str")


def csv_of(path, rows):
    pd.DataFrame({"id": list(rows), "embeddings": [str(list(v)) for v in rows.values()]}).to_csv(
        path, index=False
    )
    return path


def test_products_are_found_by_sku_then_by_image(tmp_path):
    file = csv_of(
        tmp_path / "v.csv",
        {"A": [3, 4], "../images/b.JPG": [0, 2], "c.png": [1, 0], "d": [0, -1], "zeros": [0, 0]},
    )
    given = open_vectors(file, "image")
    table = products(
        ("A", "c.png", ""),
        ("B", "shop/b.JPG", ""),
        ("C", "c.png", '["c.png", "shop/b.JPG"]'),
        ("D", "d.jpeg", ""),
        ("E", "", ""),
        ("zeros", "", ""),
    )
    features = given.features(table)
    assert features.vectors == pytest.approx(np.array([[0.6, 0.8], [0, 1], [1, 0], [0, -1], [0, 0], [0, 0]]))
    assert features.present.tolist() == [True, True, True, True, False, False] == given.has(table).tolist()
    several = given.features(table, images_per_product=2).vectors
    assert several[2] == pytest.approx(np.sqrt([0.5, 0.5]))
    assert several[0] == pytest.approx([0.6, 0.8])


def test_it_is_recorded_with_its_dimension_and_its_file(tmp_path):
    from core.features.encoders.record import EncoderRecord

    file = csv_of(tmp_path / "v.csv", {"A": [3, 4, 0]})
    record = EncoderRecord.of(open_vectors(file, "text"))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()[:16]
    assert (record.name, record.modality, record.dim, record.weights_id) == ("given", "text", 3, digest)
    assert record.file is None


def test_what_is_the_matter_is_said_a_line_a_kind(tmp_path):
    nan, inf = float("nan"), float("inf")
    rows = {
        "A": "[1, 2]",
        "B": "[1]",
        "C": f"[{nan}, 1]",
        "D": f"[1, {inf}]",
        "E": "[0, 0]",
        "F": "[1, 2, 3]",
    }
    frame = pd.DataFrame({"sku": [*rows, "A", "Z"], "embeddings": [*rows.values(), "[5, 5]", "[2, 1]"]})
    frame.to_csv(tmp_path / "v.csv", index=False)
    given = open_vectors(tmp_path / "v.csv", "text")
    table = products(*((sku, "", "") for sku in "ABCDEFG"))
    assert list(given.lines(table)) == [
        "text vectors from v.csv: 2 of 2 numbers",
        "  1 id stands in it again, such as A",
        "  2 rows are left out: not of 2 numbers, such as B (1 numbers), F (3 numbers)",
        "  2 rows are left out: NaN or infinity in them, such as C, D",
        "  1 row of zeros counts as none, such as E",
        "  6 of 7 products have none and count as without text, such as B, C, D",
        "  1 is of no product that is kept, such as Z",
    ]
    assert given.features(table).vectors[0] == pytest.approx(np.array([1, 2]) / np.sqrt(5))  # the first row


def test_vectors_of_other_products_are_refused_with_both_kinds_of_ids(tmp_path):
    given = open_vectors(csv_of(tmp_path / "v.csv", {"x1": [1, 2], "x2": [1, 2]}), "text")
    with pytest.raises(EncoderError, match=r"none of 2 products has one; its ids are such as x1, x2.*A, B"):
        list(given.lines(products(("A", "", ""), ("B", "", ""))))


def test_a_file_without_a_vector_is_refused(tmp_path):
    with pytest.raises(
        EncoderError, match=r"no vector can be used: 1 row of zeros counts as none, such as A"
    ):
        open_vectors(csv_of(tmp_path / "v.csv", {"A": [0, 0]}), "text")


def test_nothing_new_can_be_encoded(tmp_path):
    given = open_vectors(csv_of(tmp_path / "v.csv", {"A": [3, 4]}), "text")
    with pytest.raises(EncoderError, match="what made them is not here"):
        given.encode(["a mug"])


def test_memory_holds_ids_and_a_block(tmp_path):
    """The numbers lie on disk: 16 MB of them, of which the process keeps none."""
    import tracemalloc

    rng = np.random.default_rng(0)
    np.savez(tmp_path / "v.npz", ids=np.arange(10_000), vectors=rng.normal(size=(10_000, 400)).astype("f4"))
    tracemalloc.start()
    given = open_vectors(tmp_path / "v.npz", "text")
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert given.features(products(("9999", "", ""))).present.all()
    assert kept < 8e6
