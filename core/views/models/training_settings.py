"""How a model was trained, as a table and a sentence; no Streamlit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.views.formatting import percent

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle
    from core.heads.key import HeadKey


def settings_table(bundle: Bundle, key: HeadKey) -> pd.DataFrame:
    """Return a model's settings, a row each: its name, its value, and whether the user chose it."""
    import pandas as pd

    settings = bundle.model(key).settings
    wanted = {text.partition("=")[0].strip() for text in bundle.manifest.training.settings}
    return pd.DataFrame(
        {
            "Setting": [name.capitalize() for name in settings],
            "Value": [str(value) for value in settings.values()],
            "Chosen": ["by you" if f"{key.head}.{name}" in wanted else "" for name in settings],
        }
    )


def split_sentence(bundle: Bundle) -> str:
    """Say how the products were divided, and whether categories count the same."""
    training = bundle.manifest.training
    weights = " In training each category counts the same." if training.balanced else ""
    left = 1 - training.test_share - training.validation_share
    return (
        f"{percent(left)} of the products were planned for training, {percent(training.validation_share)} "
        f"for validation, {percent(training.test_share)} for the test.{weights}"
    )
