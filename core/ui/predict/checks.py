"""What was decided on the answers for a file, kept for the session."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from core.ui.tables import cell_edits
from core.views.predict.checking import Checked, Decisions

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.serving.bulk.results import Results

MOST_STEPS = 100


@dataclass(frozen=True)
class Kept:
    """What was decided, and how to go back.

    Attributes
    ----------
    decisions
        As `core.views.predict.checking.Checked` takes them.
    before
        What was decided before each step, the last one at the end.
    edition
        Counts the steps that changed the table from outside: its widget must not keep what was edited.
    """

    decisions: Decisions
    before: tuple[Decisions, ...] = ()
    edition: int = 0


def kept(bundle: Bundle) -> Kept:
    """Return what was decided."""
    found: Kept = st.session_state.get(_key(bundle), Kept({}))
    return found


def forget(bundle: Bundle) -> None:
    """Begin anew, with the answers for another file."""
    edition = kept(bundle).edition + 1
    st.session_state[_key(bundle)] = Kept({}, edition=edition)


def take_edits(bundle: Bundle, results: Results, shown: tuple[int, ...], key: str) -> None:
    """Take over what was edited in the table of this key, which shows these products."""
    decisions = Checked(results, kept(bundle).decisions).edit(shown, cell_edits(key))
    _decide(bundle, decisions)


def accept(bundle: Bundle, results: Results, positions: Iterable[int]) -> None:
    """Accept the answers for these products."""
    _decide(bundle, Checked(results, kept(bundle).decisions).accept(positions))
    _renew(bundle)


def undo(bundle: Bundle) -> None:
    """Take the last step back."""
    now = kept(bundle)
    if now.before:
        st.session_state[_key(bundle)] = replace(now, decisions=now.before[-1], before=now.before[:-1])
        _renew(bundle)


def _decide(bundle: Bundle, decisions: Decisions) -> None:
    now = kept(bundle)
    if decisions != now.decisions:
        before = (*now.before, now.decisions)[-MOST_STEPS:]
        st.session_state[_key(bundle)] = replace(now, decisions=decisions, before=before)


def _renew(bundle: Bundle) -> None:
    now = kept(bundle)
    st.session_state[_key(bundle)] = replace(now, edition=now.edition + 1)


def _key(bundle: Bundle) -> str:
    return f"file-checked-{bundle.fingerprint}"
