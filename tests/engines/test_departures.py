"""
Where browsers part from the standard and from each other: the same page, the same server, four profiles.

Each row was observed on Chromium 156.0.8078.79, Firefox 153.7.0esr and WebKitGTK 2.50.6. The columns are, from left to
right: the standard, Chromium, Firefox, WebKit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from browsercors.initiators.bodies.readable_stream import ReadableStream
from browsercors.initiators.header_guard import FetchTypeError
from tests.fetch.engine import (
    ALLOW,
    ALLOW_ANY,
    API,
    APP,
    OTHER,
    PROFILES,
    SUB,
    Fetched,
    Simulation,
    allowing,
    answer,
    failure,
    parsed,
    redirect,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.wire import HTTPRequest, HTTPResponse

OPEN: Final = (
    "Access-Control-Allow-Methods: PUT, DELETE, PATCH",
    "Access-Control-Allow-Headers: accept, authorization, content-type, range, user-agent, x-a, x-b",
    "Access-Control-Allow-Headers: save-data, dpr, width, viewport-width, device-memory, downlink, rtt, ect",
    "Access-Control-Allow-Headers: intervention",
)

P, N = "preflight", "none"


def wire_of(fetched: Fetched) -> str:
    """
    Say in a word what went over the wire.
    """
    return P if "OPTIONS" in fetched.methods else N


def name(row: object) -> str | None:
    return row if isinstance(row, str) else None


LONG: Final = "a" * 120

CLASSIFICATION_CASES = [
    # what                                       the page's headers                                      preflight?
    ("Accept with byte 0xE9", [("Accept", "\xe9")], [N, N, P, N]),
    ("Content-Type parameter with byte 0xE9", [("Content-Type", "text/plain;a=\xe9")], [N, N, P, N]),
    ("Content-Type with a comma", [("Content-Type", "text/plain;a=b,c")], [N, N, P, N]),
    ("Content-Type appended twice", [("Content-Type", "text/plain")] * 2, [N, P, N, P]),
    ("Accept appended twice, 100 bytes each", [("Accept", "a" * 100)] * 2, [N, P, N, P]),
    ("Accept 9 times 120 bytes", [("Accept", LONG)] * 9, [P, P, N, P]),
    ("Range in other case", [("Range", "Bytes=0-1")], [P, P, P, N]),
    ("Range with a plus", [("Range", "bytes=+0-1")], [P, P, P, N]),
    ("Range beyond 63 bits", [("Range", "bytes=0-9223372036854775808")], [N, P, N, N]),
    ("Range beyond 64 bits", [("Range", "bytes=0-18446744073709551616")], [N, P, P, P]),
    ("Range start beyond 64 bits", [("Range", "bytes=18446744073709551616-")], [N, P, P, P]),
    ("Range far within 64 bits", [("Range", "bytes=0-999999999999")], [N, N, N, N]),
    ("Range backwards", [("Range", "bytes=2-1")], [P, P, P, P]),
    ("Range suffix", [("Range", "bytes=-1")], [P, P, P, P]),
    ("Save-Data", [("Save-Data", "on")], [P, N, P, P]),
    ("Save-Data off", [("Save-Data", "off")], [P, P, P, P]),
    ("DPR", [("DPR", "2.0")], [P, N, P, P]),
    ("DPR that is no number", [("DPR", "two")], [P, P, P, P]),
    ("Width", [("Width", "100")], [P, N, P, P]),
    ("Viewport-Width", [("Viewport-Width", "100")], [P, N, P, P]),
    ("Viewport-Width that is no whole number", [("Viewport-Width", "1.5")], [P, P, P, P]),
    ("Device-Memory", [("Device-Memory", "0.5")], [P, N, P, P]),
    ("Downlink", [("Downlink", "1.5")], [P, N, P, P]),
    ("RTT", [("RTT", "100")], [P, N, P, P]),
    ("ECT", [("ECT", "4g")], [P, N, P, P]),
    ("ECT that is none", [("ECT", "5g")], [P, P, P, P]),
    ("User-Agent", [("User-Agent", "me")], [P, N, P, P]),
    ("Intervention", [("Intervention", "x")], [P, N, P, P]),
]


@pytest.mark.parametrize(("what", "headers", "expected"), CLASSIFICATION_CASES, ids=name)
def test_what_needs_a_preflight(what: str, headers: list[tuple[str, str]], expected: list[str]) -> None:
    allow = allowing(*OPEN)

    assert expected == [wire_of(Simulation(profile).fetch(API, allow, headers=headers)) for profile in PROFILES]


def test_user_agent_set_by_the_page_is_dropped_by_chromium_and_sent_by_the_others() -> None:
    sent = [Simulation(p).fetch(API, allowing(*OPEN), headers={"User-Agent": "me"}) for p in PROFILES]

    assert [value if (value := fetched.header("User-Agent")) == "me" else None for fetched in sent] == [
        "me",
        None,
        "me",
        "me",
    ]


def test_a_header_appended_twice_is_asked_for_twice_by_firefox() -> None:
    headers = [("X-B", "1"), ("X-A", "1"), ("x-b", "2")]

    assert [
        Simulation(p).fetch(API, allowing(*OPEN), headers=headers).header("Access-Control-Request-Headers", 0)
        for p in PROFILES
    ] == ["x-a,x-b", "x-a,x-b", "x-a,x-b,x-b", "x-a,x-b"]


def test_an_upload_listener_without_body() -> None:
    without, with_body = (
        [wire_of(Simulation(p).xhr("POST", API, allowing(), upload_listeners=True, **body)) for p in PROFILES]
        for body in ({}, {"body": "x"})
    )

    assert without == [P, N, P, P]
    assert with_body == [P, P, P, P]


def test_a_stream_as_body() -> None:
    outcomes = []
    for profile in PROFILES:
        page = Simulation(profile)
        try:
            fetched = page.fetch(API, allowing(), method="POST", body=ReadableStream([b"x"]), duplex="half")
        except FetchTypeError:
            outcomes.append("throws")
        else:
            outcomes.append(f"{','.join(fetched.methods)} {fetched.verdict}")
            assert fetched.sent[-1].body in {None, b"[object ReadableStream]"}

    lost = "OPTIONS stream-upload-not-supported"
    assert [lost, lost, "POST cors", "throws"] == outcomes


def test_scripts_may_ask_for_private_networks() -> None:
    headers = {"Access-Control-Request-Private-Network": "true", "Access-Control-Request-Local-Network": "true"}
    names = "access-control-request-local-network,access-control-request-private-network"
    allow = allowing(f"Access-Control-Allow-Headers: {names}")

    for profile in PROFILES:
        fetched = Simulation(profile).fetch(API, allow, headers=headers)
        assert (fetched.verdict, fetched.header("Access-Control-Request-Headers", 0)) == ("cors", names)


def test_authorization_is_allowed_by_a_wildcard_in_every_real_browser() -> None:
    allow = answer(ALLOW_ANY, "Access-Control-Allow-Headers: *")

    assert [
        Simulation(profile).fetch(API, allow, headers={"Authorization": "Basic x"}).verdict for profile in PROFILES
    ] == ["header-not-allowed", "cors", "cors", "cors"]


# ---- The preflight cache -------------------------------------------------------------------------------------------


def lifetime(profile: BrowserProfile, lines: list[str]) -> float:
    """
    How many seconds a preflight with these header lines is remembered, up to a million.
    """
    allow = allowing(*OPEN, *lines)
    times = [0, 5, 600, 7200, 86_400, 1_000_000]
    last = 0.0
    for seconds in times:
        page = Simulation(profile)
        page.fetch(API, allow, method="PUT")
        page.now = max(seconds - 0.5, 0)
        if wire_of(page.fetch(API, allow, method="PUT")) == P:
            break
        last = seconds
    return last


MAX_AGE_CASES = [
    # Access-Control-Max-Age        seconds that it is remembered
    ([], [5, 5, 5, 5]),
    (["600"], [600, 600, 600, 600]),
    (["7200"], [7200, 7200, 7200, 600]),
    (["86400"], [86400, 7200, 86400, 600]),
    (["1000000"], [1_000_000, 7200, 86400, 600]),
    (["0"], [0, 0, 0, 0]),
    (["-1"], [5, 0, 0, 0]),
    (["-0"], [5, 0, 0, 0]),
    (["abc"], [5, 5, 0, 5]),
    (["600.5"], [5, 5, 0, 5]),
    (["600, 0"], [5, 5, 0, 5]),
    (["600", "0"], [5, 5, 0, 5]),
    (['"600"'], [5, 5, 0, 5]),
    (["0x10"], [5, 5, 0, 5]),
    (["600s"], [5, 5, 0, 5]),
    (["+600"], [5, 600, 0, 600]),
    (["9" * 30], [1_000_000, 5, 86400, 5]),
]


@pytest.mark.parametrize(("values", "expected"), MAX_AGE_CASES)
def test_how_long_a_preflight_is_remembered(values: list[str], expected: list[float]) -> None:
    lines = [f"Access-Control-Max-Age: {value}" for value in values]
    seconds = [lifetime(profile, lines) for profile in PROFILES]

    assert expected == seconds


LASTING = "Access-Control-Max-Age: 600"
PUT, DELETE = {"method": "PUT"}, {"method": "DELETE"}
X_A, X_B = {"headers": {"X-A": "1"}}, {"headers": {"X-B": "1"}}
AUTHORIZATION = {"headers": {"Authorization": "x"}}
INCLUDE = {"credentials": "include"}


def grant(methods: str = "", names: str = "", max_age: int = 600) -> tuple[str, ...]:
    return (
        f"Access-Control-Allow-Methods: {methods}",
        f"Access-Control-Allow-Headers: {names}",
        f"Access-Control-Max-Age: {max_age}",
    )


CACHE_CASES = [
    # what, the requests in order (options, what the preflight is answered), and the wire of the last one
    ("the same again", [(PUT, grant("PUT")), (PUT, grant("PUT"))], [N, N, N, N]),
    (
        "a second preflight for the URL merges or replaces",
        [(PUT, grant("PUT")), (DELETE, grant("DELETE")), (PUT, grant("PUT"))],
        [N, P, N, P],
    ),
    (
        "max-age 0 listing an already cached method",
        [(PUT, grant("PUT")), (X_A, grant("PUT", "x-a", 0)), (PUT, grant("PUT"))],
        [P, P, N, P],
    ),
    (
        "a refused method, then the first one again",
        [(PUT, grant("PUT")), (DELETE, grant("PUT")), (PUT, grant("PUT"))],
        [P, P, P, N],
    ),
    (
        "credentials include, then omit",
        [({**PUT, **INCLUDE}, grant("PUT")), (PUT, grant("PUT"))],
        [N, N, P, N],
    ),
    (
        "credentials omit, then include",
        [(PUT, grant("PUT")), ({**PUT, **INCLUDE}, grant("PUT"))],
        [P, P, P, P],
    ),
    ("* cached, then another method", [(PUT, grant("*")), (DELETE, grant("DELETE"))], [N, N, P, N]),
    ("* cached, then another header", [(X_A, grant("", "*")), (X_B, grant("", "x-b"))], [N, N, P, N]),
    (
        "* cached, then Authorization",
        [(X_A, grant("", "*")), (AUTHORIZATION, grant("", "authorization"))],
        [P, P, P, N],
    ),
    ("cache no-store", [(PUT, grant("PUT")), ({**PUT, "cache": "no-store"}, grant("PUT"))], [N, P, P, N]),
    ("cache reload", [(PUT, grant("PUT")), ({**PUT, "cache": "reload"}, grant("PUT"))], [N, P, P, N]),
    ("cache no-cache", [(PUT, grant("PUT")), ({**PUT, "cache": "no-cache"}, grant("PUT"))], [N, P, N, N]),
    (
        "a header cached with GET, then HEAD with it",
        [(X_A, grant("", "x-a")), ({**X_A, "method": "HEAD"}, grant("", "x-a"))],
        [N, N, P, N],
    ),
    (
        "a header cached with GET, then POST with it",
        [(X_A, grant("", "x-a")), ({**X_A, "method": "POST"}, grant("", "x-a"))],
        [N, N, N, N],
    ),
]


@pytest.mark.parametrize(("what", "steps", "expected"), CACHE_CASES, ids=name)
def test_what_the_preflight_cache_answers(
    what: str, steps: list[tuple[Any, tuple[str, ...]]], expected: list[str]
) -> None:
    wires = []
    for profile in PROFILES:
        page = Simulation(profile)
        for options, lines in steps:
            fetched = page.fetch(API, allowing(*lines), **options)
        wires.append(wire_of(fetched))

    assert expected == wires


FAILING_CASES = [
    # what became of the actual request      the next one: preflight?
    ("fails CORS", answer(), [P, N, P, N]),
    ("fails on the network", failure(), [P, N, P, N]),
    ("succeeds", allowing(), [N, N, N, N]),
]


@pytest.mark.parametrize(("what", "actual", "expected"), FAILING_CASES, ids=name)
def test_whether_a_failure_clears_the_cache(what: str, actual: Any, expected: list[str]) -> None:
    allow = allowing(*OPEN, LASTING)
    wires = []
    for profile in PROFILES:
        page = Simulation(profile)
        page.fetch(API, [allow, actual], method="PUT")
        wires.append(wire_of(page.fetch(API, allow, method="PUT")))

    assert expected == wires


def test_a_page_of_opaque_origin_is_remembered_but_in_chromium() -> None:
    allow = answer(ALLOW_ANY, *OPEN, LASTING)
    wires = []
    for profile in PROFILES:
        page = Simulation(profile, opaque=True)
        page.fetch(API, allow, method="PUT")
        wires.append(wire_of(page.fetch(API, allow, method="PUT")))

    assert wires == [N, P, N, N]


SEPARATE_CASES = [
    # a second URL                               preflight in all of them
    (f"{API}/x#fragment", P),
    (f"{API}/x?query", P),
    (f"{API}/y", P),
    ("https://API.example/x", N),
    ("https://api.example:443/x", N),
]


@pytest.mark.parametrize(("url", "expected"), SEPARATE_CASES)
def test_which_urls_share_a_preflight(url: str, expected: str) -> None:
    allow = allowing(*OPEN, LASTING)
    for profile in PROFILES:
        page = Simulation(profile)
        page.fetch(f"{API}/x", allow, method="PUT")
        assert expected == wire_of(page.fetch(url, allow, method="PUT"))


# ---- Redirects -----------------------------------------------------------------------------------------------------


def redirecting(location: str, status: int) -> Callable[[HTTPRequest], HTTPResponse]:
    """
    Make a server that allows everything, and redirects what is asked of /1.
    """

    def serve(request: HTTPRequest) -> HTTPResponse:
        if request.method != b"OPTIONS" and request.url.path == "/1":
            return redirect(location, ALLOW_ANY, status=status)
        return answer(ALLOW_ANY, *OPEN)

    return serve


JSON: Final = {"method": "POST", "body": "{}", "headers": {"Content-Type": "application/json"}}

SECOND_PREFLIGHT_CASES = [
    # what, request, status, to                                Access-Control-Request-Headers of the second preflight
    ("POST JSON, 301", JSON, 301, f"{API}/2", [N, N, "", "content-type"]),
    ("POST JSON, 302", JSON, 302, f"{API}/2", [N, N, "", "content-type"]),
    ("POST JSON, 303", JSON, 303, f"{API}/2", [N, N, "", "content-type"]),
    ("POST JSON, 307", JSON, 307, f"{API}/2", ["content-type"] * 4),
    ("PUT, 303", PUT, 303, f"{API}/2", [N, N, "", ""]),
    ("DELETE, 303", DELETE, 303, f"{API}/2", [N, N, "", ""]),
    ("Authorization dropped", AUTHORIZATION, 302, f"{OTHER}/2", [N, N, "", "authorization"]),
    ("Authorization kept", AUTHORIZATION, 302, f"{API}/2", ["authorization"] * 4),
]


@pytest.mark.parametrize(("what", "options", "status", "location", "expected"), SECOND_PREFLIGHT_CASES, ids=name)
def test_whether_a_redirected_request_is_preflighted_again(
    what: str, options: dict[str, Any], status: int, location: str, expected: list[str]
) -> None:
    seconds = []
    for profile in PROFILES:
        fetched = Simulation(profile).fetch(f"{API}/1", redirecting(location, status), **options)
        assert fetched.verdict == "cors"
        preflights = [request for request in fetched.sent if request.method == b"OPTIONS"]
        second = preflights[1].headers.get(b"access-control-request-headers") if len(preflights) == 2 else None
        seconds.append(N if len(preflights) == 1 else (second or b"").decode())

    assert expected == seconds


def test_the_origin_of_a_preflight_after_the_chain_left_another_origin() -> None:
    fetched = [Simulation(p).fetch(f"{API}/1", redirecting(f"{OTHER}/2", 307), method="PUT") for p in PROFILES]

    assert [each.header("Origin", 2) for each in fetched] == ["null", "null", APP, "null"]
    assert [each.header("Origin", 3) for each in fetched] == ["null"] * 4


def test_home_again_over_another_origin_with_a_wildcard() -> None:
    chain = [redirect(f"{API}/2"), redirect(f"{APP}/3", ALLOW_ANY), answer(ALLOW_ANY)]

    assert [Simulation(profile).fetch(f"{APP}/1", chain).verdict for profile in PROFILES] == [
        "cors",
        "cors",
        "cors",
        "allow-origin-wildcard-with-credentials",
    ]


def test_a_same_origin_redirect_with_credentials_in_the_url() -> None:
    chain = [redirect("https://u:p@app.example/2"), answer()]

    assert [Simulation(profile).fetch(f"{APP}/1", chain).verdict for profile in PROFILES] == [
        "basic",
        "redirect-with-credentials",
        "basic",
        "basic",
    ]


TAINTED_CASES = [
    # two requests: to the server itself, or by way of another     preflights that the server gets
    (("direct", "direct"), [1, 1, 1, 1]),
    (("tainted", "direct"), [2, 2, 1, 2]),
    (("direct", "tainted"), [2, 2, 1, 2]),
    (("tainted", "tainted"), [1, 2, 1, 2]),
]


@pytest.mark.parametrize(("requests", "expected"), TAINTED_CASES)
def test_for_whom_the_preflight_of_a_tainted_request_is_remembered(
    requests: tuple[str, str], expected: list[int]
) -> None:
    preflights = []
    for profile in PROFILES:
        page = Simulation(profile)

        def serve(request: HTTPRequest) -> HTTPResponse:
            if request.url.host == parsed(API).host and request.method != b"OPTIONS":
                return redirect(f"{OTHER}/2", ALLOW_ANY, status=307)
            return answer(ALLOW_ANY, "Access-Control-Allow-Methods: PUT", "Access-Control-Max-Age: 600")

        start = {"direct": f"{OTHER}/2", "tainted": API}
        sent = [each for how in requests for each in page.fetch(start[how], serve, method="PUT").sent]
        preflights.append(sum(each.method == b"OPTIONS" and each.url.host == parsed(OTHER).host for each in sent))

    assert expected == preflights


def test_a_tainted_request_that_comes_to_the_same_url_again_finds_its_own_preflight_but_in_chromium() -> None:
    preflights = []
    for profile in PROFILES:
        visits = 0

        def serve(request: HTTPRequest) -> HTTPResponse:
            nonlocal visits
            is_preflight = request.method == b"OPTIONS"
            visits += not is_preflight
            if visits < 3 and not is_preflight:
                return redirect(f"{OTHER}/2", ALLOW_ANY, status=307)
            return answer(ALLOW_ANY, "Access-Control-Allow-Methods: PUT", "Access-Control-Max-Age: 600")

        fetched = Simulation(profile).fetch(API, serve, method="PUT")
        assert (fetched.verdict, visits) == ("cors", 3)
        preflights.append(
            sum(each.method == b"OPTIONS" and each.url.host == parsed(OTHER).host for each in fetched.sent)
        )

    assert preflights == [1, 2, 1, 1]


def test_no_referrer_hides_the_origin_in_firefox_and_webkit() -> None:
    options = {"method": "POST", "mode": "no-cors", "referrer": ""}
    origins = [Simulation(profile).fetch(APP, answer(), **options).header("Origin") for profile in PROFILES]

    assert [APP, APP, "null", "null"] == origins


def test_an_empty_location() -> None:
    fetched = [Simulation(profile).fetch(f"{APP}/1", redirect("")) for profile in PROFILES]

    assert [e.verdict for e in fetched] == ["redirect-limit", "basic", "redirect-limit", "redirect-location-invalid"]
    assert [len(each.sent) for each in fetched] == [21, 1, 21, 1]


def test_two_equal_locations() -> None:
    twice = answer("Location: /2", "Location: /2", status=302)
    fetched = [Simulation(profile).fetch(f"{APP}/1", [twice, answer()]) for profile in PROFILES]

    assert [e.sent[1].url.target if len(e.sent) == 2 else None for e in fetched] == [None, "/2", "/2", "/2,%20/2"]


# ---- Responses and the rest ----------------------------------------------------------------------------------------


def test_a_space_before_the_colon_is_read_by_chromium_only() -> None:
    odd = answer("Access-Control-Allow-Origin : *")

    assert [Simulation(profile).fetch(API, odd).verdict for profile in PROFILES] == [
        "allow-origin-missing",
        "cors",
        "allow-origin-missing",
        "allow-origin-missing",
    ]


def test_a_trailing_carriage_return_is_stripped_by_chromium_and_webkit() -> None:
    odd = answer(ALLOW + "\r")

    assert [Simulation(p).fetch(API, odd).verdict for p in PROFILES if p.name in {"chromium", "webkit"}] == ["cors"] * 2


def test_a_trailing_carriage_return_is_a_mismatch_to_firefox() -> None:
    assert Simulation(PROFILES[2]).fetch(API, answer(ALLOW + "\r")).verdict == "allow-origin-mismatch"


def test_the_origin_of_a_no_cors_post_without_referrer() -> None:
    options = {"method": "POST", "mode": "no-cors", "referrer_policy": "no-referrer"}

    assert [Simulation(profile).fetch(API, answer(), **options).header("Origin") for profile in PROFILES] == [
        "null",
        APP,
        "null",
        "null",
    ]


# NB: recorded in `odd-redirects/own-policy-*` and `odd-redirects/policy-*`.
@pytest.mark.parametrize(
    ("policy", "first", "second", "brought", "expected"),
    [
        # the request's policy, URLs, the redirect's policy     Origin at the second URL: std, chr, ffx, wkt
        pytest.param("no-referrer", APP, SUB, None, ["null", "null", "null", APP], id="the request's, away"),
        pytest.param("no-referrer", APP, APP, None, ["null", APP, "null", "null"], id="the request's, at home"),
        pytest.param("no-referrer", SUB, APP, None, ["null"] * 4, id="the request's, back"),
        pytest.param("same-origin", APP, SUB, None, ["null", "null", "null", APP], id="same-origin, away"),
        pytest.param(None, APP, SUB, "no-referrer", ["null", "null", "null", APP], id="a redirect's, away"),
        pytest.param(None, APP, APP, "no-referrer", ["null", APP, "null", APP], id="a redirect's, at home"),
        pytest.param(None, SUB, APP, "no-referrer", ["null"] * 4, id="a redirect's, back"),
    ],
)
def test_the_origin_of_a_no_cors_post_behind_a_redirect(
    policy: str | None, first: str, second: str, brought: str | None, expected: list[str]
) -> None:
    options: dict[str, Any] = {"method": "POST", "mode": "no-cors"}
    if policy is not None:
        options["referrer_policy"] = policy
    lines = [] if brought is None else [f"Referrer-Policy: {brought}"]
    hops = [redirect(f"{second}/y", *lines, status=307), answer()]

    assert expected == [
        Simulation(profile).fetch(f"{first}/x", hops, **options).header("Origin", index=1) for profile in PROFILES
    ]


COOKIE_CASES = [
    # what                                      Set-Cookie, as if by the site itself    sent: std, chr, ffx, wkt
    ("cross-site, SameSite=None", b"c=1; Secure; SameSite=None", API, {}, [True, True, False, True]),
    ("cross-site, without SameSite", b"c=1; Secure", API, {}, [True, False, False, True]),
    ("same-site, without SameSite", b"c=1; Secure", SUB, {}, [True, True, True, True]),
    ("opaque origin, same site", b"c=1; Secure; SameSite=Lax", SUB, {"opaque": True}, [False, False, False, True]),
]


@pytest.mark.parametrize(("what", "cookie", "url", "environment", "expected"), COOKIE_CASES, ids=name)
def test_which_cookies_go_along(
    what: str, cookie: bytes, url: str, environment: dict[str, Any], expected: list[bool]
) -> None:
    sent = []
    for profile in PROFILES:
        page = Simulation(profile, **environment)
        # NB: what a sandboxed page is of the site of, WebKit knows from the page above it.
        if environment:
            page = Simulation(profile, opaque=True, top_level_origin=parsed(APP).origin)
        page.user_agent.cookie_store.store(cookie, parsed(url), now=0, same_site_allowed=True)
        fetched = page.fetch(url, answer(ALLOW_ANY), credentials="include")
        sent.append(fetched.header("Cookie") is not None)

    assert expected == sent


STORED_CASES = [
    # the page                  the server                 Standard, Chromium, Firefox, WebKit
    ("https://app.shop.example/", "https://api.shop.example/", [1, 1, 1, 1]),
    ("https://app.shop.unlisted/", "https://api.shop.unlisted/", [1, 1, 1, 0]),
    ("https://app.shop.example/", "https://api.other.example/", [1, 1, 1, 0]),
]


@pytest.mark.parametrize(("page", "url", "expected"), STORED_CASES)
def test_webkit_takes_cookies_of_the_registrable_domain_alone_if_the_list_names_its_suffix(
    page: str, url: str, expected: list[int]
) -> None:
    stored = []
    for profile in PROFILES:
        simulation = Simulation(profile, page=page)
        simulation.fetch(url, answer("Set-Cookie: c=1; Secure; SameSite=None"), credentials="include")
        stored.append(len(simulation.user_agent.cookie_store))

    assert expected == stored


ROUNDABOUT: Final = (redirect(f"{OTHER}/1"), redirect(f"{APP}/2"))


def test_by_way_of_another_site_strict_cookies_go_along_in_chromium_and_webkit() -> None:
    sent, options = [], {"mode": "no-cors", "credentials": "include"}
    for profile in PROFILES:
        page = Simulation(profile)
        strict = b"c=1; SameSite=Strict"
        page.user_agent.cookie_store.store(strict, parsed(APP), now=0, same_site_allowed=True)
        sent.append(page.fetch(f"{APP}/0", [*ROUNDABOUT, answer()], **options).header("Cookie", 2))

    assert [None, "c=1", None, "c=1"] == sent


def test_by_way_of_another_site_strict_cookies_are_stored_in_all_browsers() -> None:
    stored, options = [], {"mode": "no-cors", "credentials": "include"}
    for profile in PROFILES:
        page = Simulation(profile)
        page.fetch(f"{APP}/0", [*ROUNDABOUT, answer("Set-Cookie: c=1; SameSite=Strict")], **options)
        stored.append(len(page.user_agent.cookie_store))

    assert [0, 1, 1, 1] == stored


@pytest.mark.parametrize("url", ["http://a.localhost:8000/", "http://127.0.0.1/"])
def test_a_secure_page_asks_this_machine(url: str) -> None:
    assert [
        Simulation(profile, prohibits_mixed_content=True).fetch(url, answer(ALLOW_ANY)).verdict for profile in PROFILES
    ] == ["cors", "cors", "cors", "mixed-content"]


def test_the_headers_of_a_data_url() -> None:
    assert [len(Simulation(profile).fetch("data:,x").response.header_list) for profile in PROFILES] == [1, 1, 2, 1]


def test_unsafe_url_shows_other_sites_the_whole_url_but_in_firefox() -> None:
    referrers = [Simulation(p).fetch(API, allowing(), referrer_policy="unsafe-url").header("Referer") for p in PROFILES]

    assert [f"{APP}/dir/page?q=1", f"{APP}/dir/page?q=1", f"{APP}/", f"{APP}/dir/page?q=1"] == referrers


# ---- Which error wins ----------------------------------------------------------------------------------------------

BAD_ORIGIN: Final = "Access-Control-Allow-Origin: https://bad.example"

ERROR_CASES = [
    # the preflight's answer                                          the reason that is named
    (
        answer(BAD_ORIGIN, status=500),
        ["allow-origin-mismatch", "allow-origin-mismatch", "allow-origin-mismatch", "preflight-status-not-ok"],
    ),
    (
        answer(status=500),
        ["allow-origin-missing", "allow-origin-missing", "allow-origin-missing", "preflight-status-not-ok"],
    ),
    (
        answer(ALLOW, "Access-Control-Allow-Methods: (", "Access-Control-Allow-Headers: x-a"),
        ["allow-methods-invalid"] * 4,
    ),
    (
        answer(ALLOW, "Access-Control-Allow-Methods: PUT", "Access-Control-Allow-Headers: ("),
        ["allow-headers-invalid"] * 4,
    ),
    (answer(ALLOW), ["method-not-allowed"] * 4),
    (
        answer(ALLOW, "Access-Control-Allow-Methods: GET", "Access-Control-Allow-Headers: ("),
        ["allow-headers-invalid", "allow-headers-invalid", "method-not-allowed", "allow-headers-invalid"],
    ),
]


@pytest.mark.parametrize(("preflight", "expected"), ERROR_CASES)
def test_which_of_two_errors_is_named(preflight: HTTPResponse, expected: list[str]) -> None:
    options = {"method": "PUT", "headers": {"X-A": "1"}}

    assert expected == [Simulation(profile).fetch(API, preflight, **options).verdict for profile in PROFILES]


# Standard, Chromium, Firefox, WebKit: what the last request of a chain of redirects has in a header.
CHAIN_CASES: list[tuple[str, list[str], dict[str, Any], str, list[str | None]]] = [
    # what is shown, where the redirects lead, what the page asks, the header, who sends what
    (
        "Authorization stays away, or comes back where a redirect stays at its origin",
        [f"{API}/0", f"{OTHER}/1", f"{OTHER}/2"],
        {"headers": {"Authorization": "a"}},
        "Authorization",
        [None, None, "a", None],
    ),
    (
        "the type of a body that a redirect dropped stays away, or comes back at the next redirect",
        [f"{API}/0", f"{API}/1", f"{API}/2"],
        {"method": "POST", "body": "x"},
        "Content-Type",
        [None, None, "text/plain;charset=UTF-8", "text/plain;charset=UTF-8"],
    ),
]


@pytest.mark.parametrize(("case", "urls", "options", "header", "expected"), CHAIN_CASES, ids=name)
def test_what_redirects_leave_of_a_request(
    case: str, urls: list[str], options: dict[str, Any], header: str, expected: list[str | None]
) -> None:
    hops = [redirect(urls[1], ALLOW_ANY), redirect(urls[2], ALLOW_ANY, status=307), answer(ALLOW_ANY, *OPEN)]

    def answers(request: HTTPRequest) -> HTTPResponse:
        return answer(ALLOW_ANY, *OPEN) if request.method == b"OPTIONS" else hops[urls.index(request.url.href)]

    assert expected == [Simulation(profile).fetch(urls[0], answers, **options).header(header) for profile in PROFILES]


METHOD_CASES = [
    # method     status  where to      Standard, Chromium, Firefox, WebKit
    ("DELETE", 307, f"{OTHER}/1", ["DELETE", "DELETE", "DELETE", "GET"]),
    ("DELETE", 307, f"{API}/1", ["DELETE", "DELETE", "DELETE", "DELETE"]),
    ("PUT", 307, f"{OTHER}/1", ["PUT", "PUT", "PUT", "PUT"]),
    ("POST", 302, f"{OTHER}/1", ["GET", "GET", "GET", "GET"]),
]


@pytest.mark.parametrize(("method", "status", "location", "expected"), METHOD_CASES)
def test_which_redirects_make_a_get_of_a_request(method: str, status: int, location: str, expected: list[str]) -> None:
    def answers(request: HTTPRequest) -> HTTPResponse:
        at_first = request.url.href == f"{API}/0" and request.method != b"OPTIONS"
        return redirect(location, ALLOW_ANY, status=status) if at_first else answer(ALLOW_ANY, *OPEN)

    fetched = [Simulation(profile).fetch(f"{API}/0", answers, method=method) for profile in PROFILES]
    assert expected == [each.methods[-1] for each in fetched]


def test_webkit_judges_redirects_once_more_but_sends_the_next_preflight_before() -> None:
    def answers(request: HTTPRequest) -> HTTPResponse:
        if request.method == b"OPTIONS" or request.url.href == f"{API}/2":
            return answer(ALLOW_ANY, *OPEN)
        return redirect(f"{API}/1" if request.url.href == f"{APP}/0" else f"{API}/2", ALLOW_ANY, status=307)

    fetched = [Simulation(profile).fetch(f"{APP}/0", answers, method="PUT") for profile in PROFILES]

    assert [each.verdict for each in fetched] == ["cors", "cors", "cors", "allow-origin-wildcard-with-credentials"]
    assert [request.url.target for request in fetched[-1].sent] == ["/0", "/1", "/1", "/2"]
    assert fetched[-1].methods == ["PUT", "OPTIONS", "PUT", "OPTIONS"]


INTEGRITY_CASES = [
    # the digest of the body, that of nothing, garbage, none     Standard, Chromium, Firefox, WebKit: is it refused?
    ("sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=", [True, True, False, True]),
    ("sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", [True, True, True, False]),
    ("x", [True, True, False, False]),
    ("", [False] * 4),
]


@pytest.mark.parametrize(("integrity", "expected"), INTEGRITY_CASES)
def test_of_what_body_integrity_is_where_a_redirect_is_hidden(integrity: str, expected: list[bool]) -> None:
    hidden = answer(f"Location: {OTHER}", ALLOW_ANY, status=302, body=b"hello")
    options = {"redirect": "manual", "integrity": integrity}

    assert expected == [
        Simulation(profile).fetch(API, hidden, **options).verdict == "integrity-mismatch" for profile in PROFILES
    ]


def test_firefox_asks_the_page_s_own_origin_without_cors() -> None:
    def answers(request: HTTPRequest) -> HTTPResponse:
        if request.url.href == f"{APP}/1" and request.method == b"OPTIONS":
            return answer("Access-Control-Allow-Methods: PUT")
        return answer(ALLOW_ANY, *OPEN) if request.method == b"OPTIONS" or request.url.href == f"{APP}/1" else hop

    hop = redirect(f"{APP}/1", ALLOW_ANY, status=307)
    verdicts = [Simulation(profile).fetch(f"{API}/0", answers, method="PUT").verdict for profile in PROFILES]
    assert verdicts == ["allow-origin-missing", "allow-origin-missing", "cors", "allow-origin-missing"]
