"""What makes two builds the same: then the steps that one has finished are the other's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

from core.building.options import BuildOptions
from core.building.training_data import TrainingData
from core.common.digest import content_digest
from core.common.engine import THIS_PROCESS
from core.features.encoders.glove import find


def build_key(data: TrainingData, names: Sequence[str], digests: Sequence[str], options: BuildOptions) -> str:
    """Return 32 hexadecimal digits for all that a build's steps rest on.

    That is every product's vectors, texts, category, group and place in the split, all options, GloVe's
    vectors where they are here, and this program with its packages. Encoders count by the vectors they give.

    Parameters
    ----------
    data
        What heads are trained on.
    names, digests
        The products' names, and digests of their images: faults are searched among these, too.
    options
        Of the build.
    """
    # Why encoders were chosen is only recorded, and holds how long they took.
    chosen = replace(
        options, cache=None, unfinished=None, engine=THIS_PROCESS, word_vectors=None, encoder_choice={}
    )
    words = find(options.word_vectors)
    return content_digest(data, names, digests, chosen, words and words.path, _program())


@cache
def _program() -> dict[str, str]:
    """Return the packages' versions, and a digest of this program's own files."""
    root = Path(__file__).resolve().parents[2]
    own = content_digest({file.relative_to(root).as_posix(): file for file in sorted(root.rglob("*.py"))})
    return {"core": own} | {each.metadata["Name"]: each.version for each in distributions()}
