"""Start the build of a new catalogue as a job."""

from __future__ import annotations

from pathlib import Path

from core.building.costs import Size, estimate
from core.building.effort import get_effort
from core.bundle.managing import new_path
from core.jobs import queue
from core.jobs.job import Job, Step
from core.views.catalogues.choices import Choices
from core.views.catalogues.source import Source

STEP_NAMES = {
    "start": "Reading the table",
    "images": "Reading images",
    "neighbours": "Looking for faults",
}
"""Step of a build -> what people call it, where that is not its own name."""


def start_build(
    root: Path,
    source: Source,
    choices: Choices,
    size: Size,
    *,
    name: str,
    effort: str,
    origin: str = "",
    licence: str = "",
    owner: str = "",
) -> Job:
    """Start building a catalogue.

    Parameters
    ----------
    root
        The folder of bundles.
    source, choices, size
        What to read, how, and how much it is.
    name
        Of the new bundle.
    effort
        A name in `core.building.effort.EFFORTS`.
    origin, licence
        Of the data; "" for not stated.
    owner
        Who asks for it; "" for nobody known.

    Raises
    ------
    CoreError
        The name is none, or taken, or the job cannot be started.
    """
    path = new_path(root, name)
    said = {"--effort": effort, "--origin": origin.strip(), "--licence": licence.strip()}
    options = [f"{option}={value}" for option, value in said.items() if value]
    plan = [Step(step, seconds) for step, seconds in estimate(size, get_effort(effort)).items() if seconds]
    return queue.start(
        root,
        "build",
        path.name,
        ("core", "build", "--data", source.data, f"--out={path.resolve()}", *options, *choices.arguments()),
        target=path,
        plan=plan,
        draft=source.draft,
        owner=owner,
    )


def free_name(root: Path, name: str) -> str:
    """Return a name that no bundle has: `name`, or ``name-2`` and so on."""
    taken = {path.name for path in root.iterdir()} if root.is_dir() else set()
    taken |= {Path(job.target).name for job in queue.jobs(root) if job.active}
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free
