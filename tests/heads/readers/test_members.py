import numpy as np
import pytest

from core.heads.readers.members import FEED, MemberReader
from tests.heads.members import IMAGE, TEXT, inputs


def test_log_probabilities_are_centred():
    some = inputs(np.array([0, 1, 2]), np.random.default_rng(4))
    logs = MemberReader((TEXT, IMAGE), (0, 2))(some)[FEED]
    assert logs.shape == (3, 2, 2)
    proba = some.member_probabilities[TEXT]
    assert logs[0, 0, 0] - logs[0, 0, 1] == pytest.approx(np.log(proba[0, 0] / proba[0, 2]), abs=1e-5)
    assert logs.sum(axis=2) == pytest.approx(0, abs=1e-6)
