import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from core.bundle.reader import Bundle
from core.bundle.strangeness import read_strangeness, write_strangeness
from core.common.errors import BundleError
from core.evaluation.strangeness.fitting import GIVENS, Strangeness, fit_strangeness
from tests.bundle.sealing import reseal
from tests.evaluation.strangeness.clusters import categories

WORDS = np.array(["lamp", "mug", "shoe", "bag", "chair"], dtype=object)


@pytest.fixture(scope="module")
def learned() -> Strangeness:
    """Of four categories, one of which has no images."""
    vectors, labels = categories(4, each=12)
    present = {"text": labels >= 0, "image": labels != 2}
    own = dict.fromkeys(present, vectors)
    return fit_strangeness(own, present, WORDS[labels], labels, np.arange(len(labels))).strangeness


@pytest.fixture
def folder(learned, tmp_path) -> Path:
    write_strangeness(learned, lambda name: tmp_path / name)
    return tmp_path


def sides():
    vectors, labels = categories(5, each=4)
    return {"text": vectors, "image": vectors[::-1].copy()}, WORDS[labels]


@pytest.mark.parametrize("given", GIVENS)
def test_what_is_read_says_the_same(learned, folder, given):
    read = read_strangeness(folder.joinpath, tuple(GIVENS), 4)
    np.testing.assert_array_equal(read.of(given, *sides()), learned.of(given, *sides()))


def test_one_side_is_enough(tmp_path):
    vectors, labels = categories(3, each=12)
    own = {"text": vectors}
    groups, there = np.arange(len(labels)), {"text": labels >= 0}
    text = fit_strangeness(own, there, WORDS[labels], labels, groups).strangeness
    write_strangeness(text, lambda name: tmp_path / name)
    assert {file.name for file in tmp_path.iterdir()} == {
        "scores.json", "text_linear.npy", "text_prototypes.npy", "text_spreads.npy",
        "words_hashes.npy", "words_idf.npy", "words_linear.npy",
    }  # fmt: skip
    read = read_strangeness(tmp_path.joinpath, ("text",), 3)
    np.testing.assert_array_equal(read.of("text", own, WORDS[labels]), text.of("text", own, WORDS[labels]))


def test_an_image_alone_has_no_words(tmp_path):
    vectors, labels = categories(3, each=12)
    own, nothing = {"image": vectors}, np.full(len(labels), "", dtype=object)
    image = fit_strangeness(own, {"image": labels >= 0}, nothing, labels, np.arange(len(labels))).strangeness
    write_strangeness(image, lambda name: tmp_path / name)
    assert not list(tmp_path.glob("words*"))
    read = read_strangeness(tmp_path.joinpath, ("image",), 3)
    np.testing.assert_array_equal(read.of("image", own, nothing), image.of("image", own, nothing))


def array(name, change):
    def damage(folder):
        np.save(folder / name, change(np.load(folder / name)))

    return damage


def scores(*place, value=None):
    """Put a value, nothing where none is given, at a place of the JSON."""

    def damage(folder):
        content = json.loads((folder / "scores.json").read_text())
        inner = content
        for name in place[:-1]:
            inner = inner[name]
        inner[place[-1]] = value
        (folder / "scores.json").write_text(json.dumps(content))

    return damage


DAMAGES = {
    "a file is missing": lambda folder: (folder / "image_linear.npy").unlink(),
    "a file is empty": lambda folder: (folder / "text_linear.npy").write_bytes(b""),
    "the JSON is cut short": lambda folder: (folder / "scores.json").write_text("{"),
    "the JSON is a list": lambda folder: (folder / "scores.json").write_text("[]"),
    "the JSON is empty": lambda folder: (folder / "scores.json").write_text("{}"),
    "no categories": scores("categories"),
    "too few categories": scores("categories", "text", value=[0, 1]),
    "a category that is none": scores("categories", "text", value=[0, 1, 2, 4]),
    "a category below the first": scores("categories", "text", value=[-1, 0, 1, 2]),
    "categories are texts": scores("categories", "text", value=list("abcd")),
    "no score of an input": scores("scores", "image"),
    "too few signals": scores(
        "scores", "text", value={"means": [0], "scales": [1], "weights": [1], "bias": 0}
    ),
    "fewer weights than means": scores("scores", "fused", "weights", value=[0.5]),
    "no bias": scores("scores", "fused", "bias"),
    "other vectors": array("text_prototypes.npy", lambda a: a[:, 1:]),
    "other numbers": array("text_prototypes.npy", lambda a: a.astype(np.float64)),
    "one dimension": array("image_spreads.npy", lambda a: a[:, 0]),
    "too few columns": array("image_spreads.npy", lambda a: a[:, :2]),
    "too few spreads": array("image_spreads.npy", lambda a: a[1:]),
    "no prototypes": array("image_spreads.npy", lambda a: a[:0]),
    "no number": array("fused_linear.npy", lambda a: np.where(a == a[0, 0], np.float32(np.nan), a)),
    "the sum of other lengths": array("fused_linear.npy", lambda a: a[1:]),
    "a word too few": array("words_hashes.npy", lambda a: a[1:]),
    "a weight too few": array("words_linear.npy", lambda a: a[1:]),
    "words of other categories": array("words_linear.npy", lambda a: a[:, 1:]),
    "words are texts": array("words_hashes.npy", lambda a: a.astype(str)),
    "objects": array("text_linear.npy", lambda a: a.astype(object)),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_damaged_is_refused(folder, damage):
    DAMAGES[damage](folder)
    with pytest.raises((OSError, EOFError, ValueError)):
        read_strangeness(folder.joinpath, tuple(GIVENS), 4)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ("a file is missing", "strangeness/image_linear.npy is missing or cut short"),
        ("the JSON is empty", "strangeness cannot be read (scores.json: expected a field"),
        ("too few columns", "image_spreads.npy: expected float32 (any, 3), got float32 (10, 2)"),
    ],
)
def test_a_damaged_bundle_is_one_clear_line(tiny_bundle, tmp_path, damage, message):
    copy = shutil.copytree(tiny_bundle, tmp_path / "tiny")
    DAMAGES[damage](copy / "strangeness")
    with pytest.raises(BundleError) as error:
        _ = Bundle.open(reseal(copy)).strangeness
    assert message in str(error.value)
    assert str(error.value).endswith("; build it again")


@pytest.mark.parametrize("name", ["scores.json", "text_prototypes.npy", "fused_linear.npy"])
def test_a_file_cut_short_is_noticed_when_the_bundle_is_opened(tiny_bundle, tmp_path, name):
    copy = shutil.copytree(tiny_bundle, tmp_path / "tiny")
    file = copy / "strangeness" / name
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(BundleError, match=f"strangeness/{name} is missing or cut short"):
        Bundle.open(copy)
