"""An answer as tables, for the *Predict* page and its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.views.display_names import MODALITY_NAMES, head_name

if TYPE_CHECKING:
    import pandas as pd

    from core.serving.answer import Answer

SHARES = ("Confidence",)
"""The columns of these tables that are shares, 0 to 1."""


def ranked_table(answer: Answer) -> pd.DataFrame:
    """List the ranked categories with their confidences, 0 to 1."""
    import pandas as pd

    return pd.DataFrame(
        [(one.category, one.confidence) for one in answer.ranked], columns=["Category", "Confidence"]
    )


def model_answers_table(answer: Answer) -> pd.DataFrame:
    """List the answer of every model, a row each, confidences 0 to 1."""
    import pandas as pd

    return pd.DataFrame(
        {
            "Chosen": one.chosen,
            "Input": MODALITY_NAMES[one.model.modality],
            "Model": head_name(one.model.head),
            "Category": one.ranked[0].category,
            "Confidence": one.ranked[0].confidence,
            "Second choice": one.ranked[1].category,
        }
        for one in answer.models
    )


def neighbours_table(answer: Answer, *, without: str = "") -> pd.DataFrame:
    """List the nearest products with their cosine similarity, -1 to 1, `without` the product itself."""
    import pandas as pd

    near = [one for one in answer.neighbours if one.sku != without]
    return pd.DataFrame(
        {
            "Id": [one.sku for one in near],
            "Name": [one.name for one in near],
            "Category": [one.category for one in near],
            "Similarity": [round(one.similarity, 4) for one in near],
        }
    )
