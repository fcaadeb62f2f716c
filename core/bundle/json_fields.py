"""Read JSON field by field: whatever is not as expected is one clear line that quotes expected and got."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from core.common.errors import BundleError

Value = TypeVar("Value")
LONGEST_QUOTE = 60
LARGEST = 1e300
"""Numbers beyond are no measurements; whole numbers of any length would be no floats."""
MOST_WHOLE = 1 << 53
_UNSAFE_NAME = re.compile(r"[/\\\x00-\x1f\x7f]")
LONGEST_NAME = 255


class Fields:
    """A JSON object whose fields are checked as they are read; fields that nobody reads are ignored.

    Parameters
    ----------
    content
        What `json.loads` returned.
    place
        Where it stands, for messages: a file's name, then the names of fields.

    Raises
    ------
    BundleError
        `content` is no object; as each method does when a field is missing or of another kind.
    """

    def __init__(self, content: object, place: str) -> None:
        self._content: Mapping[str, object] = _checked(content, dict, "an object", place)
        self._place = place

    def has(self, name: str) -> bool:
        """Whether the field is there and is not null."""
        return self._content.get(name) is not None

    def text(self, name: str, among: Collection[str] | None = None) -> str:
        """Return a text, one of `among` where that is given."""
        text = _checked(self._get(name), str, "a text", self._at(name))
        if among is not None and text not in among:
            raise _unexpected(self._at(name), f"one of {', '.join(among)}", text)
        return text

    def flag(self, name: str) -> bool:
        """Return true or false."""
        return _checked(self._get(name), bool, "true or false", self._at(name))

    def name(self, name: str) -> str:
        """Return a text that can be the name of a file: no path, no hidden file."""
        text = self.text(name)
        if not _is_name(text):
            raise _unexpected(self._at(name), "a name without a path", text)
        return text

    def slashed(self, name: str) -> str:
        """Return names with slashes between them, such as OWNER/NAME; each could be the name of a file."""
        text = self.text(name)
        if len(text) > LONGEST_NAME or not all(map(_is_name, text.split("/"))):
            raise _unexpected(self._at(name), "names with slashes between them", text)
        return text

    def whole(self, name: str, least: int = 0, most: int = MOST_WHOLE) -> int:
        """Return a whole number from `least` to `most`."""
        number = self._get(name)
        if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
            upper = "" if most == MOST_WHOLE else f" to {most:,}"
            raise _unexpected(self._at(name), f"a whole number from {least}{upper}", number)
        return number

    def number(self, name: str) -> float:
        """Return a finite number."""
        return _number(self._get(name), self._at(name))

    def share(self, name: str) -> float:
        """Return a number from 0 to 1."""
        share = self.number(name)
        if not 0 <= share <= 1:
            raise _unexpected(self._at(name), "a number from 0 to 1", share)
        return share

    def texts(self, name: str, among: Collection[str] | None = None) -> tuple[str, ...]:
        """Return a list of texts, each one of `among` where that is given."""
        each = Fields(dict(self._numbered(name)), self._at(name))
        return tuple(each.text(number, among) for number in each._content)

    def text_or_texts(self, name: str) -> str | tuple[str, ...]:
        """Return a text or a list of texts."""
        return self.texts(name) if isinstance(self._get(name), list) else self.text(name)

    def numbers(self, name: str, count: int | None = None) -> tuple[float, ...]:
        """Return a list of finite numbers, `count` of them where that is given."""
        numbers = tuple(_number(number, f"{self._at(name)}.{at}") for at, number in self._numbered(name))
        if count is not None and len(numbers) != count:
            raise _unexpected(self._at(name), f"{count} numbers", f"{len(numbers)} numbers")
        return numbers

    def one(self, name: str) -> Fields:
        """Return an object, to be read in turn."""
        return Fields(self._get(name), self._at(name))

    def many(self, name: str) -> tuple[Fields, ...]:
        """Return a list of objects."""
        return tuple(Fields(content, f"{self._at(name)}.{at}") for at, content in self._numbered(name))

    def named(
        self, name: str, read: Callable[[Fields, str], Value], among: Collection[str] | None = None
    ) -> dict[str, Value]:
        """Return the fields of an object, each as ``read(object, field's name)`` gives it.

        Where `among` is given, every name must be one of these.
        """
        inner = self.one(name)
        for key in inner._content:
            if among is not None and key not in among:
                raise _unexpected(self._at(name), f"names among {', '.join(among)}", key)
        return {key: read(inner, key) for key in inner._content}

    def converted(self, name: str, convert: Callable[[Mapping[str, object]], Value]) -> Value:
        """Return what `convert` makes of an object; whatever it stumbles over is the object's fault."""
        content = self.one(name)._content
        try:
            return convert(content)
        except BundleError as error:
            raise BundleError(f"{self._at(name)}: {error}") from error
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise BundleError(f"{self._at(name)}: {type(error).__name__}: {error}") from error

    def _get(self, name: str) -> object:
        if name not in self._content:
            raise _unexpected(self._place, f"a field {name!r}", ", ".join(self._content) or "no field")
        return self._content[name]

    def _numbered(self, name: str) -> list[tuple[str, object]]:
        content: list[object] = _checked(self._get(name), list, "a list", self._at(name))
        return [(str(number), each) for number, each in enumerate(content)]

    def _at(self, name: str) -> str:
        return f"{self._place}.{name}"


def _is_name(text: str) -> bool:
    return not _UNSAFE_NAME.search(text) and not text.startswith(".") and 0 < len(text) <= LONGEST_NAME


def _number(number: object, place: str) -> float:
    if isinstance(number, bool) or not isinstance(number, int | float) or not abs(number) <= LARGEST:
        raise _unexpected(place, "a number", number)
    return float(number)


def _checked(content: object, kind: type[Value], expected: str, place: str) -> Value:
    if not isinstance(content, kind):
        raise _unexpected(place, expected, content)
    return content


def _unexpected(place: str, expected: str, got: object) -> BundleError:
    quoted = got if isinstance(got, str) and got else json.dumps(got, ensure_ascii=False, default=str)
    short = quoted if len(quoted) <= LONGEST_QUOTE else quoted[:LONGEST_QUOTE] + " …"
    return BundleError(f"{place}: expected {expected}, got {' '.join(short.split())}")
