"""An answer as tables, for the *Predict* page and its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.views.display_names import MODALITY_NAMES, head_name

if TYPE_CHECKING:
    import pandas as pd

    from core.serving.answer import Answer


def ranked_table(answer: Answer) -> pd.DataFrame:
    """Lay out the ranked categories."""
    import pandas as pd

    return pd.DataFrame(
        [(one.category, one.confidence) for one in answer.ranked], columns=["Category", "Confidence"]
    )


def model_answers_table(answer: Answer) -> pd.DataFrame:
    """Lay out what every model says, a row each, confidences 0 to 1."""
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
    """Lay out the nearest products: id, name, category, likeness -1 to 1; `without` the product itself."""
    import pandas as pd

    near = [one for one in answer.neighbours if one.sku != without]
    return pd.DataFrame(
        {
            "Id": [one.sku for one in near],
            "Name": [one.name for one in near],
            "Category": [one.category for one in near],
            "Likeness": [round(one.similarity, 4) for one in near],
        }
    )
