"""Every kind of file gives the same ids and numbers, in blocks."""

import gzip

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.common.errors import EncoderError
from core.features.given import arrays, tables
from core.features.given.blocks import read_blocks
from core.serving.bulk.vector_files import vector_writer

IDS = [f"P-{number:03}" for number in range(50)]
X = np.random.default_rng(0).normal(size=(50, 6)).astype(np.float32)


def lists(separator=", "):
    return ["[" + separator.join(repr(float(x)) for x in row) + "]" for row in X]


def numbered(ids="sku", prefix=""):
    return pd.DataFrame({ids: IDS, **{f"{prefix}{i}": X[:, i] for i in range(6)}})


def write(path):
    """Write the vectors in the way that a file's name asks for."""
    name = path.name
    if name.startswith("ours"):
        with vector_writer(path, path, 6) as writer:
            writer.write(np.array(IDS, dtype=object), X)
        path.with_name(f"{name}.skus.txt").write_text("\n".join(IDS) + "\n", encoding="utf-8")
    elif name == "plain.npy":
        np.save(path, X.astype(np.float64))
        path.with_name("plain.ids.txt").write_text("\r\n".join(IDS), encoding="utf-8")
    elif name == "table.npy":
        np.save(path, X.astype(np.float16))
        pd.DataFrame({"price": 1, "ImageName": IDS}).to_csv(path.with_name("table.csv"), index=False)
    elif name == "plain.npz":
        np.savez(path, ids=np.array(IDS), vectors=X)
    elif name == "packed.npz":
        np.savez_compressed(path, ids=np.array(IDS), vectors=X, more=np.zeros(3))
    elif name == "lists.parquet":
        pq.write_table(pa.table({"id": IDS, "name": ["x"] * 50, "embedding": X.tolist()}), path)
    elif name == "texts.parquet":
        pq.write_table(pa.table({"id": IDS, "embedding": lists()}), path)
    elif name == "columns.parquet":
        numbered(prefix="v").to_parquet(path)
    elif name == "Embeddings_model.csv":
        numbered("ImageName").to_csv(path)  # with pandas' own column of row numbers
    elif name == "text_embeddings_model.csv":
        pd.DataFrame({"name": "a, b", "ImageName": IDS, "embeddings": lists()}).to_csv(path, index=False)
    elif name == "printed.csv":
        cells = [text.replace(" ", "\n ", 2) for text in lists(" ")]
        pd.DataFrame({"sku": IDS, "embeddings": cells}).to_csv(path, index=False)
    elif name == "german.csv":
        numbered().to_csv(path, index=False, sep=";", encoding="utf-8-sig")
    elif name == "tabs.tsv":
        numbered().to_csv(path, index=False, sep="\t")
    else:
        path.write_bytes(gzip.compress(numbered().to_csv(index=False).encode()))
    return path


KINDS = (
    *("ours.npy", "ours.parquet", "ours.csv", "plain.npy", "table.npy", "plain.npz", "packed.npz"),
    *("lists.parquet", "texts.parquet", "columns.parquet", "Embeddings_model.csv"),
    *("text_embeddings_model.csv", "printed.csv", "german.csv", "tabs.tsv", "packed.csv.gz"),
)


@pytest.mark.parametrize("name", KINDS)
def test_the_vectors_of_every_kind_of_file(name, tmp_path, monkeypatch):
    monkeypatch.setattr(arrays, "ROWS", 20)
    monkeypatch.setattr(tables, "ROWS", 20)
    monkeypatch.setattr(tables, "BLOCK_BYTES", 3000)
    blocks = list(read_blocks(write(tmp_path / name)))
    assert len(blocks) > 1
    assert [each for block in blocks for each in block.ids] == IDS
    assert not any(block.wrong for block in blocks)
    found = np.concatenate([block.vectors for block in blocks])
    assert found.dtype == np.float32
    assert np.abs(found - X).max() < (1e-2 if name == "table.npy" else 1e-6)


def npz(path, **more):
    np.savez(path, **{"ids": np.array(IDS), "vectors": X, **more})


WRONG = {
    "nothing.csv": (lambda path: None, "no file of vectors at"),
    "some.xlsx": (lambda path: path.write_bytes(b"x"), "vectors are read from .npy, .npz, .parquet, .csv"),
    "alone.npy": (
        lambda path: np.save(path, X),
        "has no ids: expected a file with an id a line.*alone.ids.txt",
    ),
    "objects.npz": (lambda path: npz(path, ids=np.array(IDS, dtype=object)), "ids holds Python objects"),
    "pickled.npz": (lambda path: npz(path, vectors=X.astype(object)), "holds Python objects"),
    "flat.npz": (lambda path: npz(path, vectors=X[0]), "expected numbers of shape"),
    "short.npz": (lambda path: npz(path, ids=np.array(IDS[:9])), "an id for each of 50 rows, ids has 9"),
    "columns.npz": (lambda path: npz(path, vectors=np.asfortranarray(X)), "np.ascontiguousarray"),
    "others.npz": (lambda path: np.savez(path, a=X), "expected the arrays ids and vectors, got a"),
    "text.npz": (lambda path: path.write_bytes(b"hello"), "no NumPy archive"),
    "text.parquet": (lambda path: path.write_bytes(b"hello hello hello"), "text.parquet: "),
    "words.csv": (lambda path: path.write_text("sku,v0,v1\na,1,two\n"), "two"),
    "empty.csv": (lambda path: path.write_text(""), "expected a column of ids"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_file_of_vectors_is_one_line(name, tmp_path):
    make, message = WRONG[name]
    make(tmp_path / name)
    with pytest.raises(EncoderError, match=message) as error:
        list(read_blocks(tmp_path / name))
    assert "\n" not in str(error.value)


def test_rows_without_numbers_say_why(tmp_path):
    path = tmp_path / "x.csv"
    rows = ["[1, 2, 3]", "[1, 2]", "", "[1.0 ... 3.0]", "one, two, three", "[4, 5, 6]"]
    pd.DataFrame({"sku": list("abcdef"), "embeddings": rows}).to_csv(path, index=False)
    (block,) = read_blocks(path)
    assert block.wrong == {
        1: "2 numbers",
        2: "0 numbers",
        3: "a vector that was printed, and cut with ...",
        4: "no list of numbers",
    }
    assert block.vectors[[0, 5]].tolist() == [[1, 2, 3], [4, 5, 6]]
