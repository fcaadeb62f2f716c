"""The frame of every page.

A page is a function `show(bundle, selection)` handed to :func:`page`, which draws the frame around it, opens
the chosen bundle and turns a user's mistake into one line. Besides the pages only this package imports
Streamlit.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from core.bundle.layout import artifacts_root
from core.bundle.listing import BundleInfo
from core.bundle.reader import Bundle
from core.common.escaping import markdown
from core.ui import address, loaders, sidebar
from core.ui.access import admit, is_local
from core.ui.browser import bring_along
from core.ui.parts import empty, errors

if TYPE_CHECKING:
    from core.views.selection import Selection

ASSETS = Path(__file__).resolve().parents[2] / "assets"
ADD = "pages/0_Catalogues.py"
"""The page that adds catalogues."""


def page(
    title: str, purpose: str, show: Callable[[Bundle, Selection], None], *, filtered_by: Collection[str] = ()
) -> None:
    """Draw a page: sidebar, heading, then `show(bundle, selection)`, or what to do when there is no bundle.

    Parameters
    ----------
    title, purpose
        Its heading, and a sentence under it.
    show
        Draws the rest.
    filtered_by
        Which fields of the selection the page uses; the others' controls are disabled.
    """
    with errors():
        chosen = _frame(title, purpose)
        _show(chosen, show, filtered_by)


def _show(
    chosen: BundleInfo | None, show: Callable[[Bundle, Selection], None], filtered_by: Collection[str]
) -> None:
    if chosen is None:
        _no_bundle()
        return
    bundle = loaders.open_bundle(chosen)
    selection = sidebar.choose_selection(bundle, filtered_by)
    bundle = sidebar.with_catalogue(bundle)
    _badges(bundle)
    show(bundle, selection)


def page_of_all(title: str, purpose: str, show: Callable[[Path], None]) -> None:
    """Draw a page about all bundles: sidebar, heading, then `show(folder of the bundles)`."""
    with errors():
        _frame(title, purpose)
        show(artifacts_root())


def _frame(title: str, purpose: str) -> BundleInfo | None:
    """Draw what surrounds every page; return the chosen bundle."""
    st.set_page_config(page_title=f"{title} · Product Lens", page_icon=ASSETS / "icon.svg", layout="wide")
    st.logo(ASSETS / "logo.svg", size="large")
    bring_along()
    admit()
    address.open_page(title)
    chosen = sidebar.choose_bundle(loaders.bundles(artifacts_root()))
    st.title(title, anchor=False)
    st.markdown(purpose)
    if missing := sidebar.unknown_bundle():
        st.warning(
            f"There is no catalogue named {markdown(missing)} here."
            + (f" {markdown(chosen.name)} is open instead." if chosen else ""),
            icon=":material/search_off:",
        )
    return chosen


def _badges(bundle: Bundle) -> None:
    badges = []
    if bundle.synthetic:
        badges.append(":orange-badge[:material/science: Synthetic products]")
    if bundle.private:
        badges.append(":gray-badge[:material/lock: Private: ids and categories only, no names or images]")
    if badges:
        st.markdown(" ".join(badges))


def _no_bundle() -> None:
    if not is_local():
        empty("No catalogue yet", "Nothing has been published here.", "inventory_2")
        return
    empty("No catalogue yet", "Add your product table and its images.", "inventory_2")
    if st.button("Add a catalogue", type="primary", icon=":material/add:", key="none-add"):
        st.switch_page(ADD)
    st.caption(f"Or on the command line. Catalogues are looked for in `{artifacts_root()}`.")
    st.code(
        "python -m core build --data FOLDER --out artifacts/my-catalogue", language="bash", wrap_lines=True
    )
