"""How the review saves decisions, takes them back, and goes from one product to the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from core.bundle import decisions
from core.common.escaping import markdown
from core.ui.access import may_write, require_write, user
from core.ui.parts import errors
from core.views.formatting import counted

if TYPE_CHECKING:
    from core.bundle.decisions import Key, ReviewDecision
    from core.bundle.reader import Bundle

_SAID = "review-said"

Step = tuple["ReviewDecision", ...]
"""What was decided at once, and is taken back at once."""


def save(bundle: Bundle, decided: Sequence[ReviewDecision], after: Key | None) -> None:
    """Save decisions that belong together, and go on to the item `after`."""
    with errors():
        require_write()
        decisions.save_all(decisions.decisions_file(bundle), decided)
        st.session_state.setdefault(_mine(bundle), []).append(tuple(decided))
        if after is not None:
            go(bundle, after)


def decided_elsewhere(bundle: Bundle, now: ReviewDecision | None, seen: ReviewDecision | None) -> bool:
    """Whether somebody else has decided, or taken a decision back, since a product's decision was `seen`."""
    mine: list[Step] = st.session_state.get(_mine(bundle), [])
    return now != seen and not any(now == each for step in mine for each in step)


def say(line: str) -> None:
    """Have a line shown when the review is drawn next: what a callback writes has no place on the page."""
    st.session_state[_SAID] = line


def show_said() -> None:
    """Show what was to be said, once."""
    line = st.session_state.pop(_SAID, "")
    if line:
        st.info(markdown(line), icon=":material/group:")


def last_step(bundle: Bundle) -> Step:
    """Return what was decided here last, nothing if there is nothing."""
    mine: list[Step] = st.session_state.get(_mine(bundle), [])
    return mine[-1] if mine else ()


def take_back(bundle: Bundle, step: Step) -> None:
    """Take back what was decided at once, and show it again."""
    if not step:
        return
    with errors():
        require_write()
        ids = [each.id for each in step]
        decisions.take_back(decisions.decisions_file(bundle), *ids, who=reviewer())
        mine: list[Step] = st.session_state.get(_mine(bundle), [])
        left = (tuple(each for each in one if each.id not in ids) for one in mine)
        st.session_state[_mine(bundle)] = [one for one in left if one]
        go(bundle, step[0].key)


def undo_button(bundle: Bundle, step: Step, key: str = "") -> None:
    """Offer to take back what was decided at once; `key` does so, too, where one is named."""
    words = "Undo" if len(step) <= 1 else f"Undo {counted(len(step), 'decision')}"
    st.button(
        f"{words} `{key.upper()}`" if key else words,
        "review-undo", icon=":material/undo:", disabled=not step, on_click=take_back, args=(bundle, step),
    )  # fmt: skip


def recent_categories(bundle: Bundle) -> list[str]:
    """Return where products were moved to here, the last first."""
    mine: list[Step] = st.session_state.get(_mine(bundle), [])
    moved = (each.new for step in reversed(mine) for each in step if each.action == "correct")
    return list(dict.fromkeys(moved))


def reviewer() -> str:
    """Return who decides: the address that a visitor logged in with, else the name that was entered."""
    return user() or str(st.session_state.get("review-who", ""))


def ask_for_name() -> None:
    """Let a visitor who is not known say who decides."""
    if may_write() and not user():
        st.text_input(
            "Reviewer", key="review-who", persist_state="session", placeholder="Your name",
            label_visibility="collapsed", width=220,
        )  # fmt: skip


def go(bundle: Bundle, key: Key) -> None:
    """Show an item next."""
    st.session_state[f"review-at-{bundle.name}"] = key


def at(bundle: Bundle) -> Key | None:
    """Return the item to show."""
    key: Key | None = st.session_state.get(f"review-at-{bundle.name}")
    return key


def _mine(bundle: Bundle) -> str:
    return f"review-mine-{bundle.name}"
