import json
import re

import pytest

from core.bundle.manifest import Manifest, RefitSource
from core.common.errors import BundleError


@pytest.fixture
def plain(tiny_bundle) -> dict:
    return json.loads((tiny_bundle / "manifest.json").read_text(encoding="utf-8"))


def test_what_is_written_is_read_again(plain):
    manifest = Manifest.read(plain)
    assert json.loads(json.dumps(manifest.to_dict())) == plain
    assert manifest.classes == ("Chairs", "Lamps", "Mugs")
    assert manifest.data.origin == "made up for tests"
    assert manifest.encoders["text"].name == "tiny-text"
    assert manifest.refit is None
    assert sum(manifest.prior) == pytest.approx(1)


def test_a_refit_says_what_it_was_made_from(plain):
    plain["refit"] = {"of": "tiny", "fingerprint": "ab", "corrected_training": 3, "corrected_test": 0}
    assert Manifest.read(plain).refit == RefitSource("tiny", "ab", 3, 0)


def test_bundles_from_before_encoders_were_measured_are_read(plain):
    del plain["encoder_choice"]
    for record in plain["encoders"].values():
        del record["cost"], record["size_bytes"]
    manifest = Manifest.read(plain)
    assert manifest.encoder_choice == {}
    assert {(record.cost, record.size_bytes) for record in manifest.encoders.values()} == {(None, None)}


def without(name):
    return lambda plain: plain.pop(name)


def having(value, *place):
    def change(plain):
        for name in place[:-1]:
            plain = plain[name]
        plain[place[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (without("seed"), "manifest.json: expected a field 'seed'"),
        (having("3", "rows"), "manifest.json.rows: expected a whole number from 1 to 5,000,000, got 3"),
        (having(["smell"], "modalities"), "modalities.0: expected one of text, image, fused, got smell"),
        (having([0.5, 0.5], "prior"), "prior: expected 3 numbers, got 2 numbers"),
        (having("yes", "private"), "private: expected true or false, got yes"),
        (having({}, "acceptance", "rules"), "acceptance.rules: expected a field 'text', got no field"),
        (
            having(2, "acceptance", "wanted_precision"),
            "wanted_precision: expected a number from 0 to 1, got 2",
        ),
        (having([1], "acceptance", "rules", "text", "thresholds"), "thresholds: expected 3 numbers, got 1"),
        (having(None, "acceptance", "rules", "fused", "strangest"), "strangest: expected a number, got null"),
        (having("best", "conformal", "rules", "text", "method"), "expected a method among"),
        (having("image", "encoders", "text", "modality"), "expected one of text, got image"),
        (
            having({"cold": -1, "warm": 0}, "encoders", "text", "cost"),
            "expected seconds of 0 or more, got -1",
        ),
        (having({"smell": []}, "encoder_choice"), "encoder_choice: expected names among text, image"),
        (having("MIT", "data"), "data: expected an object, got MIT"),
        (having(None, "account", "set_aside"), "manifest.json.account: TypeError"),
        (having("", "placeholders"), "manifest.json.placeholders: expected a list"),
        (having([{"reason": "luck"}], "grouping"), "grouping.0.reason: expected one of name, image,"),
        (having("none", "projections", 0, "trustworthiness"), "expected a number, got none"),
        (having(7, "projections", 0, "neighbour_recall"), "expected a number from 0 to 1, got 7"),
        (having(0, "projections", 0, "landmarks"), "expected a whole number from 1, got 0"),
        (having("many", "projections", 0, "placed"), "expected a whole number from 1, got many"),
        (having({"bytes": 1, "sha256": ""}, "files", "../x"), "expected paths inside the bundle, got ../x"),
        (having({"bytes": 1, "sha256": ""}, "files", "/etc/x"), "expected paths inside the bundle"),
        (lambda plain: plain["files"].pop("faults.parquet"), "expected faults.parquet among the files"),
    ],
)
def test_whatever_is_not_as_expected_is_one_clear_line(plain, change, message):
    change(plain)
    with pytest.raises(BundleError, match=re.escape(message)) as error:
        Manifest.read(plain)
    assert "\n" not in str(error.value)
