"""The sidebar, the same on every page: which catalogue is open and what of it is looked at."""

from __future__ import annotations

import argparse
import os
from collections.abc import Collection, Sequence
from pathlib import Path

import streamlit as st

from core.bundle.listing import BundleInfo
from core.bundle.reader import Bundle
from core.common.access import access
from core.common.errors import CoreError
from core.common.escaping import markdown
from core.ui import address, loaders
from core.ui.access import may_write
from core.views.display_names import MODALITY_NAMES
from core.views.formatting import shorten_category
from core.views.glossary import meaning
from core.views.selection import SPLIT_NAMES, Selection

_UNKNOWN = "bundle-unknown"


def unknown_bundle() -> str:
    """Return the catalogue that the address asked for and that is not here, until another one is chosen."""
    name: str = st.session_state.get(_UNKNOWN, "")
    return name


def choose_bundle(bundles: Sequence[BundleInfo]) -> BundleInfo | None:
    """Let the visitor choose a bundle; None where there are none."""
    if not bundles:
        return None
    by_name = {info.name: info for info in bundles}
    first = _first(by_name)
    asked = address.asked("bundle")
    if asked and asked not in by_name:
        st.session_state[_UNKNOWN] = asked
    address.restore("bundle", "bundle", {name: name for name in by_name}, first)
    with st.sidebar:
        name = st.selectbox(
            "Catalogue",
            list(by_name),
            format_func=lambda name: f"{name} (damaged)" if by_name[name].problem else name,
            key="bundle",
            help=meaning("Catalogue"),
            on_change=lambda: st.session_state.pop(_UNKNOWN, None),
        )
        info = by_name[name]
        if info.problem is None:
            st.caption(
                f"{info.rows:,} products · {info.classes:,} categories  \nBuilt {markdown(info.created[:10])}"
            )
    address.write("bundle", "bundle", name, None)  # always: another server may begin with another one
    return info


def _first(bundles: dict[str, BundleInfo]) -> str:
    """Return the name of the bundle to begin with: the one that was wished for, else the first sound one."""
    wanted = os.environ.get("PRODUCT_LENS_BUNDLE") or "demo"
    if wanted in bundles:
        return wanted
    sound = [name for name, info in bundles.items() if info.problem is None]
    return (sound or list(bundles))[0]


def choose_selection(bundle: Bundle, filtered_by: Collection[str]) -> Selection:
    """Let the visitor choose an input, some categories and a split.

    Parameters
    ----------
    bundle
        The open bundle.
    filtered_by
        Which fields of the selection the page uses; the others' controls are disabled, and keep their values.

    Returns
    -------
    Selection
        Nothing is filtered out by what the page does not use.
    """
    with st.sidebar:
        modality = _input(bundle, disabled="modality" not in filtered_by)
        categories = _categories(bundle, disabled="categories" not in filtered_by)
        part = _split(disabled="part" not in filtered_by)
        selection = Selection(
            modality,
            categories if "categories" in filtered_by else (),
            part if "part" in filtered_by else "",
        )
        if not selection.is_whole:
            matching = int(selection.mask(bundle.table).sum())
            st.caption(f"{matching:,} of {len(bundle.table):,} products match")
    return selection


def _input(bundle: Bundle, *, disabled: bool) -> str:
    options = list(bundle.modalities)
    key = f"view-input-{'-'.join(options)}"
    address.restore("input", key, {name: name for name in options}, options[-1])
    chosen = st.segmented_control(
        "Input",
        options,
        required=True,
        format_func=lambda name: MODALITY_NAMES[name],
        key=key,
        disabled=disabled,
        help=meaning("Input"),
    )
    modality = chosen or options[-1]
    address.write("input", key, modality, options[-1])
    return modality


def _categories(bundle: Bundle, *, disabled: bool) -> tuple[str, ...]:
    key = f"view-categories-{bundle.name}"
    address.restore("category", key, {name: name for name in bundle.classes}, [])
    chosen = st.multiselect(
        "Categories",
        sorted(bundle.classes),
        format_func=shorten_category,
        key=key,
        placeholder="All",
        disabled=disabled,
    )
    address.write("category", key, chosen, [])
    return tuple(chosen)


def _split(*, disabled: bool) -> str:
    address.restore("part", "view-part", {part: part for part in SPLIT_NAMES}, "")
    part = st.selectbox(
        "Split",
        list(SPLIT_NAMES),
        format_func=lambda part: SPLIT_NAMES[part],
        key="view-part",
        disabled=disabled,
        help=meaning("Split"),
    )
    address.write("part", "view-part", part, "")
    return part


def with_catalogue(bundle: Bundle) -> Bundle:
    """Let the owner of a private bundle enter the catalogue's folder, to see names and images again."""
    if not bundle.private or not may_write():
        return bundle
    with st.sidebar:
        folder = st.text_input(
            "Catalogue folder",
            value=_data_argument(),
            key="catalogue-folder",
            persist_state="session",
            placeholder="Folder with the product table",
            help="This catalogue was saved without names and images. If you have the original table, enter "
            "its folder to see them. Nothing is copied.",
        )
        if not folder.strip():
            return bundle
        try:
            given = _data_argument()
            path = access().catalogue(folder.strip(), [Path(given)] if given else [])
            with st.spinner("Reading the catalogue …"):
                return loaders.attached(bundle, str(path))
        except CoreError as error:
            st.error(markdown(str(error)), icon=":material/error:")
            return bundle


def _data_argument() -> str:
    """Return the folder given as ``streamlit run server.py -- --data FOLDER``."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--data", default="")
    data: str = parser.parse_known_args()[0].data
    return data
