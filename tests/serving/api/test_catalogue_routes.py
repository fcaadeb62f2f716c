"""Paths that tell what is there."""

import shutil

import pytest
from starlette.testclient import TestClient

from core.bundle import decisions
from core.bundle.reader import Bundle
from core.common.access import access
from core.common.limits import limits
from core.serving.api.app import make_api
from core.serving.api.keys import KeyFile

TINY = "/v1/catalogues/tiny"


@pytest.fixture(scope="module")
def bundle(artifacts):
    return Bundle.open(artifacts / "tiny")


def test_a_catalogue_says_what_it_is_and_what_it_promises(client, bundle):
    plain = client.get(TINY).json()
    assert plain["version"] == bundle.fingerprint
    assert plain["products"] == 90 and plain["categories"] == ["Chairs", "Lamps", "Mugs"]
    assert plain["inputs"] == ["text", "image", "fused"]
    chosen = {model["modality"]: model for model in plain["models"] if model["chosen"]}
    assert {modality: model["head"] for modality, model in chosen.items()} == bundle.best
    assert chosen["text"]["accuracy"] == bundle.report("text").accuracy
    assert plain["promises"] == {
        "wanted_precision": bundle.manifest.acceptance.wanted_precision,
        "coverage": bundle.manifest.conformal.coverage,
    }


def test_a_product_is_found_by_its_sku_whatever_is_in_it(client, bundle):
    row = bundle.table.iloc[4]
    plain = client.get(f"{TINY}/products/{row['sku']}").json()
    assert plain == {
        **{name: row[name] for name in ("sku", "name", "description", "category")},
        "split": row["part"],
        "has_text": bool(row["has_text"]),
        "has_image": bool(row["has_image"]),
    }


def test_reports_are_those_of_the_bundle(client, bundle):
    reports = client.get(f"{TINY}/reports").json()["reports"]
    assert reports == [report.to_dict() for report in bundle.reports]


def test_decisions_are_for_those_who_may_write(artifacts, tmp_path):
    shutil.copytree(artifacts / "tiny", tmp_path / "tiny")
    bundle = Bundle.open(tmp_path / "tiny")
    sku = bundle.table["sku"][0]
    decisions.save(
        decisions.decisions_file(bundle), sku=sku, kind="label", action="correct", old="Lamps", new="Mugs"
    )
    keys = KeyFile(tmp_path / "keys.json")
    reader, writer = keys.add("reader"), keys.add("writer", "write")
    for mode, secret, status in (
        ("local", "", 200),
        ("public", writer, 403),
        ("team", reader, 403),
        ("team", writer, 200),
    ):
        rules = access({"PRODUCT_LENS_MODE": mode})
        with TestClient(make_api(tmp_path, rules, limits({}), keys)) as client:
            answer = client.get(f"{TINY}/decisions", headers={"Authorization": f"Bearer {secret}"})
        assert answer.status_code == status
        if status == 200:
            (decision,) = answer.json()["decisions"]
            assert (decision["sku"], decision["old"], decision["new"]) == (sku, "Lamps", "Mugs")
