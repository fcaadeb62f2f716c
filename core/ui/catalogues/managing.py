"""The tab that renames and deletes catalogues."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.bundle.decisions import decisions_of, read
from core.bundle.listing import BundleInfo
from core.bundle.managing import delete, rename
from core.common.errors import CoreError
from core.common.escaping import markdown
from core.jobs import queue
from core.ui import address, loaders
from core.ui.access import require_write
from core.ui.catalogues.watching import open_catalogue
from core.ui.parts import empty, errors
from core.views.formatting import counted


def manage(root: Path) -> None:
    """List the catalogues with what can be done to each."""
    bundles = loaders.bundles(root)
    if not bundles:
        empty("No catalogue yet", "Add one from a file or a folder.", "inventory_2")
        return
    for info in bundles:
        box = st.container(border=True)
        with box, errors(), st.container(horizontal=True, vertical_alignment="center"):
            _describe(info)
            with st.container(horizontal=True, gap="small", width="content"):  # they wrap together
                _actions(root, info)


def _describe(info: BundleInfo) -> None:
    with st.container(gap="xxsmall", width="stretch"):
        st.markdown(f"**{markdown(info.name)}**")
        if info.problem is None:
            facts = f"{info.rows:,} products · {info.classes:,} categories · built {info.created[:10]}"
            st.caption(
                f"{facts}{' · synthetic' if info.synthetic else ''}{' · private' if info.private else ''}"
            )
        else:
            st.caption(markdown(info.problem))


def _actions(root: Path, info: BundleInfo) -> None:
    if info.problem is None:
        if st.button("Open", icon=":material/open_in_new:", key=f"manage-open-{info.name}"):
            open_catalogue(info.name)
        with st.popover("Rename", icon=":material/edit:"):
            name = st.text_input("New name", info.name, key=f"manage-name-{info.name}", max_chars=80)
            with errors():
                if st.button("Rename", type="primary", key=f"manage-rename-{info.name}"):
                    require_write()
                    _check_free(root, info)
                    renamed = rename(info.path, name)
                    address.keep("bundle", renamed.name)
                    st.rerun()
    with st.popover("Delete", icon=":material/delete:"):
        decided = len(read(decisions_of(info.path)).decisions)
        st.markdown(
            f"Delete **{markdown(info.name)}** with its models, maps and {counted(decided, 'decision')}? "
            "This cannot be undone. Your own files stay."
        )
        with errors():
            if st.button("Delete catalogue", type="primary", key=f"manage-delete-{info.name}"):
                require_write()
                _check_free(root, info)
                delete(info.path)
                st.rerun()


def _check_free(root: Path, info: BundleInfo) -> None:
    if any(job.active and Path(job.target) == info.path.resolve() for job in queue.jobs(root)):
        raise CoreError(f"{info.name} is being built. Wait for it or cancel it.")
