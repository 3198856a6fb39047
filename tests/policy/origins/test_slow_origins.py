"""
Origins that cost a regular expression its time: each kind against an expression that it was made for.
"""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from browsercors import Browser
from browsercors.policy.origins.slow_origins import LENGTHS, SlowOriginKind, slow_origins

APP = "https://app.example.com"

EXPRESSIONS = [
    ("letters", r"https://(([a-z]+)+\.)?app\.example\.com"),
    ("letters-and-digits", r"https://([a-z0-9]+[a-z]*)*\.example\.com"),
    ("hyphens", r"https://([\w-]*-)*\.example\.com"),
    ("labels", r"https://([\w.-]+\.)*app\.example\.com$"),
    ("subdomain", r"https://([a-z]+)*\.app\.example\.com$"),
    ("subdomains", r"https://([\w.-]+\.)*app\.example\.com$"),
]


@pytest.mark.parametrize(("kind", "expression"), EXPRESSIONS)
def test_each_kind_costs_an_expression_its_time(kind: str, expression: str) -> None:
    compiled = re.compile(expression)

    def seconds(length: int) -> float:
        origins = [slow.origin for slow in slow_origins([APP], lengths=(length,)) if slow.kind.value == kind]
        begun = time.process_time()
        for origin in origins:
            assert not compiled.match(origin)
        return time.process_time() - begun

    # NB: eight letters more are 256 times the time; a linear expression takes twice as long.
    assert seconds(18) > 20 * seconds(10)


def test_a_power_of_the_length_shows_in_the_full_length() -> None:
    hosts = [len(slow.origin) for slow in slow_origins([APP]) if slow.kind is SlowOriginKind.FULL_LENGTH]

    assert max(hosts) > 230


def test_every_kind_has_each_length_and_the_shortest_come_first() -> None:
    found = slow_origins([APP, "http://localhost:3000"])

    assert {(slow.kind, slow.length) for slow in found} == {(kind, n) for kind in SlowOriginKind for n in LENGTHS}
    assert [slow.length for slow in found] == sorted(slow.length for slow in found)
    assert len({slow.origin for slow in found}) == len(found)


@pytest.mark.parametrize(
    "origin", [APP, "http://localhost:3000", "https://a." + "b." * 110 + "example", "http://[::1]"]
)
def test_a_browser_can_hold_every_one_and_dns_can_name_it(origin: str) -> None:
    with Browser() as browser:
        for slow in slow_origins([origin]):
            assert slow.origin == browser.open(f"{slow.origin}/").origin
            host = slow.origin.partition("://")[2]
            assert len(host) <= 253
            assert all(0 < len(label) <= 63 for label in host.split("."))


WRONG: list[tuple[Any, dict[str, Any], str]] = [
    (["null"], {}, "allowed has to hold origins such as 'https://app.example.com', not 'null'"),
    ([f"{APP}/"], {}, "allowed has to hold origins"),
    ([None], {}, "allowed has to hold origins"),
    ([APP], {"lengths": (61,)}, "lengths has to hold numbers from 1 to 60, not 61"),
    ([APP], {"lengths": (True,)}, "lengths has to hold numbers from 1 to 60, not True"),
]


@pytest.mark.parametrize(("allowed", "options", "message"), WRONG)
def test_what_is_no_origin_or_length_is_refused(allowed: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is looked at
        slow_origins(allowed, **options)

    assert str(caught.value).startswith(message)
