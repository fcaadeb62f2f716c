"""How the app is looked at: in a wide window and a light theme, or in a narrow one and a dark theme."""

import zlib

import pytest

LOOKS = {"wide-light": (1440, "light"), "narrow-dark": (800, "dark")}
in_both_looks = pytest.mark.parametrize("tab", LOOKS, indirect=True)
"""For tests of what a width or a theme may break; any other runs in one of the two."""


def look_of(test: str) -> str:
    """Return the look of a test that runs in one of them: about half of all tests have either."""
    return list(LOOKS)[zlib.crc32(test.encode()) % len(LOOKS)]
