"""What the library says of a table for the command line, in the words of the page."""

from __future__ import annotations

import re

from core.common.escaping import markdown
from core.views.formatting import capitalised

_CONTROLS = (
    (r"; --keep-placeholders keeps it", "; *Keep placeholder categories* keeps it"),
    (
        r"which build leaves out unless --minimum says otherwise",
        "which are left out unless *Smallest category* says otherwise",
    ),
    (
        r"--label COLUMN@1 takes its top level, COLUMN@-1 its last",
        "*Category level* takes its top level, or its last",
    ),
    (
        r"choose (?:one|another|another one|it|a column)? ?with --label(?: COLUMN)?",
        r"choose it under *Category*",
    ),
    (r"--encoding names another", "*Encoding* names another"),
    (r"choose one with --sheet NAME", "name one under *Sheet*"),
    (r", or map it with --columns name=COLUMN", ", or choose it under *Columns*"),
    (r"choose (?:another )?(?:one )?with --columns \w+=COLUMN", r"choose it under *Columns*"),
    (
        r"images are addresses: download them with python -m core fetch-images",
        "images are addresses and are not downloaded here: only texts are used. "
        "`python -m core fetch-images` downloads them",
    ),
)
_OPTIONS = re.compile("|".join(f"({option})" for option, _ in _CONTROLS))
_MARK = "\ue000"  # stands for a control, which is Markdown, while the rest is escaped


def page_words(line: str) -> str:
    """Return a line as Markdown that names the page's controls instead of the command line's options."""
    controls: list[str] = []

    def note(match: re.Match[str]) -> str:
        controls.append(_CONTROLS[(match.lastindex or 1) - 1][1])
        return _MARK

    words = markdown(_OPTIONS.sub(note, line.replace(_MARK, "")))
    for control in controls:
        words = words.replace(_MARK, control, 1)
    return capitalised(words)


def about(seconds: float) -> str:
    """Return a duration as people say it: less than a minute, about 4 minutes, about 2 hours."""
    minutes = round(seconds / 60)
    if seconds < 45:
        return "less than a minute"
    if minutes < 2:
        return "about a minute"
    if minutes < 90:
        return f"about {minutes} minutes"
    hours = round(minutes / 60)
    return f"about {hours} hours"
