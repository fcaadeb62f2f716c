"""How many jobs there may be, of one visitor and in all."""

import pytest

from core.common.errors import LimitError
from core.jobs import queue
from core.jobs.drafts import Draft
from core.jobs.folder import FILES, jobs_folder


def wait(root, name="", **more):
    target = root / name if name else None
    return queue.start(root, "build", name, ("tests.jobs.work", "wait", root / "go"), target=target, **more)


def test_a_visitor_has_so_many_jobs_and_all_have_so_many(root, monkeypatch):
    monkeypatch.setenv("PRODUCT_LENS_LIMITS", "own_jobs=2,jobs=3")
    first = wait(root, owner="ann")
    wait(root, owner="ann")
    with pytest.raises(LimitError, match=r"too many jobs of yours wait or run: 2 is the most"):
        wait(root, owner="ann")
    wait(root, owner="bob")
    with pytest.raises(LimitError, match=r"too many jobs wait or run: 3 is the most"):
        wait(root, owner="eve")
    queue.cancel(root, first.id)
    assert wait(root, owner="ann").owner == "ann"
    assert len([job for job in queue.jobs(root) if job.active]) == 3


def test_catalogues_that_are_being_built_count(root, monkeypatch):
    monkeypatch.setenv("PRODUCT_LENS_LIMITS", "catalogues=2")
    (root / "there").mkdir(parents=True)
    (root / "there" / "manifest.json").write_text("{}")
    wait(root, "one")
    with pytest.raises(LimitError, match="too many catalogues: 2 is the most"):
        wait(root, "two")
    wait(root, "there")  # built again: none more


def test_a_refused_job_leaves_the_files_with_their_owner(root, monkeypatch):
    monkeypatch.setenv("PRODUCT_LENS_LIMITS", "jobs=0")
    draft = Draft(root)
    (draft.folder / "table.csv").write_text("a")
    with pytest.raises(LimitError):
        wait(root, draft=draft)
    assert (draft.folder / "table.csv").exists()
    assert not queue.jobs(root)
    assert not list(jobs_folder(root).glob(f"*/{FILES}"))
    draft.discard()
