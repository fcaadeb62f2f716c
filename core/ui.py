"""With `core.ui_file` the only file besides the pages that imports Streamlit: loaders, sidebar, small parts.

A page is a function `show(bundle)` handed to :func:`page`, which draws the frame around it, opens the chosen
bundle and turns a user's mistake into one line.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from core import comparison
from core.bundle import ROOT, Bundle, BundleInfo, list_bundles
from core.cards import Card, data_url, gallery
from core.downloads import figure_html, file_name, table_csv
from core.errors import CoreError
from core.words import facts, product_word

if TYPE_CHECKING:
    import pandas as pd

    from core.comparison import Answers
    from core.explain import Explanation, Reference
    from core.map_neighbours import Nearby
    from core.model_views import Listing
    from core.predict import Predictor
    from core.review.opinions import Opinions
    from core.review.queue import Item
    from core.review.refit import Trained
    from core.trust.gain import FusionGain

PRIVATE = "A private bundle keeps no names and no pictures; name your catalogue in the sidebar to see them."
ASSETS = Path(__file__).resolve().parent.parent / "assets"


# The frame of every page


def page(title: str, purpose: str, show: Callable[[Bundle], None]) -> None:
    """Draw a page: sidebar, heading, then `show(bundle)`, or what to do when there is no bundle."""
    st.set_page_config(page_title=f"{title} · Product Lens", page_icon=ASSETS / "icon.svg", layout="wide")
    st.logo(ASSETS / "logo.svg", size="large")
    bundles = list_bundles(artifacts_root())
    chosen = _choose_bundle(bundles)
    st.title(title, anchor=False)
    st.markdown(purpose)
    if chosen is None:
        _no_bundle()
        return
    with errors():
        bundle = _with_catalogue(open_bundle(chosen))
        _notices(bundle)
        show(bundle)


@contextmanager
def errors() -> Iterator[None]:
    """Show a user's mistake (a `CoreError`) as one line; let bugs through."""
    try:
        yield
    except CoreError as error:
        st.error(str(error), icon=":material/error:")


def artifacts_root() -> Path:
    """Return the folder of bundles: $PRODUCT_LENS_ARTIFACTS, else ``artifacts``."""
    return Path(os.environ.get("PRODUCT_LENS_ARTIFACTS") or ROOT)


def _choose_bundle(bundles: Sequence[BundleInfo]) -> BundleInfo | None:
    """Let the user choose a bundle in the sidebar; the choice holds on all pages."""
    if not bundles:
        return None
    by_name = {info.name: info for info in bundles}
    wanted = os.environ.get("PRODUCT_LENS_BUNDLE") or "demo"
    whole = [info.name for info in bundles if info.problem is None]
    first = wanted if wanted in by_name else (whole or list(by_name))[0]
    with st.sidebar:
        name = st.selectbox(
            "Bundle",
            list(by_name),
            index=list(by_name).index(first),
            format_func=lambda name: f"{name} (damaged)" if by_name[name].problem else name,
            key="bundle",
            persist_state="session",
            help="One catalogue and all that was learned from it. Bundles lie in the artifacts folder.",
        )
        info = by_name[name]
        if info.problem is None:
            st.caption(f"{info.rows:,} products · {info.classes} categories  \nbuilt {info.created[:10]}")
    return info


def _with_catalogue(bundle: Bundle) -> Bundle:
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
        with errors(), st.spinner("Reading the catalogue …"):
            return _attach(str(bundle.path), bundle.fingerprint, folder.strip(), bundle)
    return bundle


def _data_argument() -> str:
    """Return the folder given as ``streamlit run Home.py -- --data FOLDER``."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--data", default="")
    return parser.parse_known_args()[0].data


@st.cache_resource(show_spinner=False, max_entries=2)
def _attach(path: str, fingerprint: str, folder: str, _bundle: Bundle) -> Bundle:
    from core.attach import attach

    return attach(_bundle, Path(folder).expanduser())


def _notices(bundle: Bundle) -> None:
    badges = []
    if bundle.synthetic:
        badges.append(":orange-badge[:material/science: Synthetic products]")
    if bundle.private:
        badges.append(
            ":gray-badge[:material/lock: Private bundle: ids and categories only, no names or pictures]"
        )
    if badges:
        st.markdown(" ".join(badges))


def _no_bundle() -> None:
    empty(
        "No bundle yet",
        "Build one from your product table and its pictures, then reload this page:",
        "inventory_2",
    )
    st.code(
        "python -m core build --data FOLDER --format csv --out artifacts/my-catalogue",
        language="bash",
        wrap_lines=True,
    )
    st.caption(
        f"Looked in `{artifacts_root()}`. Other formats: flipkart, fashion, bestbuy; "
        "`python -m core build --help` lists all options."
    )


def empty(title: str, text: str, icon: str = "info") -> None:
    """Say that there is nothing to show here, and what would change that."""
    with st.container(border=True):
        st.markdown(f"**:material/{icon}: {title}**  \n{text}")


# Loaders, shared by all sessions; the fingerprint in the key makes a rebuilt bundle show


def open_bundle(info: BundleInfo) -> Bundle:
    """Open a bundle, or take it from the cache if it has not changed."""
    bundle = Bundle.open(info.path)
    return _keep_bundle(str(info.path), bundle.fingerprint, bundle)


@st.cache_resource(show_spinner=False, max_entries=4)
def _keep_bundle(path: str, fingerprint: str, _bundle: Bundle) -> Bundle:
    return _bundle


def predictor(bundle: Bundle) -> Predictor:
    """Load the encoders and heads of a bundle once."""
    return _load_predictor(str(bundle.path), bundle.fingerprint)


@st.cache_resource(show_spinner="Loading the models …", max_entries=2)
def _load_predictor(path: str, fingerprint: str) -> Predictor:
    from core.predict import Predictor

    return Predictor.load(Path(path))


def explanation(bundle: Bundle, text: str, picture: bytes | None) -> Explanation:
    """Return what the answer for a product rests on, kept between reruns."""
    return _explain(str(bundle.path), bundle.fingerprint, text, picture, bundle)


@st.cache_resource(show_spinner="Asking the models again …", max_entries=32)
def _explain(path: str, fingerprint: str, text: str, picture: bytes | None, _bundle: Bundle) -> Explanation:
    from core.explain import explain

    return explain(predictor(_bundle), text or None, picture, known=_references(path, fingerprint, _bundle))


@st.cache_resource(show_spinner=False, max_entries=4)
def _references(path: str, fingerprint: str, _bundle: Bundle) -> dict[str, Reference]:
    from core.explain import references

    return references(_bundle)


def answers(bundle: Bundle, modality: str, head: str) -> Answers:
    """Return what one head says of the test rows, kept between reruns."""
    return _answers(str(bundle.path), bundle.fingerprint, modality, head, bundle)


@st.cache_resource(show_spinner=False, max_entries=24)
def _answers(path: str, fingerprint: str, modality: str, head: str, _bundle: Bundle) -> Answers:
    return comparison.answers(_bundle, modality, head)


def fusion_gain(bundle: Bundle) -> FusionGain | None:
    """Return what fusion adds, kept between reruns."""
    return _fusion_gain(str(bundle.path), bundle.fingerprint, bundle)


@st.cache_resource(show_spinner=False, max_entries=8)
def _fusion_gain(path: str, fingerprint: str, _bundle: Bundle) -> FusionGain | None:
    return comparison.gain_of(_bundle)


def difference(bundle: Bundle, first: tuple[str, str], second: tuple[str, str]) -> FusionGain:
    """Return what one model adds to another, each (modality, head), kept between reruns."""
    return _difference(str(bundle.path), bundle.fingerprint, first, second, bundle)


@st.cache_resource(show_spinner="Comparing the models …", max_entries=16)
def _difference(
    path: str, fingerprint: str, first: tuple[str, str], second: tuple[str, str], _bundle: Bundle
) -> FusionGain:
    return comparison.difference(_bundle, first, second)


def review_items(bundle: Bundle, *, weak: bool) -> tuple[Item, ...]:
    """Return what there is to review, kept between reruns."""
    return _review_items(str(bundle.path), bundle.fingerprint, weak, bundle)


@st.cache_resource(show_spinner=False, max_entries=8)
def _review_items(path: str, fingerprint: str, weak: bool, _bundle: Bundle) -> tuple[Item, ...]:
    from core.review.queue import review_items

    return review_items(_bundle, weak=weak)


def opinions(bundle: Bundle) -> Opinions:
    """Return what text and picture say of all products there are to review, kept between reruns."""
    return _opinions(str(bundle.path), bundle.fingerprint, bundle)


@st.cache_resource(show_spinner="Asking models that have not seen these products …", max_entries=4)
def _opinions(path: str, fingerprint: str, _bundle: Bundle) -> Opinions:
    from core.review.opinions import opinions_of

    return opinions_of(_bundle, [item.row for item in review_items(_bundle, weak=True)])


def untaught(bundle: Bundle) -> Trained:
    """Train the quick heads on the catalogue's own categories, once for all sessions."""
    return _untaught(str(bundle.path), bundle.fingerprint, bundle)


@st.cache_resource(show_spinner="Training on the catalogue as it is …", max_entries=4)
def _untaught(path: str, fingerprint: str, _bundle: Bundle) -> Trained:
    from core.review.refit import train

    return train(_bundle, _bundle.labels)


def nearby(bundle: Bundle, row: int, modality: str) -> Nearby | None:
    """Return a product's nearest in one space of features, kept between reruns."""
    return _nearby(str(bundle.path), bundle.fingerprint, row, modality, bundle)


@st.cache_resource(show_spinner=False, max_entries=300)
def _nearby(path: str, fingerprint: str, row: int, modality: str, _bundle: Bundle) -> Nearby | None:
    from core.map_neighbours import nearby

    return nearby(_bundle, row, modality)


# Small parts


def section(title: str, text: str = "") -> None:
    """Head a section, with a line that says how to read it."""
    st.space("small")
    st.subheader(title, anchor=False)
    if text:
        st.caption(text)


def metrics(values: dict[str, str], helps: dict[str, str] | None = None) -> None:
    """Show a row of metric cards, which wraps on narrow screens."""
    with st.grid(len(values), min_column_width=180):
        for label, value in values.items():
            st.metric(label, value, border=True, help=(helps or {}).get(label))


def choose(label: str, options: Sequence[Any], words: dict[Any, str], key: str, **more: Any) -> Any:
    """Let the user pick one of a few; the choice survives a change of page."""
    return st.segmented_control(
        label,
        list(options),
        default=options[0],
        required=True,
        format_func=lambda value: words.get(value, str(value)),
        key=key,
        persist_state="session",
        **more,
    )


def plot(figure: Any, key: str, alt: str, **more: Any) -> Any:
    """Draw a plotly figure over the whole width, with no button that is not needed."""
    config = {"displaylogo": False, "modeBarButtonsToRemove": ["autoScale2d", "toImage"]}
    return st.plotly_chart(figure, width="stretch", key=key, config=config, alt=alt, **more)


def exhibit(
    figure: Any, key: str, alt: str, note: str, *, table: pd.DataFrame | None = None, **more: Any
) -> Any:
    """Draw a figure, what it rests on, and small buttons that save it (and its table) as a file."""
    event = plot(figure, key, alt, **more)
    with st.container(horizontal=True, gap="small", vertical_alignment="top"):
        st.caption(note, width="stretch")
        download_figure(figure, key, alt, note)
        if table is not None:
            download_table(table, key)
    return event


def download_figure(figure: Any, key: str, title: str, note: str = "") -> None:
    """Offer a figure as a page that opens without a network; it is written only when asked for."""
    colours = {
        kind: st.get_option(f"theme.light.chart{kind.capitalize()}Colors")
        for kind in ("categorical", "sequential", "diverging")
    }
    _download(
        "Figure", partial(figure_html, figure, title, note, **colours), file_name(key, ending="html"), key
    )


def download_table(table: pd.DataFrame, key: str) -> None:
    """Offer a table as CSV whose cells no spreadsheet takes for formulas."""
    _download("Table", partial(table_csv, table), file_name(key, ending="csv"), key)


def _download(label: str, data: Callable[[], bytes], name: str, key: str) -> None:
    st.download_button(
        label,
        data,
        name,
        mime="text/html" if name.endswith("html") else "text/csv",
        key=f"{key}-{label}",
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
        help=f"Save as {name.rpartition('.')[2].upper()}",
    )


def halves() -> Sequence[Any]:
    """Return two places side by side, one above the other on a narrow screen."""
    grid = st.grid(2, min_column_width=330, gap="medium")
    return grid.cell(), grid.cell()


def percent_column(label: str) -> Any:
    """Return the look of a table column of percentages, 0 to 100, with a bar."""
    return st.column_config.ProgressColumn(label, format="%.1f%%", min_value=0, max_value=100)


def caption(*args: Any, **more: Any) -> None:
    """Write under a figure what it rests on; takes what :func:`core.words.facts` takes."""
    st.caption(facts(*args, **more))


def cards(products: Iterable[Card], *, min_width: int = 150) -> None:
    """Show products side by side."""
    st.html(gallery(products, min_width=min_width))


def listing(bundle: Bundle, found: Listing, key: str, *, per_page: int = 12) -> None:
    """Show products with their pictures, page by page, or their ids in a private bundle; offer a CSV."""
    if not len(found):
        st.caption("No products.")
        return
    if bundle.private:
        shares = {
            name: st.column_config.NumberColumn(format="percent")
            for name in found.table
            if name.startswith("Confidence")
        }
        st.dataframe(found.table, hide_index=True, column_config=shares)
    else:
        pages = -(-len(found) // per_page)
        number = st.pagination(pages, key=f"{key}-page") if pages > 1 else 1
        cards(found.cards(bundle, (number - 1) * per_page, number * per_page))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{len(found):,} products, the surest first" if len(found) > 1 else "1 product")
        download_table(found.table, key)


def product_table(bundle: Bundle, rows: Sequence[int]) -> None:
    """List catalogue rows with their pictures."""
    products = bundle.table.loc[list(rows)]
    columns = {
        "Picture": [data_url(bundle.thumbnail(sku)) for sku in products["sku"]],
        "Name": [product_word(product) for _, product in products.iterrows()],
        "Category": products["category"].tolist(),
        "Part": products["part"].tolist(),
        "Id": products["sku"].tolist(),
    }
    if not any(columns["Picture"]):
        del columns["Picture"]
    if bundle.private:
        del columns["Name"]
    st.dataframe(
        columns,
        hide_index=True,
        row_height=56,
        height=420,
        column_config={
            "Picture": st.column_config.ImageColumn(width=72),
            "Name": st.column_config.TextColumn(width=220),
        },
    )


def faults_table(bundle: Bundle, faults: pd.DataFrame) -> None:
    """List rows of `core.faults.table` with their products' pictures."""
    products = bundle.table.iloc[faults["row"]]
    columns = {
        "Picture": [data_url(bundle.thumbnail(sku)) for sku in products["sku"]],
        "Product": [product_word(product) for _, product in products.iterrows()],
        "Why": faults["reason"].tolist(),
        "What to do": faults["suggestion"].tolist(),
    }
    if not any(columns["Picture"]):
        del columns["Picture"]
    st.dataframe(
        columns,
        hide_index=True,
        row_height=56,
        height="content",
        column_config={
            "Picture": st.column_config.ImageColumn(width=72),
            "Product": st.column_config.TextColumn(width=190),
            "Why": st.column_config.TextColumn(width=430),
        },
    )
