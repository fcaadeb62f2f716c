"""The five steps: each a figure or products of the open catalogue, and a way to go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from core.common.escaping import markdown
from core.evaluation.reliability import reliability
from core.ui import loaders
from core.ui.figures import exhibit
from core.ui.parts import caption, empty
from core.ui.products import catalogue_cards
from core.ui.tables import show_table
from core.views.captions import figure_caption
from core.views.display_names import MODALITY_NAMES, encoder_name
from core.views.glossary import meaning
from core.views.maps.neighbours import neighbour_cards
from core.views.models.answers import answers
from core.views.models.trust_charts import reliability_diagram
from core.views.predict.examples import example_rows
from core.views.product_card.answers import answer_table, product_answers
from core.views.product_cards import product_card
from core.views.tour.calibrated import calibrated_sentence
from core.views.tour.example import fused_example
from core.views.tour.overview import overview

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

Step = Callable[["Bundle"], None]
NEIGHBOURS = 5


def embedding(bundle: Bundle) -> None:
    """Show a product and what is nearest to it by its embeddings."""
    st.markdown(
        "An encoder turns a text or an image into a list of numbers, its **embedding**. Similar products get "
        "similar numbers. Nobody tells the encoder what the categories are."
    )
    rows = example_rows(bundle.table, 1)
    if not rows or not all(bundle.has_features(m) for m in bundle.modalities):
        empty("No embeddings to show", "This catalogue was saved without them. Open the demo.", "lock")
        return
    st.markdown("**This product**")
    catalogue_cards(bundle, [product_card(bundle, rows[0])], "tour-product", min_width=140, layout="line")
    for modality in (m for m in bundle.modalities if m != "fused"):
        near = loaders.nearby(bundle, rows[0], modality)
        if near is not None:
            name, numbers = encoder_name(bundle, modality), bundle.encoders[modality].dim
            st.markdown(
                f"**Nearest by {MODALITY_NAMES[modality].lower()}** ({markdown(name)}: {numbers:,} numbers)",
                help=meaning("Similarity"),
            )
            near_cards = neighbour_cards(bundle, near)[:NEIGHBOURS]
            catalogue_cards(bundle, near_cards, f"tour-near-{modality}", min_width=120)
    st.caption("Click a product to see all that is known about it.")


def map_of_all(bundle: Bundle) -> None:
    """Show the map, and say what may be read from it."""
    shown = overview(bundle, bundle.modalities[-1])
    if shown is None:
        empty("No map", "This catalogue was built without maps.", "map")
        return
    st.markdown(
        f"**{shown.method}** puts every product on a flat map so that similar products are near each other. "
        "Colours are categories; they were added afterwards."
    )
    exhibit(
        shown.figure,
        f"{bundle.name}-tour-map",
        f"{shown.method} map of {MODALITY_NAMES[bundle.modalities[-1]].lower()}",
        figure_caption(bundle, shown.rows, "products", bundle.modalities[-1], note=shown.trust),
    )
    st.markdown(
        "- **It shows** which products are alike, which categories lie apart, and products that lie among "
        "those of another category.\n"
        "- **It does not show** how different two clusters are: sizes of clusters, empty space and the axes "
        "mean nothing."
    )


def both_inputs(bundle: Bundle) -> None:
    """Show a product on which both inputs together are better than each alone."""
    found = fused_example(bundle)
    if found is None:
        empty("One input", "There is no product here on which text and image together are surer.", "join")
        return
    st.markdown(markdown(found.sentence))
    catalogue_cards(bundle, [product_card(bundle, found.row)], "tour-fused", min_width=200, layout="line")
    given = product_answers(bundle, found.row, {})
    show_table(answer_table(given), shares=("Confidence",), height="content")
    st.caption("A test product: no model has learned from it.")
    gain = loaders.fusion_gain(bundle)
    if gain is not None:
        st.markdown(f"**One product proves nothing. All of them:** {markdown(gain.sentence)}")


def calibrated(bundle: Bundle) -> None:
    """Show that confidence is the share of right answers, as far as it is."""
    st.markdown(
        "Every answer comes with a **confidence**. It is **calibrated**: corrected until it equals the share "
        "of right answers. So you can decide which answers to accept unseen, and which need review."
    )
    modality = bundle.modalities[-1]
    given = answers(bundle, modality)
    given = given.take(bundle.present(modality)[given.rows])
    if not len(given.rows):
        empty("No test products", "This catalogue has too few products to measure it.", "info")
        return
    measured = reliability(given.true, given.proba)
    if sentence := calibrated_sentence(given):
        st.markdown(sentence)
    error = measured.expected_calibration_error
    exhibit(
        reliability_diagram(measured),
        f"{bundle.name}-tour-calibrated",
        "Accuracy by confidence",
        figure_caption(
            bundle, len(given.rows), "test products", modality, bundle.best[modality],
            note=f"Bars on the dotted line: confidence equals accuracy. Calibration error {error:.1%}.",
        ),
    )  # fmt: skip


def your_own(bundle: Bundle) -> None:
    """Say how to bring a catalogue."""
    st.markdown(
        "1. **Take your product table** as it is: a workbook, CSV, JSON, a feed or a shop's export. One row "
        "per product, with a category; a zip of images if you have them.\n"
        "2. **See what was read**, and correct it: which column is the name, which the category, which rows "
        "were set aside and why.\n"
        "3. **Build.** A quick build takes minutes. Then all pages show your catalogue, *Review* finds wrong "
        "categories, and your own table comes back corrected."
    )
    caption("No file at hand? The next page offers the demo's table as a try-out file.")
