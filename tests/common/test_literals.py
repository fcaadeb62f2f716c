import warnings

import pytest

from core.common.literals import read_literal


def test_literals_are_read_without_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_literal("{'a': ['\\d', None]}") == {"a": ["\\d", None]}
        with pytest.raises((ValueError, SyntaxError)):
            read_literal("[0if 1else 2]")
        with pytest.raises((ValueError, SyntaxError)):
            read_literal("__import__('os')")
