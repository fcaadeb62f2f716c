"""Texts of a table as plain text: without HTML, in one Unicode form, and cut where a letter ends.

Every pattern stops at the next ``<`` or takes what it has read (possessive quantifiers), so that the time is
linear on any text.
"""

from __future__ import annotations

import html
import re
import unicodedata
from html.entities import html5

from core.common.letters import MARKS

_PASSES = 5  # texts that are escaped repeatedly are unescaped up to this many times

_ENTITY = re.compile(r"&(#[0-9]{1,7};?|#[xX][0-9a-fA-F]{1,6};?|[A-Za-z][A-Za-z0-9]{0,31};?)")
# Control characters, soft hyphens, zero-width spaces and byte order marks; whitespace is left to split().
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff]")

_HIDDEN = re.compile(r"<!--|<!\[CDATA\[|<(script|style)(?:\s[^<>]*+)?>", re.IGNORECASE)
_DECLARATION = re.compile(r"<!(?:doctype|element|entity)\b[^<>]*+>|<\?xml[^<>]*+>|\]\]>", re.IGNORECASE)
_NAME = r"[a-zA-Z][\w:.-]*+"
_TAG = re.compile(
    rf"<(/?)({_NAME})((?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>"
    rf"|<(/?)({_NAME})([^<>]*+)>"  # a quotation mark that never closes
)
_ATTRIBUTE = re.compile(r"[\w\"':@.-]\s*=")
_CUT_TAG = re.compile(rf"<(/?)({_NAME})([^<>]*+)")
_ELEMENTS_TEXT = """
a abbr acronym address applet area article aside audio b base basefont bdi bdo big blink blockquote body
br button canvas caption center cite code col colgroup data datalist dd del details dfn dialog dir div dl
dt em embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header
hgroup hr html i iframe img input ins kbd label legend li link main map mark marquee menu meta meter nav
nobr noframes noscript object ol optgroup option output p param picture pre progress q rp rt ruby s samp
script section select small source span strike strong style sub summary sup svg table tbody td template
textarea tfoot th thead time title tr track tt u ul var video wbr
"""
_ELEMENTS = frozenset(_ELEMENTS_TEXT.split())
# Tags that change the look of letters: inside a word they are no space.
_LOOKS_TEXT = """
b big del em font i ins mark s small strike strong tt u
"""
_LOOKS = frozenset(_LOOKS_TEXT.split())
_ALWAYS_INSIDE = frozenset(("sub", "sup", "wbr"))
_FLAGS_TEXT = """
allowfullscreen async autoplay checked compact controls defer disabled hidden itemscope loop muted nowrap
noshade open readonly required reversed selected
"""
_FLAGS = frozenset(_FLAGS_TEXT.split())


def plain(text: str) -> str:
    """Return `text` without HTML, control characters or repeated whitespace, in Unicode normal form C.

    Entities are read as browsers do, also without their semicolon (``&nbsp``) and where they were escaped
    repeatedly ("&amp;amp;" for "&"); ``&amp`` inside a word ("Guitar&amplifier") is none. What looks like a
    tag but is none is kept ("size <M and weight >5 kg"). Scripts, styles and comments are dropped with what
    they hold. Applied to its own result, `plain` changes nothing.
    """
    for _ in range(_PASSES):
        before = text
        if "&" in text:
            text = _ENTITY.sub(_character, text)
        if not text.isascii() or not text.isprintable():
            text = _UNSEEN.sub("", unicodedata.normalize("NFC", text))
        if "<" in text or "]]>" in text:
            text = _without_tags(text)
        if text == before:
            break
    return " ".join(text.split())


def tidy(text: str) -> str:
    """Return `text` without control characters and repeated space, in normal form C; HTML stays."""
    if not text.isascii() or not text.isprintable():
        text = _UNSEEN.sub("", unicodedata.normalize("NFC", text))
    return " ".join(text.split())


def cut(text: str, most: int) -> str:
    """Return the first `most` characters of `text` at most; no letter loses the marks that stand on it."""
    if len(text) <= most:
        return text
    end = most
    while end > 0 and (unicodedata.category(text[end])[0] == "M" or "\u200d" in text[end - 1 : end + 1]):
        end -= 1
    return text[: end or most].rstrip()


def without_prefix(text: str, prefix: str) -> str | None:
    """Return what follows `prefix` at the start of `text`, both compared without case; None if it does not.

    The prefix has to end where a word ends: "Captain" does not begin with "Cap".
    """
    wanted = prefix.casefold()
    end, folded = 0, ""
    # Case folding can change the length ("ß" is "ss"): letters are taken until it fits.
    start = text[: len(prefix)]
    if start.casefold() == wanted:
        end, folded = len(start), wanted
    while len(folded) < len(wanted) and end < len(text):
        folded += text[end].casefold()
        end += 1
    if not wanted or folded != wanted or _INSIDE.match(text[end - 1 : end + 1]):
        return None
    return text[end:]


_INSIDE = re.compile(rf"\w[\w{MARKS}]|[{MARKS}][\w{MARKS}]")


def _character(match: re.Match[str]) -> str:
    """Return the character that an entity stands for; the entity itself if it is none."""
    body = match[1]
    if body[0] == "#":
        return html.unescape(match[0])
    if body.endswith(";"):
        return html5.get(body) or _glued(match[0], body)
    if body in html5 and match.string[match.end() : match.end() + 1] != "=":  # &copy=1 is part of an address
        return html5[body]
    return _glued(match[0], body)


def _glued(entity: str, body: str) -> str:
    # No word begins with "nbsp", so this one is known even where letters follow ("soft&nbspcotton").
    return f" {body[4:]}" if body.startswith("nbsp") else entity


def _without_tags(text: str) -> str:
    text = _DECLARATION.sub(" ", _without_hidden(text))
    if "<" not in text:
        return text
    closed: set[str] = set()
    if "</" in text:
        closed = {name.lower() for name in re.findall(rf"</({_NAME})\s*>", text)}

    def shown(match: re.Match[str]) -> str:
        closing, name, rest = match[1], match[2], match[3]
        if name is None:
            closing, name, rest = match[4], match[5], match[6]
        name = name.lower()
        return _space_of(match, name) if _is_tag(closing, name, rest, closed) else match[0]

    text = _TAG.sub(shown, text)
    last = text.rfind("<")
    if last >= 0:
        cut_off = _CUT_TAG.fullmatch(text, last)
        if cut_off and _is_cut_tag(cut_off[1], cut_off[2].lower(), cut_off[3]):
            text = text[:last]
    return text


def _is_tag(closing: str, name: str, rest: str, closed: set[str]) -> bool:
    if closing and not rest.strip():
        return True
    if not rest or rest.strip("/ \t\r\n") == "":
        return name in _ELEMENTS or name in closed or ":" in name
    if not rest[0].isspace() and rest[0] != "/":
        return False
    if _ATTRIBUTE.search(rest):
        return True
    return name in _ELEMENTS and all(word in _FLAGS for word in rest.lower().strip("/").split())


def _is_cut_tag(closing: str, name: str, rest: str) -> bool:
    """Return whether a text's end is the beginning of a tag, as in descriptions that were cut."""
    if name not in _ELEMENTS:
        return False
    return bool(closing) or (len(name) > 1 and not rest.strip()) or bool(rest and _ATTRIBUTE.search(rest))


def _space_of(match: re.Match[str], name: str) -> str:
    """Return what stands in the place of a tag: a space, but nothing inside a word ("wa<b>ter</b>")."""
    if name not in _LOOKS and name not in _ALWAYS_INSIDE:
        return " "
    text, start, end = match.string, match.start(), match.end()
    if start == 0 or end == len(text) or not text[start - 1].isalnum() or not text[end].isalnum():
        return " "
    return "" if name in _ALWAYS_INSIDE or text[end].islower() else " "


def _without_hidden(text: str) -> str:
    """Return `text` without scripts, styles and comments, closed or not, and CDATA without its marks."""
    parts: list[str] = []
    done = 0
    unclosed = False
    for match in _HIDDEN.finditer(text):
        if match.start() < done:
            continue
        parts.append(text[done : match.start()])
        done = match.end()
        if match[1]:
            end = re.compile(rf"</{match[1]}\b[^<>]*+>", re.IGNORECASE).search(text, done)
            done = end.end() if end else len(text)  # a browser shows nothing of what follows, either
        elif match[0] == "<!--" and not unclosed:
            closing = text.find("-->", done)
            unclosed = closing < 0
            done = done if unclosed else closing + 3
    if not parts:
        return text
    return " ".join([*parts, text[done:]])
