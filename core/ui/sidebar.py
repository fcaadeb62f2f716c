"""The sidebar, the same on every page: which bundle is open and what of it is looked at."""

from __future__ import annotations

import argparse
import os
from collections.abc import Collection, Sequence

import streamlit as st

from core.bundle.reader import Bundle, BundleInfo
from core.common.errors import CoreError
from core.ui import address, loaders
from core.views.display_names import MODALITY_NAMES
from core.views.selection import SPLIT_NAMES, Selection


def choose_bundle(bundles: Sequence[BundleInfo]) -> BundleInfo | None:
    """Let the visitor choose a bundle; None where there are none."""
    if not bundles:
        return None
    by_name = {info.name: info for info in bundles}
    wanted = os.environ.get("PRODUCT_LENS_BUNDLE") or "demo"
    whole = [info.name for info in bundles if info.problem is None]
    first = wanted if wanted in by_name else (whole or list(by_name))[0]
    address.restore("bundle", "bundle", {name: name for name in by_name}, first)
    with st.sidebar:
        name = st.selectbox(
            "Bundle",
            list(by_name),
            format_func=lambda name: f"{name} (damaged)" if by_name[name].problem else name,
            key="bundle",
            help="One catalogue and all that was learned from it. Bundles lie in the artifacts folder.",
        )
        info = by_name[name]
        if info.problem is None:
            st.caption(f"{info.rows:,} products · {info.classes} categories  \nbuilt {info.created[:10]}")
    address.write("bundle", "bundle", name, None)  # always: another server may begin with another one
    return info


def choose_view(bundle: Bundle, heeded: Collection[str]) -> Selection:
    """Let the visitor choose an input, some categories and a part of the split.

    Parameters
    ----------
    bundle
        The open bundle.
    heeded
        Which fields of the view the page heeds; the others' controls are greyed, and keep their values.

    Returns
    -------
    View
        Nothing is filtered out by what the page does not heed.
    """
    with st.sidebar:
        modality = _input(bundle, "modality" in heeded)
        categories = _categories(bundle, "categories" in heeded)
        part = _part("part" in heeded)
        view = Selection(
            modality, categories if "categories" in heeded else (), part if "part" in heeded else ""
        )
        if not view.is_whole:
            st.caption(f"{int(view.mask(bundle.table).sum()):,} of {len(bundle.table):,} products match")
        if len(heeded) < 3:
            st.caption("What is greyed has no effect on this page.")
    return view


def _input(bundle: Bundle, heeded: bool) -> str:
    options = bundle.modalities
    key = f"view-input-{'-'.join(options)}"
    address.restore("input", key, {name: name for name in options}, options[-1])
    modality = st.segmented_control(
        "Input",
        options,
        required=True,
        format_func=lambda name: MODALITY_NAMES[name],
        key=key,
        disabled=not heeded,
        help="What maps and models rest on.",
    )
    address.write("input", key, modality, options[-1])
    return modality


def _categories(bundle: Bundle, heeded: bool) -> tuple[str, ...]:
    key = f"view-categories-{bundle.name}"
    address.restore("category", key, {name: name for name in bundle.classes}, [])
    chosen = st.multiselect(
        "Categories",
        sorted(bundle.classes),
        key=key,
        placeholder="all",
        disabled=not heeded,
    )
    address.write("category", key, chosen, [])
    return tuple(chosen)


def _part(heeded: bool) -> str:
    address.restore("part", "view-part", {part: part for part in SPLIT_NAMES}, "")
    part = st.selectbox(
        "Part of the split",
        list(SPLIT_NAMES),
        format_func=lambda part: SPLIT_NAMES[part],
        key="view-part",
        disabled=not heeded,
        help="Models learn from the train part, settings are chosen on the validation part, and what the "
        "pages say of models is measured on the test part.",
    )
    address.write("part", "view-part", part, "")
    return part


def with_catalogue(bundle: Bundle) -> Bundle:
    """Let the owner of a private bundle's catalogue name its folder, to see names and pictures again."""
    if not bundle.private:
        return bundle
    with st.sidebar:
        folder = st.text_input(
            "Your copy of the catalogue",
            value=_data_argument(),
            key="catalogue-folder",
            persist_state="session",
            placeholder="folder with the table",
            help="This bundle holds no names and no pictures. If you have the catalogue it was made from, "
            "name its folder to see them; nothing is copied.",
        )
        if not folder.strip():
            return bundle
        try:
            with st.spinner("Reading the catalogue …"):
                return loaders.attached(bundle, folder.strip())
        except CoreError as error:
            st.error(str(error), icon=":material/error:")
            return bundle


def _data_argument() -> str:
    """Return the folder given as ``streamlit run Home.py -- --data FOLDER``."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--data", default="")
    return parser.parse_known_args()[0].data
