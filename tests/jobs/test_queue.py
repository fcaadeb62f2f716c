import os
import signal
from pathlib import Path

import psutil
import pytest

from core.common.errors import CoreError, LimitError
from core.jobs import queue
from core.jobs.drafts import Draft
from core.jobs.folder import FILES, TEMPORARY, jobs_folder, locked, read_jobs, write_job
from core.jobs.job import CANCELLED, DONE, FAILED, RUNNING, WAITING, Step
from core.jobs.processes import is_alive
from tests.jobs.work import wait_for


def begin(root: Path, what: str, file: Path, **options: object):
    return queue.start(root, "test", what, ("tests.jobs.work", what, file), **options)


def test_a_job_runs_and_says_how_far_it_is(root, until, tmp_path):
    plan = (Step("First", 1), Step("Second", 3))
    job = begin(root, "wait", tmp_path / "go", plan=plan, target=root / "made")
    running = until(job.id, "Second")
    assert running.state == RUNNING
    assert (running.progress.done, running.progress.total) == (1, 4)
    assert running.plan == plan
    assert running.target == str(root / "made")
    assert running.created <= running.begun
    (tmp_path / "go").touch()
    done = until(job.id, DONE)
    assert done.ended >= done.begun
    assert not done.problem
    assert not (jobs_folder(root) / job.id / TEMPORARY).exists()


def test_others_wait_in_the_order_of_their_start(root, until, tmp_path):
    gates = [tmp_path / f"go{i}" for i in range(3)]
    ids = [begin(root, "wait", gate).id for gate in gates]
    assert [job.id for job in queue.jobs(root)] == ids
    for place, gate in enumerate(gates):
        until(ids[place], RUNNING)
        assert [job.state for job in queue.jobs(root)] == (
            [DONE] * place + [RUNNING] + [WAITING] * (2 - place)
        )
        gate.touch()
        until(ids[place], DONE)


def test_a_cancelled_job_ends_with_its_children_and_the_next_one_runs(root, until, tmp_path):
    first = begin(root, "child", tmp_path / "pid")
    second, third = begin(root, "wait", tmp_path / "go"), begin(root, "wait", tmp_path / "go")
    running = until(first.id, "Second")
    wait_for(tmp_path / "pid")
    child = psutil.Process(int((tmp_path / "pid").read_text()))
    queue.cancel(root, second.id)
    assert is_alive(running.pid, running.started)
    queue.cancel(root, first.id)
    assert not is_alive(running.pid, running.started)
    psutil.wait_procs([child], timeout=20)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
    until(third.id, RUNNING)
    assert [job.state for job in queue.jobs(root)] == [CANCELLED, CANCELLED, RUNNING]
    queue.cancel(root, "no such job")


@pytest.mark.parametrize(
    ("what", "problem"),
    [
        ("refuse", "the table has no rows"),
        ("crash", "fits"),
        ("die", "the process ended: up to here"),
    ],
)
def test_a_job_that_fails_says_its_last_line(root, until, tmp_path, what, problem):
    job = begin(root, what, tmp_path)
    assert until(job.id, FAILED).problem.endswith(problem)
    (tmp_path / "table.csv").touch()
    next_one = begin(root, "copy", tmp_path / "table.csv", target=tmp_path / "again")
    until(next_one.id, "Second")


def test_a_job_killed_from_outside_has_failed_and_its_files_are_gone(root, until, tmp_path):
    draft = Draft(root)
    (draft.folder / "table.csv").write_text("a")
    job = begin(root, "wait", draft.folder / "never", draft=draft, target=tmp_path / "made")
    files = jobs_folder(root) / job.id / FILES
    running = until(job.id, "Second")
    assert (files / "table.csv").read_text() == "a"
    left = tmp_path / f".building-made-{running.pid}"
    left.mkdir()
    os.kill(running.pid, signal.SIGKILL)
    assert until(job.id, FAILED).problem.startswith("the process ended")
    assert not files.exists()
    assert not left.exists()


def test_a_process_of_the_same_id_is_not_the_job(root, until, tmp_path):
    job = begin(root, "wait", tmp_path / "go")
    running = until(job.id, "Second")
    os.kill(running.pid, signal.SIGKILL)
    with locked(root):  # the id now belongs to another process: this one
        write_job(root, running.but(pid=os.getpid(), started=running.started - 1000))
    assert until(job.id, FAILED)


def test_a_job_whose_process_is_in_another_container_runs_on(root, until, tmp_path):
    draft = Draft(root)
    (draft.folder / "table.csv").write_text("a")
    job = begin(root, "wait", tmp_path / "go", draft=draft)
    running = until(job.id, "Second")
    place = jobs_folder(root) / job.id
    with locked(root):  # an id that no process has here
        write_job(root, running.but(pid=4194305))
    assert [each.state for each in queue.jobs(root)] == [RUNNING]
    with pytest.raises(CoreError, match=r"wait runs on another server\. Cancel it there"):
        queue.cancel(root, job.id)
    assert (place / FILES / "table.csv").exists() and (place / TEMPORARY).is_dir()
    (tmp_path / "go").touch()
    assert until(job.id, DONE)


def test_a_job_that_waits_in_another_container_can_be_cancelled(root, until, tmp_path):
    begin(root, "wait", tmp_path / "go")
    second = begin(root, "wait", tmp_path / "go")
    with locked(root):
        write_job(root, second.but(pid=4194305))
    assert [each.state for each in queue.jobs(root)][1] == WAITING
    queue.cancel(root, second.id)
    psutil.Process(second.pid).wait(20)  # it looks, and ends by itself
    assert until(second.id, CANCELLED)


def test_a_job_that_ends_hands_its_lock_to_no_child(root, until, tmp_path):
    job = begin(root, "child", tmp_path / "pid")
    wait_for(tmp_path / "pid")
    child = psutil.Process(int((tmp_path / "pid").read_text()))
    os.kill(until(job.id, "Second").pid, signal.SIGKILL)
    assert until(job.id, FAILED) and child.is_running()
    child.kill()


def test_files_are_handed_over_and_deleted_at_the_end(root, until):
    draft = Draft(root)
    (draft.folder / "table.csv").write_text("content")
    job = begin(root, "copy", draft.folder / "table.csv", draft=draft)
    until(job.id, DONE)
    assert not draft.folder.exists()
    assert not (jobs_folder(root) / job.id / FILES).exists()


def test_a_target_is_made_by_one_job_at_a_time(root, until, tmp_path):
    job = begin(root, "wait", tmp_path / "go", target=root / "made")
    with pytest.raises(CoreError, match="being built already"):
        begin(root, "wait", tmp_path / "go", target=root / "made")
    queue.cancel(root, job.id)
    begin(root, "wait", tmp_path / "go", target=root / "made")


def test_ended_jobs_can_be_forgotten_and_old_ones_are(root, until, tmp_path, monkeypatch):
    running = begin(root, "wait", tmp_path / "go")
    queue.forget(root, running.id)
    assert queue.find(root, running.id) is not None
    queue.cancel(root, running.id)
    queue.forget(root, running.id)
    assert queue.jobs(root) == []
    monkeypatch.setattr(queue, "KEPT", 1)
    ids = []
    for _ in range(3):
        ids.append(begin(root, "wait", tmp_path / "go").id)
        queue.cancel(root, ids[-1])
    assert [job.id for job in queue.jobs(root)] == ids[1:]


def test_what_is_no_job_is_passed_over(root):
    assert read_jobs(root) == []
    for name, text in {"a": "{", "b": "[]", "c": '{"id": 1}'}.items():
        (jobs_folder(root) / name).mkdir(parents=True)
        (jobs_folder(root) / name / "job.json").write_text(text)
    assert read_jobs(root) == []


def waiting(root, name="", **more):
    target = root / name if name else None
    return queue.start(root, "build", name, ("tests.jobs.work", "wait", root / "go"), target=target, **more)


def test_a_visitor_has_so_many_jobs_and_all_have_so_many(root, monkeypatch):
    monkeypatch.setenv("PRODUCT_LENS_LIMITS", "own_jobs=2,jobs=3")
    first = waiting(root, owner="ann")
    waiting(root, owner="ann")
    with pytest.raises(LimitError, match=r"too many jobs of yours wait or run: 2 is the most"):
        waiting(root, owner="ann")
    waiting(root, owner="bob")
    with pytest.raises(LimitError, match=r"too many jobs wait or run: 3 is the most"):
        waiting(root, owner="eve")
    queue.cancel(root, first.id)
    assert waiting(root, owner="ann").owner == "ann"
    assert len([job for job in queue.jobs(root) if job.active]) == 3


def test_catalogues_that_are_being_built_count(root, monkeypatch):
    monkeypatch.setenv("PRODUCT_LENS_LIMITS", "catalogues=2")
    (root / "there").mkdir(parents=True)
    (root / "there" / "manifest.json").write_text("{}")
    waiting(root, "one")
    with pytest.raises(LimitError, match="too many catalogues: 2 is the most"):
        waiting(root, "two")
    waiting(root, "there")  # built again: none more


def test_a_refused_job_leaves_the_files_with_their_owner(root, monkeypatch):
    monkeypatch.setenv("PRODUCT_LENS_LIMITS", "jobs=0")
    draft = Draft(root)
    (draft.folder / "table.csv").write_text("a")
    with pytest.raises(LimitError):
        waiting(root, draft=draft)
    assert (draft.folder / "table.csv").exists()
    assert not queue.jobs(root)
    assert not list(jobs_folder(root).glob(f"*/{FILES}"))
    draft.discard()
