"""What stands before a text, by a model's prompts or its name."""

from types import SimpleNamespace

import pytest

from core.features.encoders.hub_text import prefix_of


def model(default=None, **prompts):
    return SimpleNamespace(prompts=prompts, default_prompt_name=default)


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("st/intfloat/e5-base-v2", model(), "query: "),
        ("hf/intfloat/multilingual-e5-small", model(query="", document=""), "query: "),
        ("st/intfloat/multilingual-e5-large-instruct", model(), ""),
        ("st/BAAI/bge-base-en-v1.5", model(), ""),
        ("st/thenlper/gte-small", model(), ""),
        ("st/some/model", model(Classification="sort: ", query="ask: "), "sort: "),
        ("st/some/model", model("query", query="ask: "), "ask: "),
        ("st/some/model", model(query="ask: "), ""),
    ],
)
def test_prefixes(name, given, expected):
    assert prefix_of(name, given) == expected
