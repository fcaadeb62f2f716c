import json
from dataclasses import replace

import numpy as np
import pytest

from core.common.errors import CoreError
from core.features.parts import PartsProjection
from core.heads.inputs import Inputs
from core.heads.readers.kinds import KINDS, reader_from_dict
from core.heads.readers.members import MemberReader
from core.heads.readers.parts import PartsReader
from core.heads.readers.tfidf import TfidfReader
from core.heads.readers.vectors import VectorReader
from core.heads.readers.words import WordReader
from core.heads.text.vocabulary import Vocabulary
from tests.heads.members import IMAGE, TEXT
from tests.heads.readers.products import TEXTS, inputs

VOCABULARY = Vocabulary.learn([np.uint64([1, 2])], least=1, most=5)
READERS = (
    VectorReader("fused"),
    MemberReader((TEXT, IMAGE), (0, 2)),
    TfidfReader.learn(TEXTS, most=50),
    WordReader(VOCABULARY, 7, True),
    PartsReader(dict.fromkeys(("text", "image"), PartsProjection.whole(2, 3))),
)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: type(reader).__name__)
def test_a_reader_survives_json(reader):
    again = reader_from_dict(json.loads(json.dumps(reader.to_dict())))
    members = dict.fromkeys((TEXT, IMAGE), np.full((len(TEXTS), 3), 1 / 3, np.float32))
    given = inputs([text or "x" for text in TEXTS]).with_members(members)
    assert again.members == reader.members
    for name, array in reader(given).items():
        np.testing.assert_array_equal(again(given)[name], array)


@pytest.mark.parametrize("changed", [{"mean": ""}, {"basis": ""}, {"basis": "AADAfwAAwH8AAMB/"}])
def test_a_projection_that_is_none_is_refused(changed):
    plain = READERS[-1].to_dict()
    with pytest.raises(CoreError, match="expected finite numbers that reduce parts; build the bundle again"):
        reader_from_dict(plain | {"text": plain["text"] | changed})


def test_parts_that_nobody_encoded_are_said_to_be_missing():
    flat = Inputs.of({m: replace(f, parts=None) for m, f in inputs(TEXTS).features.items()}, TEXTS)
    with pytest.raises(CoreError, match="reads the parts of each text, and only their vectors are stored"):
        READERS[-1](flat)


def test_every_kind_is_tested():
    assert {reader.to_dict()["reads"] for reader in READERS} == set(KINDS)


def test_words_cleaned_by_another_version_are_refused():
    plain = WordReader(VOCABULARY, 7).to_dict()
    with pytest.raises(
        CoreError, match=r"expected words cleaned by version 1, got 9; build the bundle again"
    ):
        reader_from_dict(plain | {"cleaning": 9})


@pytest.mark.parametrize("plain", [{"reads": "tea leaves"}, {}])
def test_an_unknown_kind_is_refused(plain):
    with pytest.raises(CoreError, match=r"reads one of vectors, .*, parts, got '(tea leaves|None)'"):
        reader_from_dict(plain)
