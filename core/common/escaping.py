"""Text of a catalogue on screen: it is data, whatever it looks like, in every place it is shown.

One function for each kind of place. Spreadsheets have `core.common.spreadsheet`.
"""

from __future__ import annotations

import html as _html
import re

JOINER = "\u2060"
"""Word joiner: invisible, takes no room, allows no line break."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_SPECIAL = re.compile(r"([\\`*_\[\]$~<>#^]|:(?=\S|$))")
_ENTITY = re.compile(r"&(?=#|\w+;)")
_LIST = re.compile(r"^(\d+)([.)])|^([-+=|])")
_ARROWS = re.compile(r"(?<!\S)(<->|->|<-|--|>=|<=|~=)(?!\S)")
_LINKS = re.compile(r"(?<=:)(?=\S)|(?<=www)(?=\.)|(?<=@)(?=\S)", re.IGNORECASE)


def one_line(text: str) -> str:
    """Return `text` without line breaks, control characters and signs that turn its direction around."""
    return " ".join(_CONTROLS.sub(" ", text).split())


def markdown(text: str) -> str:
    r"""Return `text` for Streamlit's Markdown: labels, captions, messages, tooltips.

    A backslash is enough for what the parser looks for. But addresses, ``:material/home:``, ``:tada:`` and
    arrows are looked for in what it has parsed, where no backslash is left: an invisible joiner breaks them.
    """
    text = _LINKS.sub(JOINER, one_line(text))
    text = _ARROWS.sub(lambda match: JOINER.join(match[0]), text)
    text = _ENTITY.sub(r"\&", _SPECIAL.sub(r"\\\1", text))
    return _LIST.sub(lambda match: f"{match[1]}\\{match[2]}" if match[1] else f"\\{match[3]}", text)


def html(text: str) -> str:
    """Return `text` for HTML, also inside the quotes of an attribute."""
    return _html.escape("\n".join(_CONTROLS.sub(" ", line) for line in text.split("\n")))


def plotly(text: str) -> str:
    """Return `text` for plotly, which reads tags and entities in labels, and ``%{x}`` in templates."""
    return _html.escape(_CONTROLS.sub(" ", text), quote=False).replace("%{", "%&#123;")


def plotly_3d(text: str) -> str:
    """Return `text` for what plotly draws among points in space, where it reads tags, but no entities."""
    return _CONTROLS.sub(" ", text).replace("<", f"<{JOINER}")
