"""
Fetching over HTTP: the checks on each hop, and where redirects lead.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings, strategies as st

from browsercors.engines.chromium.profile import CHROMIUM
from browsercors.engines.firefox.profile import FIREFOX
from browsercors.engines.standard.profile import STANDARD
from browsercors.engines.webkit.profile import WEBKIT
from browsercors.fetch.http_redirect_fetch import location_url
from browsercors.fetch.redirect_taint import redirect_taint
from browsercors.fetch.timeline import Exchange, ExchangeKind, RememberedPreflight
from browsercors.initiators.bodies.readable_stream import ReadableStream
from browsercors.values.headers import Failure, HeaderList
from browsercors.values.requests import Request
from browsercors.values.responses import Response
from tests.fetch.engine import (
    ALLOW,
    ALLOW_ANY,
    ALLOW_CREDENTIALS,
    API,
    APP,
    OTHER,
    PAGE,
    PROFILES,
    SITES,
    SUB,
    Simulation,
    allowing,
    answer,
    header_list,
    make_environment,
    parsed,
    redirect,
)

if TYPE_CHECKING:
    from browsercors.rules.profile import BrowserProfile

ANY_METHOD = (
    "Access-Control-Allow-Methods: PUT, DELETE, PATCH",
    "Access-Control-Allow-Headers: content-type, authorization, x-a",
)

STATUSES = (301, 302, 303, 307, 308)

REWRITE_CASES = [
    # method   what 301, 302, 303, 307 and 308 make of it
    ("GET", ["GET", "GET", "GET", "GET", "GET"]),
    ("HEAD", ["HEAD", "HEAD", "HEAD", "HEAD", "HEAD"]),
    ("POST", ["GET", "GET", "GET", "POST", "POST"]),
    ("PUT", ["PUT", "PUT", "GET", "PUT", "PUT"]),
    ("DELETE", ["DELETE", "DELETE", "GET", "DELETE", "DELETE"]),
    ("PATCH", ["PATCH", "PATCH", "GET", "PATCH", "PATCH"]),
]
METHODS_AND_STATUSES = [
    (method, status, after)
    for method, results in REWRITE_CASES
    for status, after in zip(STATUSES, results, strict=True)
]


@pytest.mark.parametrize(("method", "status", "after"), METHODS_AND_STATUSES)
def test_some_redirects_turn_the_request_into_a_get(method: str, status: int, after: str) -> None:
    with_body = method not in {"GET", "HEAD"}
    fetched = Simulation().fetch(
        "/1",
        [redirect("/2", status=status), answer(body=b"x")],
        method=method,
        headers={"Content-Language": "de", "Content-Encoding": "x", "Content-Location": "/", "X-A": "1"},
        **({"body": "text"} if with_body else {}),
    )
    second = fetched.sent[1]
    kept = after == method

    assert (fetched.verdict, fetched.methods) == ("basic", [method, after])
    assert fetched.response.url_list == [parsed(f"{APP}/1"), parsed(f"{APP}/2")]
    assert (b"text" if kept and with_body else None) == second.body
    names = second.headers.names()
    assert b"x-a" in names
    assert [kept] * 3 == [name in names for name in (b"content-language", b"content-encoding", b"content-location")]
    assert (kept and with_body) == (b"content-type" in names)
    assert (b"4" if kept and with_body else None) == second.headers.get(b"content-length")


@pytest.mark.parametrize("status", [300, 304, 305, 306, 309, 399])
def test_other_statuses_of_the_300s_are_no_redirects(status: int) -> None:
    fetched = Simulation().fetch("/1", redirect("/2", status=status))

    assert (fetched.verdict, fetched.response.status, fetched.methods) == ("basic", status, ["GET"])


ORIGIN_CASES = [
    # the chain of servers               Origin on each hop, and who is asked last
    ([APP, APP], [None, None], "basic"),
    ([APP, API], [None, APP], "cors"),
    ([API, API], [APP, APP], "cors"),
    ([API, APP], [APP, "null"], "cors"),
    ([API, OTHER], [APP, "null"], "cors"),
    ([API, API, OTHER, OTHER], [APP, APP, "null", "null"], "cors"),
    ([APP, API, APP, APP], [None, APP, "null", "null"], "cors"),
    ([APP, APP, API], [None, None, APP], "cors"),
    ([SUB, APP], [APP, "null"], "cors"),
    ([SUB, API], [APP, "null"], "cors"),
]


@pytest.mark.parametrize(("chain", "origins", "type_"), ORIGIN_CASES)
def test_the_origin_is_null_once_the_chain_left_another_origin(
    chain: list[str], origins: list[str | None], type_: str
) -> None:
    answers = [redirect(f"{server}/x", ALLOW_ANY) for server in chain[1:]]
    fetched = Simulation().fetch(f"{chain[0]}/x", [*answers, answer(ALLOW_ANY)])

    assert origins == [fetched.header("Origin", index) for index in range(len(chain))]
    assert type_ == fetched.verdict


def test_every_hop_has_to_name_the_page() -> None:
    chain = [redirect(f"{OTHER}/2", ALLOW), answer("Access-Control-Allow-Origin: null")]
    assert Simulation().fetch(API, chain).verdict == "cors"
    assert Simulation().fetch(API, [chain[0], answer(ALLOW)]).verdict == "allow-origin-mismatch"
    assert Simulation().fetch(API, [redirect(f"{OTHER}/2"), answer(ALLOW_ANY)]).verdict == "allow-origin-missing"
    assert Simulation().fetch(API, [redirect(f"{OTHER}/2"), answer(ALLOW_ANY)]).methods == ["GET"]


TAINT_CASES = [
    # the chain               taint
    ([APP], "same-origin"),
    ([API], "same-origin"),
    ([API, API], "same-origin"),
    ([APP, API], "same-origin"),
    ([APP, SUB], "same-origin"),
    ([SUB, APP], "same-site"),
    ([SUB, "https://b.app.example"], "same-site"),
    ([SUB, API], "same-site"),
    ([API, APP], "cross-site"),
    ([API, OTHER], "cross-site"),
    ([API, "https://x.api.example"], "same-site"),
    ([SUB, APP, API], "same-site"),
    ([SUB, APP, API, APP], "cross-site"),
    ([API, OTHER, SUB, APP], "cross-site"),
]


def taint_by_the_standard(page: str, chain: list[str]) -> str:
    """
    https://fetch.spec.whatwg.org/#concept-request-tainted-origin, over the whole list.
    """
    origin = parsed(page).origin
    taint = "same-origin"
    for last, url in itertools.pairwise(parsed(text).origin for text in chain):
        if not SITES.same_site(url, last) and not SITES.same_site(origin, last):
            return "cross-site"
        if not url.same_origin(last) and not origin.same_origin(last):
            taint = "same-site"
    return taint


def taint_of(chain: list[str]) -> str:
    environment = make_environment(APP)
    request = Request(b"GET", [parsed(chain[0])], HeaderList(), environment, environment.origin)
    for url in chain[1:]:
        request.redirect_taint = redirect_taint(request, parsed(url), SITES)
        request.url_list.append(parsed(url))
    return request.redirect_taint


@pytest.mark.parametrize(("chain", "expected"), TAINT_CASES)
def test_a_chain_is_tainted_by_leaving_another_origin(chain: list[str], expected: str) -> None:
    assert expected == taint_of(chain) == taint_by_the_standard(APP, chain)


@given(st.lists(st.sampled_from([APP, API, SUB, OTHER, "http://app.example"]), min_size=1, max_size=6))
@settings(deadline=None)
def test_taint_hop_by_hop_is_the_taint_of_the_whole_chain(chain: list[str]) -> None:
    assert taint_of(chain) == taint_by_the_standard(APP, chain)


LIMIT_CASES = [
    # redirects answered    verdict             requests sent
    (19, "basic", 20),
    (20, "basic", 21),
    (21, "redirect-limit", 21),
    (40, "redirect-limit", 21),
]


@pytest.mark.parametrize(("redirects", "verdict", "sent"), LIMIT_CASES)
@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_twenty_redirects_are_followed_and_the_next_one_fails(
    profile: BrowserProfile, redirects: int, verdict: str, sent: int
) -> None:
    answers = [redirect(f"/{number}") for number in range(redirects)]
    fetched = Simulation(profile).fetch("/", [*answers, answer()])

    assert (verdict, sent) == (fetched.verdict, len(fetched.sent))


def test_a_loop_ends_at_the_limit() -> None:
    fetched = Simulation().fetch("/", redirect("/"))

    assert fetched.failed is not None
    assert (fetched.verdict, fetched.failed.step, fetched.failed.evidence) == ("redirect-limit", "7", {"count": 20})


LOCATION_CASES = [
    # Location                        where it leads from https://api.example/a/b?c#frag
    ("/x", f"{API}/x#frag"),
    ("x?y", f"{API}/a/x?y#frag"),
    ("?y", f"{API}/a/b?y#frag"),
    ("#", f"{API}/a/b?c#"),
    ("/x#own", f"{API}/x#own"),
    ("//other.test/x", f"{OTHER}/x#frag"),
    ("HTTPS://OTHER.TEST:443/x", f"{OTHER}/x#frag"),
    ("  /x\t", f"{API}/x#frag"),
    ("/%zz", f"{API}/%zz#frag"),
    ("https:x", f"{API}/a/x#frag"),
    ("http://", None),
    ("http://[::1", None),
    ("https://a b/", None),
]


@pytest.mark.parametrize(("location", "expected"), LOCATION_CASES)
@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_a_location_is_resolved_against_the_response_and_keeps_the_fragment(
    profile: BrowserProfile, location: str, expected: str | None
) -> None:
    fetched = Simulation(profile).fetch(f"{API}/a/b?c#frag", [redirect(location, ALLOW_ANY), answer(ALLOW_ANY)])

    if expected is None:
        assert (fetched.verdict, fetched.failed and fetched.failed.step) == ("redirect-location-invalid", "5")
    else:
        assert (fetched.verdict, fetched.request.current_url.href) == ("cors", expected)


BYTES_CASES = [
    # Location    where it leads: standard, Chromium, Firefox, WebKit
    ("/\xc3\xa4", ["%C3%A4", "%C3%A4", "%C3%A4", "%C3%83%C2%A4"]),
    ("/\xe4", ["%E4", "%E4", "%E4", "%C3%AF%C2%BF%C2%BD"]),
]


@pytest.mark.parametrize(("location", "expected"), BYTES_CASES)
def test_bytes_beyond_ascii_in_a_location_are_utf_8_but_in_webkit(location: str, expected: list[str]) -> None:
    fetched = [Simulation(p).fetch(API, [redirect(location, ALLOW_ANY), answer(ALLOW_ANY)]) for p in PROFILES]

    assert expected == [f.request.current_url.path.removeprefix("/") for f in fetched]


ODD_LOCATION_CASES = [
    # Location headers       standard, Chromium, Firefox, WebKit
    ([], ["302", "302", "302", "302"]),
    ([""], ["redirect-limit", "302", "redirect-limit", "redirect-location-invalid"]),
    (["/x", "/x"], ["redirect-location-invalid", "/x", "/x", "/x,%20/x"]),
    (["/x", "/y"], ["redirect-location-invalid", "redirect-location-invalid", "redirect-location-invalid", "/x,%20/y"]),
]


@pytest.mark.parametrize(("locations", "expected"), ODD_LOCATION_CASES)
def test_missing_empty_and_repeated_locations(locations: list[str], expected: list[str]) -> None:
    outcomes = []
    for profile in PROFILES:
        first = answer(*(f"Location: {location}" for location in locations), status=302)
        last = first if locations == [""] else answer()
        fetched = Simulation(profile).fetch("/", [first, last])
        stayed = fetched.response.status == 302
        outcomes.append(fetched.reason or ("302" if stayed else fetched.request.current_url.target))

    assert expected == outcomes


def test_a_redirect_without_location_is_the_result_and_is_filtered_like_any_other() -> None:
    fetched = Simulation().fetch(API, answer(ALLOW, "X-A: 1", status=301, body=b"moved"))

    assert (fetched.verdict, fetched.response.status, fetched.response.body) == ("cors", 301, b"moved")
    assert list(fetched.response.header_list) == []


SCHEME_CASES = [
    "data:text/plain,x",
    "ftp://api.example/",
    "about:blank",
    "blob:https://app.example/1",
    "javascript:1",
    "ws://a.test/",
]


@pytest.mark.parametrize("location", SCHEME_CASES)
def test_a_redirect_leads_to_http_only(location: str) -> None:
    fetched = Simulation().fetch("/", redirect(location))

    assert (fetched.verdict, fetched.failed and fetched.failed.step) == ("redirect-scheme-not-http", "6")


CREDENTIALS_CASES = [
    # the chain, its last URL with credentials    standard, Chromium, Firefox, WebKit: the step that refuses it
    ([APP, "https://u:p@app.example/"], [None, "9", None, None]),
    ([APP, "https://u@app.example/"], [None, "9", None, None]),
    ([APP, "https://:p@app.example/"], [None, "9", None, None]),
    ([APP, "https://u:p@api.example/"], ["9", "9", "9", "9"]),
    ([API, "https://u:p@api.example/"], ["9", "9", "9", "9"]),
    ([API, "https://u:p@app.example/"], ["10", "10", "10", "10"]),
    ([APP, API, "https://u:p@app.example/"], ["10", "10", "10", "10"]),
]


@pytest.mark.parametrize(("chain", "expected"), CREDENTIALS_CASES)
def test_no_credentials_in_the_url_once_another_origin_is_involved(
    chain: list[str], expected: list[str | None]
) -> None:
    steps = []
    for profile in PROFILES:
        allow = [f"Access-Control-Allow-Origin: {APP}", "Access-Control-Allow-Credentials: true"]
        answers = [redirect(url, *allow) for url in chain[1:]]
        fetched = Simulation(profile).fetch(chain[0], [*answers, answer(*allow)])
        assert fetched.reason in {None, "redirect-with-credentials"}
        steps.append(fetched.failed and fetched.failed.step)

    assert expected == steps


@pytest.mark.parametrize("place", [APP, API])
@pytest.mark.parametrize("target", ["app", "api", "other"])
def test_outside_of_cors_only_chromium_minds_credentials_in_the_url(place: str, target: str) -> None:
    chain = [redirect(f"https://u:p@{target}.example/"), answer()]
    fetched = [Simulation(profile).fetch(place, chain, mode="no-cors") for profile in PROFILES]

    assert [None, "redirect-with-credentials", None, None] == [each.reason for each in fetched]


AUTHORIZATION_CASES = [
    # the chain               Authorization on each hop
    ([APP, APP], [True, True]),
    ([APP, API], [True, False]),
    ([API, API], [True, True]),
    ([API, OTHER], [True, False]),
    ([API, OTHER, API], [True, False, False]),
    ([APP, "https://app.example:8443"], [True, False]),
]


@pytest.mark.parametrize(("chain", "expected"), AUTHORIZATION_CASES)
def test_authorization_does_not_follow_to_another_origin(chain: list[str], expected: list[bool]) -> None:
    hops = iter([*(redirect(f"{url}/x", ALLOW_ANY) for url in chain[1:]), answer(ALLOW_ANY)])

    def serve(request: Any) -> Any:
        return answer(ALLOW_ANY, *ANY_METHOD) if request.method == b"OPTIONS" else next(hops)

    fetched = Simulation().fetch(f"{chain[0]}/x", serve, headers={"Authorization": "Basic x", "X-A": "1"})
    actual = [request for request in fetched.sent if request.method == b"GET"]

    assert expected == [b"authorization" in request.headers for request in actual]
    assert all(b"x-a" in request.headers for request in actual)
    assert fetched.reason is None
    removed = [finding for finding in fetched.found("HTTP-redirect fetch") if finding.step == "13"]
    assert (expected.count(False) > 0) == (removed != [])


def test_a_stream_cannot_be_sent_twice() -> None:
    """
    Nor once: over HTTP/1.1 it never leaves.
    """
    for profile in (STANDARD, CHROMIUM):
        fetched = Simulation(profile).fetch("/", method="POST", body=ReadableStream([b"x"]), duplex="half")
        assert (fetched.verdict, fetched.sent) == ("stream-upload-not-supported", [])

    # NB: what a browser with streaming uploads would do after a redirect.
    streaming = Simulation()
    request = streaming.fetch("/", answer(), method="POST", body="x").request
    request.method, request.body, request.body_source_is_null = b"POST", b"x", True
    assert streaming.run(request).verdict == "stream-upload-not-supported"


MODE_CASES = [
    # mode         redirect   chain          verdict
    ("cors", "follow", [API, API], "cors"),
    ("cors", "error", [API, API], "redirect-mode-error"),
    ("cors", "manual", [API, API], "opaqueredirect"),
    ("cors", "error", [APP, API], "redirect-mode-error"),
    ("cors", "manual", [APP, API], "opaqueredirect"),
    ("same-origin", "follow", [APP, APP], "basic"),
    ("same-origin", "follow", [APP, API], "same-origin-mode"),
    ("same-origin", "manual", [APP, API], "opaqueredirect"),
    ("no-cors", "follow", [API, OTHER], "opaque"),
    ("no-cors", "follow", [APP, API], "opaque"),
    ("no-cors", "follow", [API, APP], "opaque"),
    ("no-cors", "follow", [APP, APP], "basic"),
    ("no-cors", "manual", [APP, APP], "opaqueredirect"),
    ("no-cors", "manual", [API, API], "no-cors-redirect-mode"),
]


@pytest.mark.parametrize(("mode", "redirect_mode", "chain", "verdict"), MODE_CASES)
@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_a_redirect_is_followed_shown_or_an_error(
    profile: BrowserProfile, mode: str, redirect_mode: str, chain: list[str], verdict: str
) -> None:
    first = redirect(f"{chain[1]}/2", ALLOW_ANY)
    fetched = Simulation(profile).fetch(f"{chain[0]}/1", [first, answer(ALLOW_ANY)], mode=mode, redirect=redirect_mode)

    assert verdict == fetched.verdict


def test_an_opaque_redirect_shows_where_it_was_and_nothing_else() -> None:
    fetched = Simulation().fetch("/1", redirect("/2", "X-A: 1"), redirect="manual")

    assert (fetched.type, fetched.response.status, fetched.response.body) == ("opaqueredirect", 0, None)
    assert fetched.response.url_list == [parsed(f"{APP}/1")]
    assert list(fetched.response.header_list) == []


def test_a_manual_redirect_has_to_pass_the_cors_check_first() -> None:
    assert Simulation().fetch(API, redirect("/2"), redirect="manual").verdict == "allow-origin-missing"


PREFLIGHTED_CHAIN = [
    # profile    what goes over the wire when a PUT is redirected to another origin
    (STANDARD, ["OPTIONS", "PUT", "OPTIONS", "PUT"], ["https://app.example", "https://app.example", "null", "null"]),
    (CHROMIUM, ["OPTIONS", "PUT", "OPTIONS", "PUT"], ["https://app.example", "https://app.example", "null", "null"]),
    (
        FIREFOX,
        ["OPTIONS", "PUT", "OPTIONS", "PUT"],
        ["https://app.example", "https://app.example", "https://app.example", "null"],
    ),
    (WEBKIT, ["OPTIONS", "PUT", "OPTIONS", "PUT"], ["https://app.example", "https://app.example", "null", "null"]),
]


@pytest.mark.parametrize(("profile", "methods", "origins"), PREFLIGHTED_CHAIN)
def test_each_hop_is_preflighted_for_itself(profile: BrowserProfile, methods: list[str], origins: list[str]) -> None:
    allow = answer(ALLOW_ANY, *ANY_METHOD)
    fetched = Simulation(profile).fetch(
        API, [allow, redirect(f"{OTHER}/2", ALLOW_ANY, status=307), allow, answer(ALLOW_ANY)], method="PUT"
    )

    assert (fetched.verdict, fetched.methods) == ("cors", methods)
    assert origins == [fetched.header("Origin", index) for index in range(4)]


def test_the_timeline_tells_preflights_redirects_and_the_answer_apart() -> None:
    simulation = Simulation()
    allow = allowing(*ANY_METHOD)
    fetched = simulation.fetch(API, [allow, redirect("/2", ALLOW, status=307), allow, allowing()], method="PUT")
    kinds = [entry.kind for entry in fetched.params.timeline if isinstance(entry, Exchange)]

    assert kinds == [
        ExchangeKind.PREFLIGHT,
        ExchangeKind.REDIRECT,
        ExchangeKind.PREFLIGHT,
        ExchangeKind.ACTUAL,
    ]
    again = simulation.fetch(API, [redirect("/2", ALLOW, status=307), allowing()], method="PUT")
    timeline = again.params.timeline
    assert [type(entry) for entry in timeline] == [RememberedPreflight, Exchange, RememberedPreflight, Exchange]
    assert repr(timeline[0]) == "<RememberedPreflight PUT https://api.example/>"
    assert repr(timeline[1]) == "<Exchange redirect PUT https://api.example/ -> 307>"
    assert repr(timeline[3]) == "<Exchange actual PUT https://api.example/2 -> 200>"


def test_a_redirect_can_change_the_referrer_policy() -> None:
    chain = [redirect("/2", "Referrer-Policy: no-referrer"), redirect("/3", "Referrer-Policy: unsafe-url"), answer()]
    fetched = Simulation().fetch("/1", chain)

    # NB: once it is gone it does not come back.
    assert [fetched.header("Referer", index) for index in range(3)] == [PAGE, None, None]


def test_the_timing_allowance_fails_for_the_whole_chain() -> None:
    passing = [redirect("/2", ALLOW, "Timing-Allow-Origin: *"), answer(ALLOW, "Timing-Allow-Origin: *")]
    failing = [redirect("/2", ALLOW), answer(ALLOW, "Timing-Allow-Origin: *")]

    assert Simulation().fetch(API, passing).request.timing_allow_failed is False
    assert Simulation().fetch(API, failing).request.timing_allow_failed is True
    assert Simulation().fetch(APP, answer()).request.timing_allow_failed is False


CORP_CASES = [
    # mode         Cross-Origin-Resource-Policy    verdict
    ("no-cors", "same-origin", "cross-origin-resource-policy"),
    ("no-cors", "same-site", "cross-origin-resource-policy"),
    ("no-cors", "cross-origin", "opaque"),
    ("no-cors", "other", "opaque"),
    ("cors", "same-origin", "cors"),
]


@pytest.mark.parametrize(("mode", "policy", "verdict"), CORP_CASES)
def test_only_opaque_responses_are_checked_for_a_resource_policy(mode: str, policy: str, verdict: str) -> None:
    response = answer(ALLOW, f"Cross-Origin-Resource-Policy: {policy}")

    assert verdict == Simulation().fetch(API, response, mode=mode).verdict


def test_a_redirect_has_to_pass_the_resource_policy_too() -> None:
    chain = [redirect(f"{OTHER}/", "Cross-Origin-Resource-Policy: same-origin"), answer()]

    assert Simulation().fetch(API, chain, mode="no-cors").verdict == "cross-origin-resource-policy"


def test_a_response_without_location_has_no_location_url() -> None:
    fetched = Simulation().fetch(APP, answer())
    response = Response(status=302, header_list=header_list(), url_list=[parsed(APP)])

    assert location_url(fetched.params, response) is None
    response.header_list.append(b"Location", b"http://")
    assert isinstance(location_url(fetched.params, response), Failure)


def test_credentials_have_to_be_allowed_on_every_hop() -> None:
    both = (ALLOW, ALLOW_CREDENTIALS)
    null = ("Access-Control-Allow-Origin: null", ALLOW_CREDENTIALS)

    assert Simulation().fetch(API, [redirect("/2", *both), answer(*both)], credentials="include").verdict == "cors"
    chain = [redirect(f"{OTHER}/2", *both), answer(*null)]
    assert Simulation().fetch(API, chain, credentials="include").verdict == "cors"
    chain = [redirect("/2", *both), answer(ALLOW)]
    assert Simulation().fetch(API, chain, credentials="include").verdict == "allow-credentials-not-true"
    chain = [redirect("/2", ALLOW), answer(*both)]
    assert Simulation().fetch(API, chain, credentials="include").verdict == "allow-credentials-not-true"
