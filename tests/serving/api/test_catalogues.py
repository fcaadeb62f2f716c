"""Catalogues in service: found by name, loaded once, taken over when they were rebuilt."""

import json
import os
import shutil
import threading
import time

import pytest
from starlette.testclient import TestClient

from core.bundle.moving import building, replace
from core.bundle.reader import Bundle
from core.common.access import access
from core.common.errors import BundleError
from core.common.limits import limits
from core.serving.api.app import make_api
from core.serving.api.catalogues import Catalogues, NoCatalogue
from core.serving.api.served import Served
from tests import tiny


@pytest.fixture
def root(tiny_bundle, tmp_path):
    tiny.register_tiny_encoders()
    shutil.copytree(tiny_bundle, tmp_path / "tiny")
    return tmp_path


def put(root, bundle, name="tiny"):
    """Replace a bundle as a build does."""
    with building(root / name) as folder:
        shutil.copytree(bundle, folder, dirs_exist_ok=True)
        replace(root / name, folder)


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", ".hidden", "../served", "tiny/", "/etc", "a\0b", "x" * 5000, "tiny/../tiny", "none"],
)
def test_only_catalogues_of_the_folder_are_found(root, name):
    shutil.copytree(root / "tiny", root / ".hidden")
    (root / "no bundle").mkdir()
    with pytest.raises(NoCatalogue):
        Catalogues(root).open(name)


def test_a_catalogue_is_loaded_once_until_it_was_rebuilt(root, tiny_bundle, private_bundle):
    loaded = []

    def load(folder):
        loaded.append(folder)
        return Served.load(folder)

    catalogues = Catalogues(root, load=load)
    assert catalogues.current("tiny") is None
    first = catalogues.open("tiny")
    assert catalogues.open("tiny") is first is catalogues.current("tiny")
    os.utime(root / "tiny" / "manifest.json")  # touched, and the same
    assert catalogues.current("tiny") is None
    assert catalogues.open("tiny").served is first.served
    assert len(loaded) == 1
    put(root, private_bundle)
    now = catalogues.open("tiny")
    assert now.served.bundle.fingerprint == Bundle.open(private_bundle).fingerprint
    assert len(loaded) == 2


def test_the_one_not_asked_for_the_longest_time_goes(root):
    for name in ("b", "c"):
        shutil.copytree(root / "tiny", root / name)
    catalogues = Catalogues(root, kept=2)
    for name in ("tiny", "b", "tiny", "c"):
        catalogues.open(name)
    assert catalogues.current("b") is None
    assert catalogues.current("tiny") and catalogues.current("c")


def test_a_damaged_catalogue_is_listed_with_its_problem_and_breaks_no_other(root):
    shutil.copytree(root / "tiny", root / "broken")
    (root / "broken" / "reports.json").write_text("{}")
    with TestClient(make_api(root, access({}), limits({}))) as client:
        listed = {each["name"]: each["problem"] for each in client.get("/v1/catalogues").json()["catalogues"]}
        assert listed["tiny"] is None and "damaged" in listed["broken"]
        answer = client.post("/v1/catalogues/broken/classify", json={"name": "mug"})
        assert answer.status_code == 503 and "'broken' is damaged" in answer.json()["detail"]
        assert client.post("/v1/catalogues/tiny/classify", json={"name": "mug"}).status_code == 200
        assert client.get("/readyz").status_code == 200
    with pytest.raises(BundleError):
        Catalogues(root).open("broken")


def test_a_catalogue_that_was_deleted_is_gone(root):
    catalogues = Catalogues(root)
    catalogues.open("tiny")
    shutil.rmtree(root / "tiny")
    with pytest.raises(NoCatalogue):
        catalogues.open("tiny")
    assert catalogues.infos() == []


def test_a_bundle_that_is_replaced_again_and_again_fails_no_request(root, tiny_bundle, private_bundle):
    """Every answer is one of the two bundles', and the last are those of the last bundle."""
    asked = {"name": "blue mug cup", "description": "A mug with a lamp.", "top": 3}
    kinds = [tiny_bundle, private_bundle]
    answers, failures, over = [], [], threading.Event()
    with TestClient(make_api(root, access({}), limits({}))) as client:

        def ask():
            return client.post("/v1/catalogues/tiny/classify", json=asked)

        expected = []
        for bundle in kinds:
            put(root, bundle)
            expected.append(ask().json())
        assert expected[0] != expected[1]

        def keep_asking():
            while not over.is_set():
                answer = ask()
                (answers if answer.status_code == 200 else failures).append(answer.text)

        threads = [threading.Thread(target=keep_asking) for _ in range(3)]
        for thread in threads:
            thread.start()
        for turn in range(20):
            put(root, kinds[turn % 2])
            heard = len(answers) + len(failures)
            while turn % 4 == 3 and len(answers) + len(failures) == heard:  # however long that takes
                time.sleep(0.01)
        over.set()
        for thread in threads:
            thread.join()
        assert ask().json() == expected[1]
    assert failures == []
    wrong = [answer for answer in map(json.loads, answers) if answer not in expected]
    assert wrong == [] and len(answers) >= 5
