"""The frame of every page and the small parts they are laid out with.

A page is a function `show(bundle, view)` handed to :func:`page`, which draws the frame around it, opens the
chosen bundle and turns a user's mistake into one line. Besides the pages only this package imports Streamlit.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.bundle.reader import ROOT, Bundle
from core.common.errors import CoreError
from core.common.spreadsheet import file_name, table_csv
from core.ui import link, loaders, sidebar
from core.views.cards import Card, data_url, gallery
from core.views.downloads import figure_html
from core.views.words import facts, product_word

if TYPE_CHECKING:
    import pandas as pd

    from core.views.models.model_views import Listing
    from core.views.selection import View

PRIVATE = "A private bundle keeps no names and no pictures; name your catalogue in the sidebar to see them."
ASSETS = Path(__file__).resolve().parents[2] / "assets"


# The frame of every page


def page(
    title: str, purpose: str, show: Callable[[Bundle, View], None], *, filtered_by: Collection[str] = ()
) -> None:
    """Draw a page: sidebar, heading, then `show(bundle, view)`, or what to do when there is no bundle.

    Parameters
    ----------
    title, purpose
        Its heading, and a sentence under it.
    show
        Draws the rest.
    filtered_by
        Which fields of the view the page heeds; the others' controls are greyed.
    """
    st.set_page_config(page_title=f"{title} · Product Lens", page_icon=ASSETS / "icon.svg", layout="wide")
    st.logo(ASSETS / "logo.svg", size="large")
    link.arrive(title)
    chosen = sidebar.choose_bundle(loaders.bundles(artifacts_root()))
    st.title(title, anchor=False)
    st.markdown(purpose)
    if chosen is None:
        _no_bundle()
        return
    with errors():
        bundle = loaders.open_bundle(chosen)
        view = sidebar.choose_view(bundle, filtered_by)
        bundle = sidebar.with_catalogue(bundle)
        _notices(bundle)
        show(bundle, view)


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


def choose(
    label: str, options: Sequence[Any], words: dict[Any, str], key: str, *, url: str = "", **more: Any
) -> Any:
    """Let the user pick one of a few, on all pages from then on; `url` is its name in the address."""
    start: dict[str, Any] = {"default": options[0], "persist_state": "session"}
    if url:
        link.start(url, key, {str(option): option for option in options}, options[0])
        start = {}
    value = st.segmented_control(
        label,
        list(options),
        required=True,
        format_func=lambda value: words.get(value, str(value)),
        key=key,
        **start,
        **more,
    )
    if url:
        link.tell(url, key, value, options[0])
    return value


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
    """Offer a figure as a page that opens without a network; it is written only when asked for.

    A function in place of the figure is called only then, too: for a figure that takes its time.
    """
    colours = {
        kind: st.get_option(f"theme.light.chart{kind.capitalize()}Colors")
        for kind in ("categorical", "sequential", "diverging")
    }

    def page() -> bytes:
        return figure_html(figure() if callable(figure) else figure, title, note, **colours)

    _download("Figure", page, file_name(key, ending="html"), key)


def download_table(table: pd.DataFrame | Callable[[], pd.DataFrame], key: str) -> None:
    """Offer a table, or what a function makes when asked, as CSV that no spreadsheet takes for formulas."""

    def cells() -> bytes:
        return table_csv(table() if callable(table) else table)

    _download("Table", cells, file_name(key, ending="csv"), key)


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
    """Write under a figure what it rests on; takes what :func:`core.views.words.facts` takes."""
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
