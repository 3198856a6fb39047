"""
Putting a request on the wire, and reading what comes back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from browsercors.engines.webkit.profile import WEBKIT
from browsercors.fetch.timeline import Exchange
from browsercors.values.wire import FailureKind
from tests.fetch.engine import (
    ALLOW_ANY,
    API,
    APP,
    PROFILES,
    Simulation,
    allowing,
    answer,
    failure,
    parsed,
)

if TYPE_CHECKING:
    from browsercors.rules.profile import BrowserProfile

every_profile = pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)


@every_profile
def test_only_if_cached_finds_nothing_where_nothing_is_cached(profile: BrowserProfile) -> None:
    fetched = Simulation(profile).fetch(APP, answer(), cache="only-if-cached", mode="same-origin")

    # NB: WebKit does not know the mode.
    expected = ("basic", 1) if profile is WEBKIT else ("only-if-cached", 0)
    assert expected == (fetched.verdict, len(fetched.sent))


KEEPALIVE_CASES = [
    # length     keepalive  verdict
    (65536, True, "basic"),
    (65537, True, "keepalive-body-too-large"),
    (65537, False, "basic"),
]


@pytest.mark.parametrize(("length", "keepalive", "verdict"), KEEPALIVE_CASES)
@every_profile
def test_what_may_outlive_the_page_has_64_kibibytes_at_most(
    profile: BrowserProfile, length: int, keepalive: bool, verdict: str
) -> None:
    fetched = Simulation(profile).fetch(APP, answer(), method="POST", body=b"x" * length, keepalive=keepalive)

    assert (verdict, verdict == "basic") == (fetched.verdict, bool(fetched.sent))


@every_profile
def test_a_misdirected_request_is_sent_once_more(profile: BrowserProfile) -> None:
    fetched = Simulation(profile).fetch(APP, [answer(status=421), answer(status=421, body=b"x")])

    assert (fetched.verdict, fetched.response.status, len(fetched.sent)) == ("basic", 421, 2)


def test_the_second_answer_to_a_misdirected_request_counts() -> None:
    fetched = Simulation().fetch(APP, [answer(status=421), answer(body=b"x")], headers={"Range": "bytes=0-"})

    assert (fetched.response.status, fetched.response.body) == (200, b"x")
    assert fetched.response.url_list == [parsed(APP)]
    assert Simulation().fetch(APP, [answer(status=421), failure()]).verdict == "connection-failed"
    assert Simulation().fetch(APP, [answer(status=421), failure()]).response.url_list == []


def test_nobody_is_asked_for_a_password() -> None:
    challenge = allowing("WWW-Authenticate: Basic", status=401)
    asked = Simulation().fetch(API, challenge, credentials="include")
    quiet = Simulation().fetch(API, challenge)

    assert (asked.response.status, quiet.response.status) == (401, 401)
    assert [f.step for f in asked.found("HTTP-network-or-cache fetch")] == ["15.1"]
    assert [f.step for f in quiet.found("HTTP-network-or-cache fetch")] == ["15.1"]


@pytest.mark.parametrize("kind", FailureKind)
def test_each_way_to_get_no_answer_is_a_reason_of_its_own(kind: FailureKind) -> None:
    fetched = Simulation().fetch(API, failure(kind))

    assert kind.value == fetched.reason
    assert fetched.failed is not None
    assert fetched.failed.evidence == {"detail": "the wire is cut"}


def test_an_exchange_is_remembered_if_something_was_sent() -> None:
    broken = Simulation().fetch(API, failure()).params.timeline
    unmounted = Simulation().fetch(API, failure(FailureKind.NOT_MOUNTED)).params.timeline

    assert (len(broken), unmounted) == (1, [])
    exchange = broken[0]
    assert isinstance(exchange, Exchange)
    assert repr(exchange) == "<Exchange actual GET https://api.example/ -> connection-failed>"
    assert (exchange.status, exchange.response_body, exchange.traceback) == (None, None, None)
    assert dict(exchange.response_headers) == {}


RAW_CASES = [
    # a header line as sent                    the page's origin is allowed: std, chr, ffx, wkt
    ("Access-Control-Allow-Origin:  * \t", [True, True, True, True]),
    ("ACCESS-CONTROL-ALLOW-ORIGIN: *", [True, True, True, True]),
    ("Access-Control-Allow-Origin : *", [False, True, False, False]),
    ("Access-Control-Allow-Origin\t: *", [False, True, False, False]),
    (" Access-Control-Allow-Origin: *", [False, False, False, False]),
    ("Access-Control-Allow-Origin: \v*", [False, False, False, False]),
]


@pytest.mark.parametrize(("line", "expected"), RAW_CASES)
def test_odd_header_lines_are_read_as_each_browser_reads_them(line: str, expected: list[bool]) -> None:
    assert expected == [Simulation(profile).fetch(API, answer(line)).reason is None for profile in PROFILES]


def test_time_is_the_time_of_the_replies() -> None:
    page = Simulation()
    page.now = 5.0
    fetched = page.fetch(API, answer(ALLOW_ANY))
    exchange = fetched.params.timeline[0]

    assert (exchange.time, fetched.params.now) == (5.0, 5.0)
