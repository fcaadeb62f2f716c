"""A refit written as a bundle of its own, beside the one it came from."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from core.building.build import versions
from core.building.findings import fairness_of, faults_of, opinions_on, unseen_of
from core.building.judging import judge_heads
from core.building.lessons import Lessons
from core.building.refit import lessons_of, refit_heads, taught_and_tested, training
from core.building.training import train_heads
from core.bundle.decisions import origin_of
from core.bundle.reader import Bundle, Projection
from core.bundle.writer import BundleWriter
from core.common.errors import BundleError
from core.common.progress import Progress, silent
from core.projections.quality import quality

# Of the manifest: what a change of categories leaves as it is.
_CARRIED = (
    *("fingerprint", "format", "label", "rows", "classes", "modalities", "seed", "private"),
    *("encoders", "account"),
)
_MADE_ANEW = (
    *("heads/", "results/", "reports.json"),
    *("catalogue.parquet", "faults.parquet", "opinions.parquet"),
)


def refit_path(bundle: Bundle, name: str) -> Path:
    """Return the folder of a refit called `name`, beside the bundle.

    Raises
    ------
    BundleError
        The name is no folder's name, or a bundle that is not a refit of this one has it.
    """
    name = name.strip()
    if not re.fullmatch(r"[\w][\w .+-]{0,79}", name) or name.endswith((".", " ")):
        raise BundleError(f"expected a name of letters, digits, - and _ for the bundle, got '{name}'")
    path = bundle.path.parent / name
    if path.exists():
        manifest = Bundle.open(path).manifest
        if path == bundle.path or manifest.get("refit", {}).get("of") != origin_of(bundle):
            raise BundleError(
                f"there is a bundle '{name}' already, which is no refit of this one: name another"
            )
    return path


def keep_refit(bundle: Bundle, labels: np.ndarray, out: Path, progress: Progress = silent) -> Bundle:
    """Train once more on `labels`, find faults anew, and write all of it to folder `out`.

    Features, maps, encoders and pictures are the bundle's; the heads are those of `core.building.refit`. How
    far to trust a map is measured anew. ``refit`` in the manifest says what all this came from.

    Parameters
    ----------
    bundle
        One with features; it stays as it is.
    labels
        int64 (n,): each product's corrected category.
    out
        As `refit_path` returns it.

    Raises
    ------
    BundleError
        The bundle has no features.
    CoreError
        Another training is under way in this process.
    """
    lessons = lessons_of(bundle, labels)
    table = bundle.table.copy()
    table["category"] = np.asarray(bundle.classes, dtype=object)[labels]
    taught, tested = taught_and_tested(bundle, labels)
    with training(), BundleWriter(out) as writer:
        for name in bundle.manifest["files"]:
            if not name.startswith(_MADE_ANEW):
                shutil.copyfile(bundle.path / name, writer.file(name))
        writer.write_table(table)
        heads = train_heads(writer, lessons, refit_heads(bundle), progress)
        judged = judge_heads(writer, lessons, heads)
        digests = list(table["image_digest"]) if "image_digest" in table else [""] * len(table)
        unseen = unseen_of(lessons, heads)
        faults = faults_of(lessons, unseen, list(table["name"]), digests, progress)
        writer.write_faults(faults)
        writer.write_opinions(opinions_on(faults, lessons, unseen))
        data = bundle.manifest["data"]
        manifest = {
            **{key: bundle.manifest[key] for key in _CARRIED},
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "data": {**data, "origin": f"{data['origin']}; {taught + tested} categories corrected in review"},
            "augment": 0,
            "prior": [float(share) for share in lessons.prior],
            "review": judged.review,
            "conformal": judged.conformal,
            "fairness": fairness_of(lessons),
            "projections": [vars(_judged(bundle, lessons, one)) for one in bundle.projections],
            "versions": versions(),
            "refit": {
                "of": origin_of(bundle),
                "fingerprint": bundle.fingerprint,
                "corrected": {"teaching": taught, "test": tested},
            },
        }
        return writer.commit(manifest)


def _judged(bundle: Bundle, lessons: Lessons, projection: Projection) -> Projection:
    """Measure again how well a map keeps neighbours and categories together."""
    rows = np.flatnonzero(lessons.inputs.present(projection.modality))
    vectors = lessons.inputs.vectors(projection.modality)[rows]
    drawn = bundle.coordinates(projection.modality, projection.method, projection.dims)[rows]
    found = quality(vectors, drawn, lessons.labels[rows], seed=lessons.seed)
    return replace(
        projection, trustworthiness=found.trustworthiness, neighbour_accuracy=found.neighbour_accuracy
    )
