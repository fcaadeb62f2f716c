"""Where the app starts: what is open, how well it does, where to go."""

import streamlit as st

from core.bundle.reader import Bundle
from core.ui.page import page
from core.ui.parts import caption, metrics, section
from core.views.display_names import MODALITY_NAMES, encoder_name
from core.views.selection import Selection

PAGES = {
    "pages/1_Dataset.py": (
        "Dataset",
        ":material/inventory_2:",
        "What the catalogue holds, and what it lacks.",
    ),
    "pages/2_Embeddings.py": ("Embeddings", ":material/scatter_plot:", "Which products look or read alike."),
    "pages/3_Models.py": (
        "Models",
        ":material/leaderboard:",
        "Which model is right how often, and where it errs.",
    ),
    "pages/4_Predict.py": ("Predict", ":material/category:", "Put a product of your own into its category."),
    "pages/5_Review.py": ("Review", ":material/fact_check:", "Decide on what is probably wrong, key by key."),
}


def show(bundle: Bundle, view: Selection) -> None:
    """Draw the headline figures and the ways to go on."""
    table = bundle.table
    metrics(
        {
            "Products": f"{len(table):,}",
            "Categories": f"{len(bundle.classes):,}",
            "With a text": f"{table['has_text'].mean():.1%}",
            "With a picture": f"{table['has_image'].mean():.1%}",
        }
    )
    section(
        "How often the category is right",
        "On test products, which no model saw in training. Each card is the model its validation rows chose.",
    )
    with st.grid(len(bundle.modalities), min_column_width=220):
        for modality, head in bundle.best.items():
            report = bundle.report(modality, head)
            with st.container(border=True):
                st.metric(
                    f"{MODALITY_NAMES[modality]} · accuracy",
                    f"{report.accuracy:.1%}",
                    help="The share of test products whose category the model names first.",
                )
                st.markdown(
                    f"Macro F1 **{report.macro_f1:.3f}** · first three **{report.top3_accuracy:.1%}**"
                )
                caption(bundle, report.n, "test part", modality, head)
    section("Where to go")
    with st.grid(len(PAGES), min_column_width=170):
        for path, (title, icon, text) in PAGES.items():
            with st.container(border=True, height="stretch"):
                st.page_link(path, label=f"**{title}**", icon=icon)
                st.caption(text)
    with st.expander("About this bundle", icon=":material/info:"):
        data, manifest = bundle.manifest["data"], bundle.manifest
        lines = [f"- **Data:** {data['origin']}", f"- **Licence:** {data['licence']}"]
        lines += [f"- **{MODALITY_NAMES[m]} encoder:** {encoder_name(bundle, m)}" for m in bundle.encoders]
        lines += [
            f"- **Built:** {manifest['created'][:16].replace('T', ' ')} UTC, split seed {manifest['seed']}"
        ]
        st.markdown("\n".join(lines))


page(
    "Product Lens",
    "See how well text, pictures, or both together put each product of a catalogue into its category.",
    show,
)
