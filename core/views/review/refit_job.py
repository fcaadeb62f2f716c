"""Start training again with the corrected categories, as a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.building.costs import Size, estimate_refit
from core.building.refit_bundle import refit_path
from core.bundle.arrays import save_array
from core.bundle.decisions import origin_of
from core.jobs import queue
from core.jobs.drafts import Draft
from core.jobs.job import Job, Step

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

KIND = "refit"


def suggested_name(bundle: Bundle) -> str:
    """Return what to call a refit of a bundle; never the bundle's own name."""
    name = f"{origin_of(bundle)}-refit"
    return name if name != bundle.path.name else f"{name}-2"


def refit_steps(bundle: Bundle) -> list[Step]:
    """Return the steps of a refit, and how long each is expected to take."""
    texts, images = (int(bundle.table[column].sum()) for column in ("has_text", "has_image"))
    costs = estimate_refit(Size(len(bundle.table), texts, images))
    return [Step(name, seconds) for name, seconds in costs.items() if seconds]


def start_refit(bundle: Bundle, labels: np.ndarray, name: str) -> Job:
    """Start training on corrected categories; the result is a new bundle beside this one.

    Parameters
    ----------
    bundle
        One with features.
    labels
        int64 (n,): each product's corrected category.
    name
        Of the new bundle, or of an earlier refit, which it replaces.

    Raises
    ------
    CoreError
        The name is none, or taken, or the job cannot be started.
    """
    out = refit_path(bundle, name)
    root = bundle.path.parent
    draft = Draft(root)
    file = draft.folder / "labels.npy"
    save_array(file, labels)
    return queue.start(
        root,
        KIND,
        out.name,
        ("core.building.refit_run", str(bundle.path.resolve()), str(out.resolve()), file),
        target=out,
        plan=refit_steps(bundle),
        draft=draft,
    )
