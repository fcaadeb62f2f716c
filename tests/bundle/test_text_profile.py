import json
import shutil

import numpy as np
import pytest

from core.bundle.reader import Bundle
from core.bundle.text_profile import read_text_profile, write_text_profile
from core.common.errors import BundleError
from core.evaluation.texts.letters import LetterModel
from core.evaluation.texts.profile import TextProfile

PROFILE = TextProfile(
    ("en", "de"), np.array([3, 70], dtype=np.uint32), LetterModel.fit(["mug", "größe"]), True, 13.5, -0.4
)


@pytest.fixture
def folder(tmp_path):
    write_text_profile(PROFILE, lambda name: tmp_path / name)
    return tmp_path


def test_a_profile_survives_its_files(folder):
    read = read_text_profile(folder.joinpath)
    assert (read.languages, read.without_words, read.foreign, read.wordlike) == (
        ("en", "de"),
        True,
        13.5,
        -0.4,
    )
    np.testing.assert_array_equal(read.words, PROFILE.words)
    assert read.letters.likeness("mugs") == PROFILE.letters.likeness("mugs")
    assert not any(each.any() for each in read.unreadable(["größe", "mug"]))


def change_json(folder, **fields):
    file = folder / "profile.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | fields))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda f: change_json(f, languages="en"), "languages"),
        (lambda f: change_json(f, foreign="much"), "foreign"),
        (lambda f: (f / "profile.json").write_text("{"), "Expecting"),
        (lambda f: np.save(f / "words.npy", np.zeros(3)), r"words\.npy: expected uint32"),
        (lambda f: np.save(f / "letters.npy", np.array(["abc"])), "letter_counts.npy: expected"),
        (
            lambda f: np.save(f / "letter_counts.npy", np.zeros(7, dtype=np.int32)),
            "letter_counts.npy: expected",
        ),
        (lambda f: (f / "letters.npy").unlink(), "letters"),
    ],
)
def test_what_does_not_fit_is_named(folder, damage, message):
    damage(folder)
    with pytest.raises((OSError, ValueError), match=message):
        read_text_profile(folder.joinpath)


def test_a_bundle_knows_what_its_texts_are_like(tiny_bundle, tmp_path):
    profile = Bundle.open(tiny_bundle).texts
    assert profile.languages == ("en",)
    copy = shutil.copytree(tiny_bundle, tmp_path / "tiny")
    opened = Bundle.open(copy)
    (copy / "texts" / "words.npy").write_bytes(b"no array")
    with pytest.raises(BundleError, match="bundle 'tiny' is damaged"):
        _ = opened.texts
