"""The tour: one step at a time, the open one in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import streamlit as st

from core.ui import address
from core.ui.page import ADD
from core.ui.parts import choose, lead
from core.ui.tour.steps import Step, both_inputs, calibrated, embedding, map_of_all, your_own

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

_KEY = "tour-step"


@dataclass(frozen=True)
class Stop:
    """A step of the tour.

    Attributes
    ----------
    title
        What it explains.
    show
        Draws it.
    button, page, query
        Where it goes on: the button's words, the page's file, and name -> word of its address.
    """

    title: str
    show: Step
    button: str
    page: str
    query: Mapping[str, str] = field(default_factory=dict)


STOPS = (
    Stop("What is an embedding?", embedding, "See all products", "pages/1_Dataset.py", {"tab": "Products"}),
    Stop("What does the map show?", map_of_all, "Explore the map", "pages/2_Embeddings.py"),
    Stop(
        "Why text and image together?",
        both_inputs,
        "See all such products",
        "pages/3_Models.py",
        {"look": "gain"},
    ),
    Stop("What does calibrated mean?", calibrated, "Classify a product", "pages/4_Predict.py"),
    Stop("How do I bring my own?", your_own, "Add a catalogue", ADD),
)


def tour(bundle: Bundle) -> None:
    """Show the open step."""
    names = {number: f"{number}" for number in range(1, len(STOPS) + 1)}
    number = choose("Step", list(names), names, _KEY, url="step", label_visibility="collapsed")
    stop = STOPS[number - 1]
    lead(f"{number}. {stop.title}")
    stop.show(bundle)
    with st.container(horizontal=True, gap="small"):
        if number > 1:
            st.button("Back", icon=":material/arrow_back:", key="tour-back", on_click=_go, args=(number - 1,))
        if number < len(STOPS):
            st.button(
                "Next",
                icon=":material/arrow_forward:",
                type="primary",
                key="tour-next",
                on_click=_go,
                args=(number + 1,),
            )
        last = number == len(STOPS)
        if st.button(stop.button, key=f"tour-on-{number}", type="primary" if last else "secondary"):
            address.visit(stop.page, stop.query)


def _go(number: int) -> None:
    st.session_state[_KEY] = number
