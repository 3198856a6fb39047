"""
Templates are made of literals, and what is put into one is never read.
"""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from browsercors.explain.words.templates import Template

TOLD = Template("{page} may not read {url}: {{braces}} of its own.")

HOSTILE = [
    "{url}", "{url.__class__}", "{0}", "{", "}", "{{", "}}", "{!r}", "{page", "%s", "%(url)s", "%", "${url}", "$",
    "\\1", "\\g<0>", "",
]  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_is_shown_as_it_is(value: str) -> None:
    assert f"{value} may not read {value}: {{braces}} of its own." == TOLD.fill({"page": value, "url": value})


@given(page=st.text(), url=st.text())
def test_a_filled_text_that_is_put_into_another_is_not_read_again(page: str, url: str) -> None:
    inner = TOLD.fill({"page": page, "url": url})

    assert f"As {inner}" == Template("As {told}").fill({"told": inner})


NOT_TEMPLATES = [
    "{",
    "}",
    "a}b",
    "{}",
    "{0}",
    "{url.host}",
    "{url[0]}",
    "{url!r}",
    "{url:>8}",
    "{url:{width}}",
    "{a b}",
]


@pytest.mark.parametrize("text", NOT_TEMPLATES)
def test_a_blank_holds_a_name_and_nothing_else(text: str) -> None:
    with pytest.raises(ValueError, match=r"^(text has to hold names in braces|[Ss]ingle '|expected '}')"):
        Template(text)


def test_a_blank_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError, match="url"):
        TOLD.fill({"page": "x"})


def test_a_template_tells_its_names() -> None:
    assert {"page", "url"} == TOLD.names


def test_templates_are_equal_by_their_text_and_show_it() -> None:
    assert Template("{a}") == Template("{a}")
    assert "Template(text='{a}')" == repr(Template("{a}"))
