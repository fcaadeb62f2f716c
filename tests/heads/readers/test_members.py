import numpy as np
import pytest

from core.heads.readers.members import FEED, PATTERNS, MemberReader
from tests.heads.members import IMAGE, TEXT, inputs


def test_members_favour_no_class_where_the_modality_is_missing():
    rng = np.random.default_rng(4)
    y = np.array([0, 1, 2])
    some = inputs(y, rng, has_text=np.array([True, True, False]), has_image=np.array([True, False, True]))
    feeds = MemberReader((TEXT, IMAGE), (0, 2))(some)
    logs = feeds[FEED]
    assert logs.shape == (3, 2, 2)
    assert not logs[2, 0].any() and not logs[1, 1].any()
    assert [PATTERNS[position] for position in feeds["pattern"]] == [("text", "image"), ("text",), ("image",)]


def test_log_probabilities_are_centred():
    some = inputs(np.array([0, 1, 2]), np.random.default_rng(4))
    logs = MemberReader((TEXT, IMAGE), (0, 2))(some)[FEED]
    proba = some.member_probabilities[TEXT]
    assert logs[0, 0, 0] - logs[0, 0, 1] == pytest.approx(np.log(proba[0, 0] / proba[0, 2]), abs=1e-5)
    assert logs.sum(axis=2) == pytest.approx(0, abs=1e-6)
