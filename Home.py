"""Where the app starts: what matters about the open catalogue, its figures, where to go."""

import streamlit as st

from core.bundle.reader import Bundle
from core.common.escaping import markdown
from core.ui.access import may_write
from core.ui.home.headlines import headlines
from core.ui.page import ADD, page
from core.ui.parts import caption, metrics, section
from core.views.captions import figure_caption
from core.views.display_names import MODALITY_NAMES, encoder_name
from core.views.glossary import meaning
from core.views.home.source import source_line
from core.views.selection import Selection

TOUR = "pages/6_Tour.py"
PAGES = {
    "pages/1_Dataset.py": (
        "Dataset",
        ":material/inventory_2:",
        "What the catalogue holds, and what is missing.",
    ),
    "pages/2_Embeddings.py": ("Embeddings", ":material/scatter_plot:", "Which products look or read alike."),
    "pages/3_Models.py": (
        "Models",
        ":material/leaderboard:",
        "How accurate each model is, and where it errs.",
    ),
    "pages/4_Predict.py": ("Predict", ":material/category:", "Classify a product or a whole file."),
    "pages/5_Review.py": ("Review", ":material/fact_check:", "Check likely faults and correct categories."),
}


def show(bundle: Bundle, selection: Selection) -> None:
    """Draw what matters, the figures and the ways to go on."""
    with st.container(horizontal=True, gap="small"):
        if may_write() and st.button(
            "Add a catalogue", type="primary", icon=":material/add:", key="home-add"
        ):
            st.switch_page(ADD)
        if st.button("Take the tour", "home-tour", icon=":material/signpost:"):
            st.switch_page(TOUR)
    if source := source_line(bundle.manifest.data):
        caption(source)
    headlines(bundle)
    section("Figures")
    table = bundle.table
    metrics(
        {
            "Products": f"{len(table):,}",
            "Categories": f"{len(bundle.classes):,}",
            "With text": f"{table['has_text'].mean():.1%}",
            "With image": f"{table['has_image'].mean():.1%}",
        }
    )
    section(
        "Accuracy",
        "On test products, which no model saw in training. Each card shows the model that did best on "
        "validation products.",
    )
    with st.grid(len(bundle.modalities), min_column_width=220):
        for modality, head in bundle.best.items():
            _accuracy(bundle, modality, head)
    section("Pages")
    with st.grid(len(PAGES), min_column_width=170):
        for path, (title, icon, text) in PAGES.items():
            with st.container(border=True, height="stretch"):
                st.page_link(path, label=f"**{title}**", icon=icon)
                st.caption(text)
    with st.expander("About this catalogue", icon=":material/info:"):
        _about(bundle)


def _accuracy(bundle: Bundle, modality: str, head: str) -> None:
    report = bundle.report(modality, head)
    with st.container(border=True):
        st.metric(
            f"{MODALITY_NAMES[modality]} · accuracy",
            f"{report.accuracy:.1%}",
            help=meaning("Accuracy"),
        )
        st.markdown(
            f"Macro F1 **{report.macro_f1:.1%}** · top-3 accuracy **{report.top3_accuracy:.1%}**",
            help=f"**Macro F1.** {meaning('Macro F1')}  \n**Top-3 accuracy.** {meaning('Top-3 accuracy')}",
        )
        caption(figure_caption(bundle, report.n, "test products", modality, head))


def _about(bundle: Bundle) -> None:
    data, manifest = bundle.manifest.data, bundle.manifest
    built = manifest.created[:16].replace("T", " ")
    lines = [
        f"- **Origin:** {markdown(data.origin)}",
        f"- **Licence:** {markdown(data.licence)}",
        *(f"- **{MODALITY_NAMES[m]} encoder:** {markdown(encoder_name(bundle, m))}" for m in bundle.encoders),
        f"- **Built:** {markdown(built)} UTC, split seed {manifest.seed}",
    ]
    st.markdown("\n".join(lines))


page(
    "Product Lens",
    "See how well text, images, or both together put the products of a catalogue into their categories.",
    show,
)
