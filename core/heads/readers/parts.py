"""The reader of tokens and regions, and of the vectors beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from core.common.errors import CoreError
from core.features.parts import PartsProjection
from core.heads.inputs import Inputs
from core.heads.key import HeadKey
from core.heads.readers.reader import Feeds
from core.heads.text.vocabulary import pack, unpack

SIDES = ("text", "image")


@dataclass(frozen=True)
class PartsReader:
    """Reads texts token by token and images region by region, and both vectors.

    Attributes
    ----------
    projections
        text and image -> how their parts were reduced.
    """

    projections: Mapping[str, PartsProjection]
    rows_at_once: ClassVar[int] = 512
    members: ClassVar[tuple[HeadKey, ...]] = ()

    def __call__(self, inputs: Inputs) -> Feeds:
        """Return ``text_parts``, ``image_parts`` float32 (n, p, w), ``tokens`` (n, p), ``vectors`` (n, d).

        ``tokens`` is 1 where a text has a token, else 0.
        """
        feeds: Feeds = {f"{side}_parts": inputs.parts(side).astype(np.float32) for side in SIDES}
        feeds["tokens"] = np.asarray(feeds["text_parts"].any(axis=2), dtype=np.float32)
        feeds["vectors"] = np.ascontiguousarray(inputs.vectors("fused"), dtype=np.float32)
        return feeds

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {"reads": "parts"} | {
            side: {"count": one.count, "mean": pack(one.mean), "basis": pack(one.basis)}
            for side, one in self.projections.items()
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """Read what `to_dict` returned.

        Raises
        ------
        CoreError
            It is something else.
        """
        return cls({side: _projection(plain[side]) for side in SIDES})


def _projection(plain: Mapping[str, Any]) -> PartsProjection:
    mean, basis = unpack(plain["mean"], "<f4"), unpack(plain["basis"], "<f4")
    sound = len(mean) > 0 and len(basis) > 0 and len(basis) % len(mean) == 0
    if not sound or not np.isfinite(mean).all() or not np.isfinite(basis).all():
        raise CoreError("expected finite numbers that reduce parts; build the bundle again")
    return PartsProjection(int(plain["count"]), mean, basis.reshape(len(mean), -1))
