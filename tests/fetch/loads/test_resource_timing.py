"""
Resource Timing: what each browser shows of a fetch, with and without an allowance.
"""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import pytest

from browsercors.engines.chromium.profile import CHROMIUM
from browsercors.engines.firefox.profile import FIREFOX
from browsercors.engines.standard.profile import STANDARD
from browsercors.engines.webkit.profile import WEBKIT
from browsercors.fetch.loads.resource_timing import ResourceTiming, timing_entries
from browsercors.servers.live.content_codings import decoded
from browsercors.values.transport import STRICT
from browsercors.values.wire import FailureKind
from tests.fetch.engine import (
    ALLOW,
    ALLOW_ANY,
    API,
    APP,
    OTHER,
    PROFILES,
    Answers,
    Simulation,
    answer,
    failure,
    redirect,
)

if TYPE_CHECKING:
    from browsercors.rules.profile import BrowserProfile

TIMING: Final = "Timing-Allow-Origin: *"
TEXT: Final = "Content-Type: text/plain;charset=utf-8"
BODY: Final = b"hello"
Load: TypeAlias = "tuple[str, Answers, dict[str, Any]]"


def entries(simulation: Simulation) -> list[ResourceTiming]:
    rules = simulation.user_agent.profile.timing
    return list(timing_entries(simulation.memory.timings, simulation.environment.origin, rules))


def entry_of(profile: BrowserProfile, url: str, answers: Answers, **options: Any) -> ResourceTiming:
    simulation = Simulation(profile)
    simulation.now = 100.0
    simulation.fetch(url, answers, **options)
    (entry,) = entries(simulation)
    return entry


def sizes(entry: ResourceTiming) -> tuple[int, int, int]:
    return entry.transfer_size, entry.encoded_body_size, entry.decoded_body_size


# What the page may see: its own, with CORS and an allowance, with CORS alone, with an allowance alone, and nothing.
OWN: Final[Load] = (APP, answer(TEXT, body=BODY), {})
BOTH: Final[Load] = (API, answer(ALLOW, TIMING, TEXT, body=BODY), {})
CORS: Final[Load] = (API, answer(ALLOW, TEXT, body=BODY), {})
OPAQUE: Final[Load] = (API, answer(TIMING, TEXT, body=BODY), {"mode": "no-cors"})
CLOSED: Final[Load] = (API, answer(TEXT, body=BODY), {"mode": "no-cors"})
FULL, HIDDEN = (305, 5, 5), (0, 0, 0)


@pytest.mark.parametrize(
    ("profile", "load", "details", "expected", "status", "content_type"),
    [
        pytest.param(STANDARD, OWN, True, FULL, 200, "text/plain", id="standard: own"),
        pytest.param(STANDARD, BOTH, True, FULL, 200, "text/plain", id="standard: CORS, allowed"),
        pytest.param(STANDARD, CORS, False, (0, 5, 5), 200, "text/plain", id="standard: CORS"),
        pytest.param(STANDARD, OPAQUE, True, (300, 0, 0), 0, "", id="standard: opaque, allowed"),
        pytest.param(STANDARD, CLOSED, False, HIDDEN, 0, "", id="standard: opaque"),
        pytest.param(CHROMIUM, OWN, True, FULL, 200, "text/plain", id="chromium: own"),
        pytest.param(CHROMIUM, BOTH, True, FULL, 200, "text/plain", id="chromium: CORS, allowed"),
        pytest.param(CHROMIUM, CORS, False, HIDDEN, 200, "text/plain", id="chromium: CORS"),
        pytest.param(CHROMIUM, OPAQUE, True, FULL, 0, "", id="chromium: opaque, allowed"),
        pytest.param(CHROMIUM, CLOSED, False, HIDDEN, 0, "", id="chromium: opaque"),
        pytest.param(FIREFOX, OWN, True, FULL, 200, "text/plain", id="firefox: own"),
        pytest.param(FIREFOX, BOTH, True, FULL, 200, "text/plain", id="firefox: CORS, allowed"),
        pytest.param(FIREFOX, CORS, False, (0, 5, 5), 200, "text/plain", id="firefox: CORS"),
        pytest.param(FIREFOX, OPAQUE, True, (300, 0, 0), 0, "", id="firefox: opaque, allowed"),
        pytest.param(FIREFOX, CLOSED, False, HIDDEN, 0, "", id="firefox: opaque"),
        pytest.param(WEBKIT, OWN, True, FULL, None, None, id="webkit: own"),
        pytest.param(WEBKIT, BOTH, True, HIDDEN, None, None, id="webkit: CORS, allowed"),
        pytest.param(WEBKIT, CORS, False, HIDDEN, None, None, id="webkit: CORS"),
        pytest.param(WEBKIT, OPAQUE, True, HIDDEN, None, None, id="webkit: opaque, allowed"),
        pytest.param(WEBKIT, CLOSED, False, HIDDEN, None, None, id="webkit: opaque"),
    ],
)
def test_what_a_page_sees_of_a_response(
    profile: BrowserProfile,
    load: Load,
    details: bool,
    expected: tuple[int, int, int],
    status: int | None,
    content_type: str | None,
) -> None:
    url, answers, options = load

    entry = entry_of(profile, f"{url}/x", answers, **options)

    assert (entry.details_allowed, sizes(entry)) == (details, expected)
    assert (entry.response_status, entry.content_type) == (status, content_type)
    assert (entry.request_start, entry.response_start) == ((100.0, 100.0) if details else (0.0, 0.0))
    assert (entry.start_time, entry.fetch_start, entry.response_end) == (100.0, 100.0, 100.0)


REFUSED: Final[Load] = (API, answer(TIMING, TEXT, body=BODY), {})
BARE, DETAILED = (False, HIDDEN), (True, (300, 0, 0))
CORP: Final[Load] = (API, answer(TIMING, "Cross-Origin-Resource-Policy: same-origin"), {"mode": "no-cors"})


@pytest.mark.parametrize(
    ("load", "standard", "chromium", "firefox", "webkit"),
    [
        pytest.param(REFUSED, BARE, BARE, DETAILED, None, id="without CORS, allowed"),
        pytest.param((API, answer(TEXT), {}), BARE, BARE, BARE, None, id="without CORS"),
        pytest.param(CORP, BARE, BARE, (True, HIDDEN), None, id="Cross-Origin-Resource-Policy, allowed"),
        pytest.param((API, failure(), {}), BARE, BARE, BARE, None, id="no connection"),
        pytest.param((f"{API}:6000", (), {}), BARE, BARE, None, None, id="a bad port, so nothing is sent"),
        pytest.param((API, answer(TIMING), {"method": "PUT"}), BARE, BARE, BARE, None, id="a preflight that fails"),
        pytest.param(
            (API, (redirect("/y", ALLOW, TIMING), failure()), {}), BARE, BARE, BARE, None, id="no connection any more"
        ),
        pytest.param(
            (API, (redirect("/y", ALLOW, TIMING), failure(FailureKind.NOT_MOUNTED)), {}),
            BARE, BARE, BARE, None, id="nothing is mounted where the redirect leads",
        ),
    ],
)  # fmt: skip
def test_what_a_page_sees_of_a_failed_load(
    load: Load,
    standard: tuple[bool, Any] | None,
    chromium: tuple[bool, Any] | None,
    firefox: tuple[bool, Any] | None,
    webkit: tuple[bool, Any] | None,
) -> None:
    url, answers, options = load
    seen = []
    for profile in PROFILES:
        simulation = Simulation(profile)
        fetched = simulation.fetch(f"{url}/x", answers, **options)
        assert fetched.reason is not None
        seen.append(next(((entry.details_allowed, sizes(entry)) for entry in entries(simulation)), None))

    assert seen == [standard, chromium, firefox, webkit]


MOVED: Final = redirect("/y", ALLOW, TIMING, TEXT)
NOWHERE: Final = redirect("about:blank", ALLOW, TIMING, TEXT)
AWAY: Final = redirect(f"{OTHER}/y", TIMING, TEXT)
HASH: Final = f"sha256-{'A' * 43}="


@pytest.mark.parametrize(
    ("load", "expected"),
    [
        pytest.param(
            (API, answer(ALLOW, TIMING, TEXT, body=BODY), {"integrity": HASH}),
            {"chromium": (FULL, 0, ""), "firefox": (FULL, 200, "text/plain"), "webkit": (HIDDEN, None, None)},
            id="the integrity does not match",
        ),
        pytest.param(
            (API, MOVED, {"redirect": "error"}),
            {"chromium": (HIDDEN, 0, ""), "firefox": ((300, 0, 0), 302, "text/plain")},
            id="a redirect that may not be",
        ),
        pytest.param(
            (API, NOWHERE, {}),
            {"chromium": (HIDDEN, 0, ""), "firefox": ((300, 0, 0), 302, "text/plain")},
            id="a redirect that leads nowhere",
        ),
        pytest.param(
            (APP, AWAY, {"mode": "same-origin"}),
            {"chromium": (HIDDEN, 0, ""), "firefox": ((300, 0, 0), 302, "text/plain")},
            id="a redirect to another origin in mode same-origin",
        ),
        pytest.param(
            (API, MOVED, {"redirect": "manual"}),
            {
                "standard": ((300, 0, 0), 0, ""),
                "chromium": (HIDDEN, 0, ""),
                "firefox": ((300, 0, 0), 302, "text/plain"),
            },
            id="a redirect that is not followed",
        ),
        pytest.param(
            (API, (MOVED, answer(ALLOW, TIMING, TEXT, body=BODY)), {"keepalive": True}),
            {
                "standard": (FULL, 200, "text/plain"),
                "chromium": (FULL, 200, "text/plain"),
                "firefox": ((300, 0, 0), 302, "text/plain"),
            },
            id="a redirect of a keepalive request",
        ),
        pytest.param((API, (), {"mode": "same-origin"}), {"chromium": None, "firefox": None}, id="mode same-origin"),
        pytest.param(
            (API, (), {"mode": "no-cors", "redirect": "error"}), {"chromium": None, "firefox": None}, id="mode no-cors"
        ),
    ],
)
def test_what_redirects_and_refusals_change(
    load: Load, expected: dict[str, tuple[tuple[int, int, int], int, str] | None]
) -> None:
    url, answers, options = load
    seen = {}
    for profile in PROFILES:
        simulation = Simulation(profile)
        simulation.fetch(f"{url}/x", answers, **options)
        shown = [(sizes(each), each.response_status, each.content_type) for each in entries(simulation)]
        seen[profile.name] = next(iter(shown), None)

    assert expected == {name: seen[name] for name in expected}


# NB: recorded in `timing-of-redirects/manual-*`, `timing-of-stopped-redirects` and `timing-of-failures/integrity*`.
@pytest.mark.parametrize(
    ("load", "expected"),
    [
        pytest.param(
            (API, redirect("/y", ALLOW), {"redirect": "manual"}),
            {"chromium": BARE, "firefox": BARE, "webkit": (True, HIDDEN)},
            id="a redirect that is not followed",
        ),
        pytest.param(
            (APP, redirect("/y"), {"redirect": "manual"}),
            {"chromium": BARE, "firefox": DETAILED, "webkit": DETAILED},
            id="one of the page's own",
        ),
        pytest.param(
            (API, answer(ALLOW), {"integrity": HASH}),
            {"chromium": BARE, "firefox": BARE, "webkit": BARE},
            id="the integrity does not match",
        ),
        pytest.param(
            (API, answer(ALLOW, TIMING), {"integrity": HASH}),
            {"webkit": (True, HIDDEN)},
            id="the integrity does not match, allowed",
        ),
    ],
)
def test_what_is_shown_of_what_the_page_does_not_get(load: Load, expected: dict[str, tuple[bool, Any]]) -> None:
    url, answers, options = load
    seen = {}
    for profile in PROFILES:
        entry = entry_of(profile, f"{url}/x", answers, **options)
        seen[profile.name] = (entry.details_allowed, sizes(entry))

    assert expected == {name: seen[name] for name in expected}


@pytest.mark.parametrize(
    ("hops", "details"),
    [
        pytest.param((redirect(f"{OTHER}/y", ALLOW, TIMING), answer(ALLOW_ANY, TIMING)), True, id="each allows it"),
        pytest.param((redirect(f"{OTHER}/y", ALLOW), answer(ALLOW_ANY, TIMING)), False, id="the last one alone"),
        pytest.param((redirect(f"{OTHER}/y", ALLOW, TIMING), answer(ALLOW_ANY)), False, id="the first one alone"),
        pytest.param(
            (redirect(f"{OTHER}/y", ALLOW, TIMING), answer(ALLOW_ANY, f"Timing-Allow-Origin: {APP}")),
            False,
            id="by the page's origin, which the redirect has made null",
        ),
    ],
)
@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_details_need_the_allowance_of_every_hop(profile: BrowserProfile, hops: Answers, details: bool) -> None:
    entry = entry_of(profile, f"{API}/x", hops)

    assert (entry.name, entry.details_allowed) == (f"{API}/x", details)
    assert (entry.redirect_start, entry.redirect_end) == ((100.0, 100.0) if details else (0.0, 0.0))


@pytest.mark.parametrize(
    ("content_type", "standard", "chromium"),
    [
        pytest.param("text/html; charset=utf-8", "text/html", "text/html", id="parameters"),
        pytest.param("IMAGE/PNG", "image/png", "image/png", id="case"),
        pytest.param("application/x-javascript", "text/javascript", "text/javascript", id="JavaScript"),
        pytest.param("application/problem+json", "application/json", "application/json", id="JSON"),
        pytest.param("image/svg+xml", "image/svg+xml", "image/svg+xml", id="SVG"),
        pytest.param("application/rss+xml", "application/xml", "application/xml", id="XML"),
        pytest.param("font/woff2", "font/woff2", "", id="a font"),
        pytest.param("text/csv", "text/csv", "", id="what is only saved"),
        pytest.param("nonsense", "", "", id="no type"),
        pytest.param("", "", "", id="empty"),
    ],
)
def test_types_are_shown_by_their_essence(content_type: str, standard: str, chromium: str) -> None:
    shown = [
        entry_of(profile, f"{API}/x", answer(ALLOW, f"Content-Type: {content_type}")).content_type
        for profile in (STANDARD, CHROMIUM)
    ]

    assert shown == [standard, chromium]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("gzip", "gzip", id="known"),
        pytest.param("BR", "br", id="case"),
        pytest.param("gzip, br", "multiple", id="several"),
        pytest.param("secret", "@unknown", id="unknown"),
        pytest.param("", "", id="empty"),
        pytest.param("g z", "", id="no coding"),
    ],
)
def test_codings_are_shown_by_their_name(value: str, expected: str) -> None:
    shown = answer(ALLOW, f"Content-Encoding: {value}", body=BODY)

    assert entry_of(STANDARD, f"{API}/x", shown).content_encoding == expected
    assert entry_of(FIREFOX, f"{API}/x", shown).content_encoding is None


def test_the_size_before_decoding_is_shown_as_it_came() -> None:
    shown = decoded(answer(ALLOW, TIMING, "Content-Encoding: gzip", body=gzip.compress(BODY)), STRICT, max_bytes=100)

    assert sizes(entry_of(CHROMIUM, f"{API}/x", shown)) == (325, 25, 5)
    assert sizes(entry_of(CHROMIUM, f"{API}/x", shown, method="HEAD")) == (300, 0, 0)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(("Cache-Control: max-age=60",), (0, 5, 5), id="used as it was"),
        pytest.param(("Cache-Control: no-cache", 'ETag: "1"'), (300, 5, 5), id="confirmed"),
    ],
)
def test_what_the_cache_had_took_less(lines: tuple[str, ...], expected: tuple[int, int, int]) -> None:
    simulation = Simulation(STANDARD)
    both = [answer(ALLOW, TIMING, *lines, body=BODY), answer(status=304)]

    simulation.fetch(f"{API}/x", both)
    simulation.fetch(f"{API}/x", both[1])

    assert [sizes(entry) for entry in entries(simulation)] == [FULL, expected]


def test_nothing_that_is_not_http_has_an_entry() -> None:
    simulation = Simulation()

    simulation.fetch("data:,x")

    assert entries(simulation) == []


def test_facts_are_bounded_and_hold_no_body() -> None:
    simulation = Simulation()
    body = b"x" * 1000

    for number in range(260):
        simulation.fetch(f"{API}/{number}", answer(ALLOW, body=body))

    assert len(simulation.memory.timings) == 250
    assert [len(facts) for facts in simulation.memory.timings if body in facts] == []
    assert entries(simulation)[-1].name == f"{API}/249"
