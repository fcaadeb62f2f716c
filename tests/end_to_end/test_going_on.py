"""A build that was ended goes on where it was, and gives what it would have given."""

import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from core.building import fault_search, maps, promises, training
from core.building.build import build_bundle
from core.building.options import BuildOptions
from core.bundle.layout import MODELS
from core.bundle.reader import Bundle
from core.catalogue.reading import read_catalogue
from core.common.progress import silent
from tests import tiny
from tests.end_to_end import killed_build

OPTIONS = BuildOptions(heads=("logistic_regression", "tfidf", "blend"), methods=("pca",), dims=(2, 3))
TIMES = ("train_seconds", "ms_per_product", "peak_mb")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tiny.write_catalogue(tmp_path_factory.mktemp("data"), per_class=12)


@pytest.fixture
def ended(data, tmp_path):
    """A build that was interrupted when all was drawn; gives what builds it again."""
    tiny.register_tiny_encoders()

    def build(options=OPTIONS, progress=silent, unfinished=tmp_path / "unfinished"):
        kept = replace(options, cache=tmp_path / "features", unfinished=unfinished)
        catalogue = read_catalogue(data, "csv", minimum=5)
        return build_bundle(catalogue, {"text": tiny.TinyText()}, tmp_path / "a" / "b", kept, progress)

    def interrupt(stage, done, total):
        if stage == maps.STAGE and done == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(progress=interrupt)
    return build


def refuse(*_, **__):
    raise AssertionError("done again")


def contents(bundle: Bundle) -> dict[str, object]:
    """Return the digests of all files, and what is said of the models but for how long they took."""
    digests = {name: entry.sha256 for name, entry in bundle.manifest.files.items() if name != MODELS}
    models = [one.to_dict() for one in bundle.models]
    return digests | {"models": [{k: v for k, v in one.items() if k not in TIMES} for one in models]}


def test_nothing_that_was_finished_is_done_again_and_all_comes_out_the_same(ended, monkeypatch, tmp_path):
    with monkeypatch.context() as forbidden:
        for module, name in (
            (training, "fit"),
            (training, "fit_combining"),
            (training, "refit"),
            (promises, "fit_strangeness"),
            (maps, "graph_of"),
            (maps, "project"),
            (fault_search, "find_faults"),
        ):
            forbidden.setattr(module, name, refuse)
        went_on = ended()
    assert {name.split()[0] for name in went_on.taken_up} == {
        *("head", "fold", "validation", "refit", "strangeness", "neighbours", "faults", "inflation", "map")
    }
    assert not list((tmp_path / "unfinished").iterdir())
    ours, files = went_on.bundle.manifest.to_dict(), contents(went_on.bundle)
    afresh = ended(unfinished=None)
    assert not afresh.taken_up
    assert files == contents(afresh.bundle)
    theirs = afresh.bundle.manifest.to_dict()
    for changing in ("created", "files", "encoders"):  # of encoders, what they cost is measured anew
        ours.pop(changing), theirs.pop(changing)
    assert json.dumps(ours, sort_keys=True) == json.dumps(theirs, sort_keys=True)


def test_other_settings_or_another_catalogue_do_all_of_it_again(ended, data):
    for other in (replace(OPTIONS, seed=1), replace(OPTIONS, guard=0.1)):
        assert not ended(other).taken_up
    file = data / "products.csv"
    text = file.read_text(encoding="utf-8")
    try:
        file.write_text(text.replace(" 1,", " one,", 1), encoding="utf-8")
        assert not ended().taken_up
    finally:
        file.write_text(text, encoding="utf-8")


@pytest.mark.slow
def test_a_killed_build_goes_on_from_each_step(data, tmp_path):
    """One build, killed again and again, each time farther on; its steps never go back."""
    tiny.register_tiny_encoders()
    root = Path(__file__).resolve().parents[2]
    seen = -1
    for step in ("fold text tfidf", "refit", "strangeness", "neighbours", "faults", "map text umap"):
        command = [sys.executable, "-m", killed_build.__name__, str(data), str(tmp_path), step]
        ended = subprocess.run(command, cwd=root, capture_output=True, text=True)
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        (folder,) = (tmp_path / "unfinished").iterdir()
        finished = {each.name for each in folder.iterdir() if not each.name.startswith(".")}
        assert len(finished) > seen and not any(name.startswith(step) for name in finished)
        seen = len(finished)
    went_on = killed_build.build(data, tmp_path)
    files = contents(went_on.bundle)
    assert len(went_on.taken_up) == seen
    assert not list((tmp_path / "unfinished").iterdir())
    afresh = killed_build.build(data, tmp_path)
    assert not afresh.taken_up
    assert files == contents(afresh.bundle)
