import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.bundle.reader import Bundle
from core.bundle.wanted_precision import keep_wanted_precision, rules_for
from core.catalogue.reading import read_chunks
from core.common.errors import BundleError
from core.evaluation.acceptance import GUARD, WANTED_PRECISION
from core.serving.bulk.evaluation import evaluate_stream
from core.serving.predictor import Predictor
from tests import tiny
from tests.bundle.made_up import with_answers
from tests.bundle.sealing import reseal

HIGH = 0.999


@pytest.fixture
def copy(tiny_bundle, tmp_path) -> Path:
    return shutil.copytree(tiny_bundle, tmp_path / "artifacts" / "tiny")


def test_a_build_keeps_what_was_wanted(tiny_bundle):
    acceptance = Bundle.open(tiny_bundle).manifest.acceptance
    assert (acceptance.wanted_precision, acceptance.guard) == (WANTED_PRECISION, GUARD)


def test_the_rules_of_a_build_come_out_again(tiny_bundle):
    bundle = Bundle.open(tiny_bundle)
    assert rules_for(bundle, WANTED_PRECISION) == bundle.manifest.acceptance


def test_keeping_it_rewrites_the_manifest_and_nothing_else(copy):
    before = Bundle.open(copy)
    stamps = {file: file.stat().st_mtime_ns for file in copy.rglob("*") if file.name != "manifest.json"}
    keep_wanted_precision(before, HIGH)
    after = Bundle.open(copy)
    assert after.fingerprint != before.fingerprint
    assert after.manifest.acceptance.wanted_precision == HIGH
    assert replace(after.manifest, acceptance=before.manifest.acceptance) == before.manifest
    assert {
        file: file.stat().st_mtime_ns for file in copy.rglob("*") if file.name != "manifest.json"
    } == stamps
    keep_wanted_precision(after, WANTED_PRECISION)
    assert Bundle.open(copy).fingerprint == before.fingerprint


def test_a_write_that_fails_leaves_the_old_manifest_whole(copy, monkeypatch):
    bundle, written = Bundle.open(copy), (copy / "manifest.json").read_bytes()

    def full(self, *args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(BundleError, match="'tiny' cannot be written: No space left on device"):
        keep_wanted_precision(bundle, HIGH)
    assert (copy / "manifest.json").read_bytes() == written
    assert [file.name for file in copy.iterdir() if "manifest" in file.name] == ["manifest.json"]


def test_the_more_is_wanted_the_higher_the_thresholds(copy):
    with_answers(copy)
    bundle = Bundle.open(copy)
    rules = [rules_for(bundle, wanted).rules for wanted in (0.6, 0.8, 0.9, 0.95, HIGH)]
    for given in bundle.modalities:
        assert (np.diff([rule[given].thresholds for rule in rules], axis=0) >= 0).all()
        assert rules[0][given].thresholds[0] < rules[-1][given].thresholds[0]


def test_test_products_are_not_used(copy):
    """Whatever the models answered for them, the rules are the same."""
    before = rules_for(Bundle.open(copy), 0.9)
    test = Bundle.open(copy).rows("test")
    table = pd.read_parquet(copy / "catalogue.parquet")
    table.loc[test, "category"] = "Mugs"
    guards = pd.read_parquet(copy / "guards.parquet")
    guards.iloc[test, :-2] = np.float32(1)
    table.to_parquet(copy / "catalogue.parquet", index=False)
    guards.to_parquet(copy / "guards.parquet", index=False)
    for file in (copy / "results").iterdir():
        file.unlink()

    def without_results(manifest):
        for name in [name for name in manifest["files"] if name.startswith("results/")]:
            del manifest["files"][name]

    reseal(copy, without_results)
    assert rules_for(Bundle.open(copy), 0.9) == before


def test_a_private_bundle_can_be_changed_too(private_bundle, tmp_path):
    copy = shutil.copytree(private_bundle, tmp_path / "secret")
    keep_wanted_precision(Bundle.open(copy), HIGH)
    assert Bundle.open(copy).manifest.acceptance.wanted_precision == HIGH


def test_predict_and_evaluate_go_by_it(copy, tmp_path):
    with_answers(copy)
    keep_wanted_precision(Bundle.open(copy), 0.5)
    data = tiny.write_catalogue(tmp_path / "unseen", per_class=6, seed=8)
    (chunk,) = read_chunks(data, "csv")
    low = Predictor.load(copy)
    keep_wanted_precision(Bundle.open(copy), HIGH)
    high = Predictor.load(copy)
    asked_low, asked_high = (one.predict_frame(chunk)["needs_review"].to_numpy() for one in (low, high))
    assert asked_low.sum() < 9
    assert asked_high.all()
    sure_low, sure_high = (
        sum(each.sure for each in evaluate_stream(one, [chunk]).answers.values()) for one in (low, high)
    )
    assert (sure_low, sure_high) == ((~asked_low).sum(), (~asked_high).sum())
    assert low.classify("a new mug").threshold < high.classify("a new mug").threshold
