"""Jobs that wait, run or have ended: progress, time left, cancel, open."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from pathlib import Path

import streamlit as st

from core.common.escaping import markdown
from core.jobs import queue
from core.jobs.job import CANCELLED, DONE, FAILED, RUNNING, Job
from core.jobs.time_left import seconds_left, share_done
from core.ui import address
from core.ui.access import require_write
from core.ui.parts import errors
from core.views.catalogues.building import STEP_NAMES
from core.views.catalogues.job_words import JOB_WORDS
from core.views.catalogues.words import about, page_words

EVERY = 1.5
"""Seconds between two looks at running jobs."""

HOME = "Home.py"


def watch_jobs(root: Path, kinds: Collection[str] = tuple(JOB_WORDS)) -> None:
    """Show the jobs of some kinds; while one is active, they are looked at again and again."""
    jobs = _jobs(root, kinds)
    if not jobs:
        return
    if any(job.active for job in jobs):
        st.fragment(_watch, run_every=EVERY)(root, kinds)
    else:
        _show(root, jobs)


def open_catalogue(name: str) -> None:
    """Go to the first page with a catalogue open."""
    address.keep("bundle", name)
    st.switch_page(HOME)


def _jobs(root: Path, kinds: Collection[str]) -> list[Job]:
    return [job for job in queue.jobs(root) if job.kind in kinds]


def _watch(root: Path, kinds: Collection[str]) -> None:
    jobs = _jobs(root, kinds)
    states = [(job.id, job.state) for job in jobs]
    key = f"jobs-states-{'-'.join(kinds)}"
    before = st.session_state.get(key)
    st.session_state[key] = states
    _show(root, jobs)
    if before is not None and before != states:
        st.rerun()  # the whole page: a new catalogue is in the sidebar, too


def _show(root: Path, jobs: list[Job]) -> None:
    others = [job.id for job in queue.jobs(root) if job.active]
    for job in jobs:
        with st.container(border=True):
            if job.state == RUNNING:
                _running(root, job)
            elif job.active:
                _waiting(root, job, others.index(job.id) if job.id in others else 0)
            else:
                _ended(root, job)


def _running(root: Path, job: Job) -> None:
    step = job.progress.step
    name = STEP_NAMES.get(step, step) or "Starting"
    number = next((place for place, each in enumerate(job.plan, 1) if each.name == step), 0)
    place = f"Step {number} of {len(job.plan)}: " if number else ""
    done = f", {job.progress.done:,} of {job.progress.total:,}" if job.progress.total > 1 else ""
    now = time.time()
    left = seconds_left(job, now)
    words = JOB_WORDS[job.kind]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**:material/hourglass_top: {words.running} {markdown(job.title)}**", width="stretch")
        _cancel_button(root, job)
    st.progress(share_done(job, now), f"{place}{name}{done}")
    remaining = f"{about(left).capitalize()} left. " if left is not None else ""
    st.caption(f"{remaining}You can close this page: {words.goes_on} goes on.")


def _waiting(root: Path, job: Job, place: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**:material/schedule: {markdown(job.title)}** waits", width="stretch")
        _cancel_button(root, job)
    st.caption(f"Number {place} in the queue: one job runs at a time.")


def _cancel_button(root: Path, job: Job) -> None:
    st.button(
        "Cancel",
        icon=":material/cancel:",
        key=f"job-cancel-{job.id}",
        on_click=_change,
        args=(queue.cancel, root, job),
    )


def _change(change: Callable[[Path, str], None], root: Path, job: Job) -> None:
    require_write()
    with errors():
        change(root, job.id)


def _ended(root: Path, job: Job) -> None:
    took = about(job.ended - job.begun) if job.begun else ""
    kind = JOB_WORDS[job.kind]
    words = {
        DONE: f"**:material/check_circle: {markdown(job.title)}** {kind.done}. It took {took}.",
        CANCELLED: f"**:material/cancel: {markdown(job.title)}** was cancelled.",
        FAILED: f"**:material/error: {markdown(job.title)}** {kind.failed}.",
    }
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(words[job.state], width="stretch")
        there = job.state == DONE and Path(job.target).is_dir()
        if there and st.button(
            "Open", type="primary", icon=":material/open_in_new:", key=f"job-open-{job.id}"
        ):
            open_catalogue(Path(job.target).name)
        st.button(
            "Dismiss",
            icon=":material/close:",
            type="tertiary",
            key=f"job-dismiss-{job.id}",
            on_click=_change,
            args=(queue.forget, root, job),
        )
    if job.problem:
        st.error(page_words(job.problem), icon=":material/error:")
