import json

import pytest

from core.bundle.json_fields import Fields
from core.bundle.promises import AcceptanceRules, ConformalRules
from core.common.errors import BundleError
from core.evaluation.acceptance import AcceptanceRule
from core.evaluation.conformal import ConformalRule

RULE = AcceptanceRule((0.5, 1.01), (40, 3), 0.75, 0.9, 1.01, 0.04)
RULES = AcceptanceRules(0.95, 0.05, {"text": RULE, "image": RULE})
SETS = ConformalRules(0.9, {"text": ConformalRule("lac", 0.9, (0.4, None), (0, 0))})


def plain(rules):
    return Fields(json.loads(json.dumps(rules.to_dict())), "here")


def test_rules_survive_json():
    read = AcceptanceRules.read(plain(RULES), ("text", "image"), 2)
    assert read == RULES
    assert all(isinstance(count, int) for count in read.rules["text"].own)
    assert ConformalRules.read(plain(SETS), ("text",)) == SETS


def test_what_is_lacking_is_named():
    with pytest.raises(BundleError, match=r"here\.rules: expected a field 'fused', got text, image"):
        AcceptanceRules.read(plain(RULES), ("text", "fused"), 2)
    with pytest.raises(BundleError, match=r"here\.rules\.text\.thresholds: expected 3 numbers, got 2"):
        AcceptanceRules.read(plain(RULES), ("text",), 3)
    with pytest.raises(BundleError, match=r"here\.rules: expected a field 'image'"):
        ConformalRules.read(plain(SETS), ("text", "image"))
