"""How the heads of a bundle were trained, as far as users choose it; a refit trains in the same way."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from core.bundle.json_fields import Fields
from core.common.errors import BundleError
from core.evaluation.splits import TEST_SHARE, VALIDATION_SHARE

COMPRESSED = ("int8",)
"""What encoders and heads can be written in, smaller than fp32."""


@dataclass(frozen=True)
class TrainingChoices:
    """What users choose of training.

    Attributes
    ----------
    balanced
        Whether each category counts the same in training, however few products it has.
    test_share, validation_share
        Shares of the products, in (0, 1), that are test and validation products; the others train.
    settings
        Settings of heads, ``HEAD.SETTING=VALUE`` each (`core.heads.settings.parse_settings`).
    compress
        What encoders and heads are to compute in where that loses nothing: ``int8``, or None for fp32.
    """

    balanced: bool = False
    test_share: float = TEST_SHARE
    validation_share: float = VALIDATION_SHARE
    settings: tuple[str, ...] = ()
    compress: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {**asdict(self), "settings": list(self.settings)}

    @classmethod
    def read(cls, fields: Fields) -> TrainingChoices:
        """Return what :meth:`to_dict` gave; BundleError where it is something else."""
        shares = fields.share("test_share"), fields.share("validation_share")
        if not min(shares) > 0 or not sum(shares) < 1:
            raise BundleError(f"expected test and validation shares above 0, below 1 together, got {shares}")
        # Bundles from before encoders and heads could be compressed lack it.
        compress = fields.text("compress", COMPRESSED) if fields.has("compress") else None
        return cls(fields.flag("balanced"), *shares, fields.texts("settings"), compress)
