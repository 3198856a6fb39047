"""
Security policies are header values, and those that are well-formed are read without a complaint.
"""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given, strategies as st

from browsercors import Answer, Browser, ScriptedServer
from browsercors.protections.content_security_policy.parsing import parse_a_serialized_csp
from browsercors.strategies import content_security_policies, fetches, loads
from browsercors.strategies.security_policies import DIRECTIVES, ODD
from browsercors.values.content_security_policy import Disposition
from browsercors.values.headers import is_header_value
from tests.strategies.finding import found

HEADER: Final = "Content-Security-Policy"


def warnings_of(value: str) -> list[str]:
    parsed = [parse_a_serialized_csp(each, Disposition.ENFORCE) for each in value.split(",")]
    return [warning for policy in parsed for warning in policy.warnings]


@given(content_security_policies(odd=False))
def test_a_well_formed_policy_is_read_as_it_is(value: str) -> None:
    assert [] == warnings_of(value)


@given(content_security_policies())
def test_every_policy_is_the_value_of_a_header(value: str) -> None:
    assert is_header_value(value.encode("latin-1"))


SILENT: Final = {
    "": "no policy at all",
    ";": "no policy at all",
    ",": "two of these",
    "default-src": "nothing is allowed",
    "img-src self": "a host of that name",
    "img-src https//api.example.com": "a host and a path",
    "DEFAULT-SRC 'NONE'": "as in lower case",
    "default-src\t'self'\t;\t img-src  *": "as with single spaces",
    "default-src 'self';;; ;img-src *;": "as without the empty ones",
    "default-src 'self' img-src *": "a host whose name is that of a directive, and everything",
}
"""What browsers take without a word, and for what."""


@pytest.mark.parametrize("odd", ODD)
def test_of_an_odd_policy_something_is_ignored_or_taken_otherwise(odd: str) -> None:
    assert (odd in SILENT) == (warnings_of(odd) == [])


@pytest.mark.parametrize("directive", DIRECTIVES)
def test_every_directive_is_drawn(directive: str) -> None:
    value = found(content_security_policies(odd=False), lambda value: directive in value.split(), simplest=False)

    assert directive in value


@given(content_security_policies(), st.one_of(fetches(), loads()))
def test_a_page_with_any_policy_can_ask_for_anything(value: str, asked: object) -> None:
    with Browser() as browser:
        browser.mount("https://api.example.com", ScriptedServer(default=Answer()))
        page = browser.open("https://app.example.com/", headers={HEADER: value})
        result = asked.run(page)  # type: ignore[attr-defined]

    assert result.block is None or result.block.reason is not None


def test_sources_and_directives_are_those_that_are_given() -> None:
    drawn = content_security_policies(directives=["img-src"], sources=st.just("https://a.example"), odd=False)

    assert "img-src https://a.example" == found(drawn, lambda value: "a.example" in value)
    assert "base-uri 'self'" == found(content_security_policies(max_size=0, odd=False), lambda value: "base" in value)
